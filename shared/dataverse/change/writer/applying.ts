import type { ChangeArguments, WriteRequest } from '../model.ts'
import type { ChangeContext, Operation } from '../operation.ts'
import type { OpenedChange } from '../token/change-tokens.ts'
import type { Writer } from './writer.ts'

/** One change on its way. */
export type Applying = {
  readonly operation: Pick<Operation, 'verdict'>
  readonly args: ChangeArguments
  readonly request: WriteRequest
  readonly opened: OpenedChange
  readonly context: ChangeContext
  readonly writer: Writer
  readonly now: () => number
  /** Epoch milliseconds: when the call must be answered. */
  readonly deadline: number
  /** Milliseconds before each look at the row where no answer came. */
  readonly checkAfterMs: readonly number[]
  /** Whether rows of answers are not taken as they come, as something in them may be kept from models. */
  readonly readsBack: boolean
  /** Right before the request leaves, and not where none does. @throws LimitReached */
  readonly beforeSending: () => void
}
