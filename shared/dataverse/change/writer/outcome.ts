import type { DataverseError } from '../../errors.ts'
import type { Row } from '../../rows/rows.ts'

/** Every way in which a change can end. */
export type Outcome =
  | Done
  /** The record is another than was previewed; nothing was written. */
  | { readonly kind: 'changed'; readonly row: Row }
  /** There is no such record that the person may read; nothing was written. */
  | { readonly kind: 'gone' }
  /** Dataverse said no; nothing was written. */
  | { readonly kind: 'refused'; readonly error: DataverseError }
  /** Nothing reached Dataverse, or nothing of it was executed. */
  | { readonly kind: 'unsent'; readonly error: DataverseError }
  /** No answer came, and the change is not there. */
  | { readonly kind: 'not-done' }
  /** No answer came, and nobody can say. */
  | { readonly kind: 'unknown' }

export type Done = {
  readonly kind: 'done'
  readonly id: string
  /** An earlier call had done it. */
  readonly already: boolean
  /** As it was right before. */
  readonly before?: Row
  /** As it is now; absent where the person may not read it. */
  readonly row?: Row
  /** Of the answer; absent where none came. */
  readonly status?: number
}
