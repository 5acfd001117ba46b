import type { Metadata } from '../../dataverse/metadata/model.ts'
import type { Query } from '../../dataverse/query/model/query.ts'
import type { ResolveDeps } from '../../dataverse/query/resolve/resolve-query.ts'
import type { NamedRows } from '../../dataverse/query/resolve/values/asked.ts'
import { clockOf } from '../../dataverse/query/resolve/values/clock.ts'
import type { OutputColumn } from '../../dataverse/query/model/output-column.ts'
import type { Cursor } from '../../dataverse/rows/cursor.ts'
import type { WebApi } from '../../dataverse/web-api/web-api.ts'

export type AskedOfReport = {
  /** Logical name of the table. */
  readonly entity?: string
  readonly queries?: readonly { readonly query: Query }[]
  readonly parameters?: Readonly<Record<string, number | boolean | string>>
}

export type RunReportDeps = {
  readonly dataverse: WebApi
  readonly metadata: Metadata
  /** Epoch milliseconds. */
  readonly now: () => number
  /** The environment's origin. */
  readonly dataverseUrl: string
  readonly limits: {
    /** Most rows of a list that says no number itself. */
    readonly maxTop: number
    /** Epoch milliseconds: when the answer must be there. */
    readonly deadline: number
  }
  /** The page that a list without totals begins with, made to hold no more rows than an answer has room for. */
  readonly sized?: (at: Cursor, columns: readonly OutputColumn[]) => Promise<Cursor>
  readonly namedRows: NamedRows
  /** Dataverse `systemuserid` of whoever asks. */
  readonly systemUserId: string
  /** Told what is asked for, once names and values are bound. */
  readonly about?: (subject: AskedOfReport) => void
}

/** What the words of a definition or a view are read by. */
export function resolveDepsOf({ metadata, namedRows, now, systemUserId }: RunReportDeps): ResolveDeps {
  return {
    metadata,
    clock: async () => clockOf(await metadata.person(), now()),
    person: { systemUserId },
    rows: namedRows,
    notation: 'fetchxml',
  }
}
