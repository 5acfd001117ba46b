import * as z from 'zod'
import type { RecordsRead } from '../dataverse/records/records-read.ts'
import type { Cursor } from '../dataverse/rows/cursor.ts'

/** Who asks for it first. */
export const PERSONAS = ['sales rep', 'sales manager', 'analyst', 'service'] as const

/** Whose rows, in the words of filters: as in Dynamics, those of a person's teams are not their own. */
export const OWNERS = ['anyone', 'me', 'my-teams', 'me-or-my-teams'] as const
export type Owner = (typeof OWNERS)[number]

const Name = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/i)

/**
 * What may be asked of a report; bound into FetchXML as a value, and as nothing else. An `owner` says whose rows, by
 * the conditions that depend on it.
 */
const ReportParameter = z.discriminatedUnion('type', [
  z.strictObject({
    name: Name,
    type: z.literal('integer'),
    description: z.string().min(1).max(200),
    min: z.int(),
    max: z.int(),
    default: z.int(),
  }),
  z.strictObject({
    name: Name,
    type: z.literal('boolean'),
    description: z.string().min(1).max(200),
    default: z.boolean(),
  }),
  z.strictObject({
    name: Name,
    type: z.literal('owner'),
    description: z.string().min(1).max(200),
    default: z.enum(OWNERS),
  }),
])
export type ReportParameter = z.output<typeof ReportParameter>

const TermName = z.string().min(1).max(40)
/** The terms of which it is the figure: left out where a deployment means another figure by one of them. */
const FigureOf = z.array(TermName).min(1).max(4).optional()

/**
 * How a column is read and written. `money` is in the base currency when its FetchXML column ends in `_base`, else in
 * that of its row; `month` is a pair of the keys of the grouped year and month.
 */
const ReportColumn = z.strictObject({
  /** Key of the value in a compact row: an alias, or a logical name. */
  key: z.string().min(1).max(100),
  title: z.string().min(1).max(60),
  kind: z.enum(['text', 'money', 'count', 'number', 'percent', 'date', 'record']),
  /** What to call rows without a value, e.g. `(no stage)`. */
  empty: z.string().min(1).max(40).optional(),
  term: FigureOf,
})
export type ReportColumn = z.output<typeof ReportColumn>

/**
 * A figure over all rows, or those of the query with that `part`. `ratio` is the sum of `of` over rows whose `where.key`
 * has the value, by that over all rows; `groups` names the groups by their `label`, each with its `of`.
 */
const ReportTotal = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('sum'),
    title: z.string(),
    of: z.string(),
    format: z.enum(['money', 'count']),
    part: z.string().optional(),
    term: FigureOf,
  }),
  z.strictObject({
    kind: z.literal('groups'),
    title: z.string(),
    label: z.string(),
    of: z.string(),
    part: z.string(),
  }),
  z.strictObject({ kind: z.literal('rows'), title: z.string() }),
  z.strictObject({
    kind: z.literal('ratio'),
    title: z.string(),
    of: z.string(),
    where: z.strictObject({ key: z.string(), value: z.int() }),
    term: FigureOf,
  }),
])
export type ReportTotal = z.output<typeof ReportTotal>

/** How a picture of it is drawn; the table is always there too. */
const ReportPicture = z.strictObject({
  kind: z.enum(['bars', 'funnel', 'columns', 'table']),
  label: z.string().optional(),
  value: z.string().optional(),
})
export type ReportPicture = z.output<typeof ReportPicture>

/** How any answer is drawn: by the columns of the marks' labels and values, and of what they are split by. */
export type Picture = {
  readonly kind: ReportPicture['kind'] | 'lines' | 'stacked'
  readonly label?: string | undefined
  readonly value?: string | undefined
  readonly series?: string | undefined
}

/** `totalsOnly`: of its rows totals are made, and nothing else. */
const ReportSource = z.strictObject({
  part: z.string().min(1).max(60).optional(),
  fetchxml: z.string().min(1).max(20_000),
  totalsOnly: z.boolean().optional(),
})
export type ReportSource = z.output<typeof ReportSource>

/**
 * A report as data. In its FetchXML, `{{name}}` inside an attribute's value stands for a parameter's value, and an
 * element with `if="name"` is left out where that boolean parameter is false, one with `unless="name"` where it is true,
 * and a link with `needs="table"` where the person may not read that table; `<filter term="name">` stands for a term. With several queries, `part` names the
 * rows of each (a band of ages, say); they go out as one `$batch`.
 */
const ReportDefinition = z.strictObject({
  slug: z.string().regex(/^[a-z][a-z0-9-]{1,60}$/),
  title: z.string().min(1).max(80),
  description: z.string().min(1).max(300),
  persona: z.enum(PERSONAS),
  parameters: z.array(ReportParameter).max(8).default([]),
  queries: z.array(ReportSource).min(1).max(8),
  columns: z.array(ReportColumn).min(1).max(20),
  totals: z.array(ReportTotal).max(6).default([]),
  picture: ReportPicture,
  /** What a term means here: left out where a deployment means other rows by it. */
  rules: z
    .array(z.strictObject({ term: TermName, text: z.string().min(1).max(300) }))
    .max(4)
    .optional(),
  /** How to read the rows, and what they leave out. */
  reading: z.array(z.string().min(1).max(300)).max(8).default([]),
  /** What to say when there is no row. */
  empty: z.string().min(1).max(200),
  /** Order of the rows of grouped answers: by value of the group, or as Dataverse gives them. */
  sort: z.strictObject({ key: z.string(), descending: z.boolean().default(false) }).optional(),
  /** Key of the months that rows are grouped by: a month of the period without a row then gets one of zeros. */
  everyMonth: z.string().optional(),
})
export type ReportDefinition = z.output<typeof ReportDefinition>

/** What a value is as a report, or why it is none. */
export function readDefinition(value: unknown): z.ZodSafeParseResult<ReportDefinition> {
  return ReportDefinition.safeParse(value)
}

/** Arguments of `query_crm` for the rows behind a row of an answer. */
export type FetchAsked = { readonly fetchxml: string; readonly ids: true; readonly count: true }

/** What a run of a report gives; the same to the tool, a prompt and the picture. */
export type ReportResult = {
  readonly report: string
  readonly title: string
  /** ISO 8601 with the offset of the person's time zone where that is known, else in UTC. */
  readonly asOf: string
  readonly timeZone?: string
  /** Of amounts; `null` where each row has its own. */
  readonly currency?: string
  readonly parameters: Readonly<Record<string, number | boolean | string>>
  readonly columns: readonly ReportColumn[]
  /** Formatted for reading: title and text. */
  readonly totals: readonly { readonly title: string; readonly value: number; readonly text: string }[]
  /** Compact rows, in order; `record` columns hold `{ id, label, entity }`. */
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  readonly more: boolean
  readonly picture: Picture
  /** What is said of how it is drawn, which may be otherwise than by its own picture. */
  readonly drawing?: (drawn: Picture['kind']) => readonly string[]
  readonly reading: readonly string[]
  readonly recordLink?: string
  readonly notes: readonly string[]
  /** Ids of the records that its rows are. */
  readonly records: readonly RecordsRead[]
  /** One a row: how the rows that it is made of are asked for, `null` where nothing can say that. */
  readonly behind?: () => readonly (FetchAsked | null)[]
  /** Where its query goes on behind so many of these rows; `undefined` where no row follows, absent for groups. */
  readonly goOn?: (behind: number) => Cursor | undefined
}
