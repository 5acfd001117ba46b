import type { TablePolicy, WritePolicy } from '../../config/writes/policy.ts'
import type { Metadata, Table } from '../metadata/model.ts'
import type { NamedRows } from '../query/resolve/values/asked.ts'
import type { Row } from '../rows/rows.ts'
import type { WebApi } from '../web-api/web-api.ts'
import type { AskedOperation, Candidate, ChangeArguments, Plan, WriteRequest, WriteTool } from './model.ts'
import type { Use } from './policy/still-open.ts'
import type { WritableTable } from './writable/writable.ts'

/** What a change is thought through with; it only reads, and as the person. */
export type ChangeContext = {
  readonly dataverse: WebApi
  readonly metadata: Metadata
  readonly namedRows: NamedRows
  readonly writable: (table: Table) => Promise<WritableTable>
  readonly policy: WritePolicy
  readonly dataverseUrl: string
  /** Epoch milliseconds. */
  readonly now: () => number
}

/** What a row looked like before it was changed, and what became of it. */
export type Verdict =
  /** Every value is there, though perhaps written otherwise. */
  | { readonly kind: 'there' }
  /** None is there: it was not done. */
  | { readonly kind: 'not-there' }
  /** Something else is there. */
  | { readonly kind: 'other' }

/** One kind of change: how it is thought through, what goes out, and how it is told from the row that it was done. */
export type Operation = {
  readonly tool: WriteTool
  /** Never throws for what was asked: every problem is in the plan. @throws DataverseError, DataverseTokenRefused */
  readonly plan: (asked: AskedOperation, context: ChangeContext) => Promise<Plan>
  /**
   * What goes out for the arguments of a call: the preview hashes it, and the write builds it again.
   * @throws QueryError `preview_again` where metadata no longer gives it
   */
  readonly request: (args: ChangeArguments, context: ChangeContext) => Promise<WriteRequest>
  /** What it writes, of which tables: the policy is asked about it again before anything is sent. */
  readonly uses: (args: ChangeArguments) => readonly Use[]
  /** Whether a row, as it is read after no answer came, shows that the change was made. */
  readonly verdict: (args: ChangeArguments, row: Row, context: ChangeContext) => Promise<Verdict>
  /** Rows that came of it beside its own, as the person may read them now; of a change that is done. */
  readonly made?: (args: ChangeArguments, context: ChangeContext) => Promise<readonly Candidate[]>
}

/** What the policy says of a table; `undefined` where it says nothing. @param entity logical name */
export function policyFor({ policy }: Pick<ChangeContext, 'policy'>, entity: string): TablePolicy | undefined {
  return policy.get(entity)
}
