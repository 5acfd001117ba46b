import * as z from 'zod/mini'

const Column = z.object({
  name: z.string(),
  title: z.string(),
  /** `currency`: the ISO 4217 code of the amount in the column before, row by row. */
  kind: z.catch(z.enum(['text', 'money', 'count', 'number', 'percent', 'date', 'record', 'currency']), 'text'),
  empty: z.optional(z.string()),
  /** ISO 4217, of all amounts of the column. */
  currency: z.optional(z.string()),
})
const Texts = z._default(z.array(z.string()), [])
const Behind = z.union([z.string(), z.number(), z.boolean()])
export type Behind = z.output<typeof Behind>
/** By column and label: a choice's number, or the `entity/id` of a record. */
export type Values = ReadonlyMap<string, ReadonlyMap<string, Behind>>

/** A `ReportResult` as it comes out of the host's message; what is drawn is checked, what is not is let be. */
const Report = z.object({
  title: z.string(),
  asOf: z.string(),
  timeZone: z.optional(z.string()),
  currency: z.optional(z.string()),
  parameters: z._default(z.record(z.string(), z.union([z.number(), z.boolean(), z.string()])), {}),
  columns: z.array(Column),
  totals: z._default(z.array(z.object({ title: z.string(), text: z.string() })), []),
  /** Each as long as the columns, and in their order. */
  rows: z.array(z.array(z.unknown())),
  values: z.pipe(z.optional(z.unknown()), z.transform(valuesOf)),
  more: z._default(z.boolean(), false),
  /** Its label and its value are names of columns. */
  picture: z.catch(
    z.object({
      kind: z.enum(['bars', 'funnel', 'columns', 'table']),
      label: z.optional(z.string()),
      value: z.optional(z.string()),
    }),
    { kind: 'table' },
  ),
  reading: Texts,
  recordLink: z.optional(z.string()),
  notes: Texts,
})
export type Report = z.output<typeof Report>
export type Column = z.output<typeof Column>
export type Row = Report['rows'][number]

/** A label is any text of a record: as a member of an object, `__proto__` would be lost and `constructor` be found. */
function valuesOf(values: unknown): Values {
  const columns = membersOf(values).map(([column, labels]) => {
    const known = membersOf(labels).flatMap(([label, value]) => {
      const behind = Behind.safeParse(value).data
      return behind === undefined ? [] : [[label, behind] as const]
    })
    return [column, new Map(known)] as const
  })
  return new Map(columns)
}

function membersOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}

const ToolResult = z.object({
  isError: z.optional(z.boolean()),
  structuredContent: z.optional(z.unknown()),
  content: z.catch(z.array(z.object({ text: z.optional(z.string()) })), []),
})

/** The report in a tool's result, or else the text that came with it. */
export function readReport(params: unknown): { report: Report } | { text: string } {
  const result = ToolResult.safeParse(params).data
  const report = result?.isError === true ? undefined : Report.safeParse(result?.structuredContent).data
  if (report !== undefined) return { report }
  const text = result?.content.map((part) => part.text ?? '').join('\n') ?? ''
  return { text: text === '' ? 'The report could not be shown. Its answer is in the conversation.' : text }
}
