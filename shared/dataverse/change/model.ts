import type { Entity } from '../metadata/model.ts'

/** What an argument of a tool can be. */
export type Scalar = string | number | boolean | null

/** The tools that write; each takes {@link ChangeArguments} and a token. */
export const WRITE_TOOLS = [
  'create_record',
  'update_record',
  'log_activity',
  'close_opportunity',
  'resolve_case',
  'qualify_lead',
] as const
export type WriteTool = (typeof WRITE_TOOLS)[number]

/** One value that is asked for, as a model wrote it. `column`: a logical name, a label, or an argument of an operation. */
export type AskedChange = {
  readonly column: string
  readonly to: Scalar
  /** Which table a name of a lookup is one of. */
  readonly entity?: string | undefined
}

/** What a preview is asked for. Without an id a record is created. */
export type AskedOperation = {
  readonly tool: WriteTool
  readonly entity?: string | undefined
  readonly id?: string | undefined
  readonly changes: readonly AskedChange[]
  readonly acceptDuplicates: boolean
}

/** One line of the difference, the same in the preview, in the dialog, and in what is written. */
export type PlannedChange = {
  /** Logical name, or an argument of an operation. */
  readonly column: string
  /** With the unit: `Est. Revenue (EUR)`. */
  readonly label: string
  /** Absent in a new record. Long texts are cut. */
  readonly from?: Scalar
  /** Labels of choices, names of rows, dates in ISO 8601. */
  readonly to: Scalar
  /** Of the row that a lookup is set to. */
  readonly id?: string
  /** Logical name of that row's table. */
  readonly entity?: string
}

/** The arguments of a write, beside its token: what the person sees in the client's dialog. */
export type ChangeArguments = {
  /** Logical name. */
  readonly entity: string
  /** Absent where a record is created. */
  readonly id?: string
  /** What the record is called. */
  readonly name?: string
  readonly changes: readonly PlannedChange[]
}

export type Candidate = { readonly id: string; readonly entity: string; readonly name: string; readonly about?: string }

/** Why a change cannot be made as it was asked for. */
export type Problem = {
  readonly code: ProblemCode
  /** As it was written. */
  readonly column?: string
  readonly text: string
  readonly candidates?: readonly Candidate[]
  /** Made by the same reader, it leads on. */
  readonly nextStep: string
}

/** Every problem of a change, and what it says. */
export const PROBLEMS = {
  writes_off: 'nothing is written here',
  write_not_allowed: 'the person may not write through this server',
  table_not_writable: 'the policy does not open the table for this operation',
  column_not_writable: 'the policy does not open the column for this operation',
  unknown_column: 'no column of that name',
  column_twice: 'one column is asked for twice',
  column_computed: 'Dynamics 365 computes the column',
  column_secured: 'column security keeps the column from the person',
  hidden_by_administrator: 'an administrator keeps the column from models',
  unknown_option: 'no choice of that label or value',
  ambiguous_option: 'several choices have the label',
  lookup_not_found: 'no such row that the person may read',
  lookup_ambiguous: 'several rows have the name',
  lookup_wrong_table: 'the column does not lead to rows of that table',
  value_invalid: 'a value of another kind than the column holds',
  too_long: 'longer than the column takes',
  out_of_range: 'beyond what the column takes',
  too_precise: 'more digits than the column keeps',
  text_not_plain: 'characters or markup that nobody sees',
  required_missing: 'a column that must be filled is empty',
  record_not_found: 'no such record that the person may read',
  record_closed: 'the record is closed',
  no_right: 'the person has no right to do it in Dynamics 365',
  use_other_tool: 'another tool does that',
  duplicates_found: 'rows like it are there',
  nothing_to_change: 'everything is as it is asked for',
  too_many_changes: 'more changes than one preview takes',
  confirmation_needed: 'a person must confirm it, and this client has no way to ask one',
} as const
export type ProblemCode = keyof typeof PROBLEMS

/** A record that duplicate rules find. */
export type Duplicate = { readonly id: string; readonly entity: string; readonly name: string; readonly about?: string }

/** A change that was thought through: what {@link ChangeArguments} it comes to, and all that stands in its way. */
export type Plan = {
  readonly tool: WriteTool
  readonly entity: Entity
  /** Filled as far as it can be, though there are problems. */
  readonly arguments: ChangeArguments
  /** One sentence: what, of which record, as whom. */
  readonly summary: string
  readonly problems: readonly Problem[]
  readonly duplicates: readonly Duplicate[]
  readonly notes: readonly string[]
  /** Of the row as it was read; `undefined` for a new row, and for one that came without. */
  readonly etag?: string
  readonly acceptsDuplicates: boolean
  /** Whether one of the columns stands under `human` in the policy. */
  readonly human: boolean
}

/** What goes to Dataverse, without the key of a new row and without the tag of a row that is there. */
export type WriteRequest =
  | {
      readonly kind: 'create'
      readonly entity: Entity
      readonly body: Readonly<Record<string, unknown>>
      /** Properties of the answer. */
      readonly select: readonly string[]
    }
  | {
      readonly kind: 'update'
      readonly entity: Entity
      readonly id: string
      readonly body: Readonly<Record<string, unknown>>
      readonly select: readonly string[]
    }
  | {
      readonly kind: 'action'
      readonly entity: Entity
      readonly id: string
      /** Below the API's root, e.g. `WinOpportunity`. */
      readonly path: string
      readonly body: Readonly<Record<string, unknown>>
      readonly select: readonly string[]
    }
