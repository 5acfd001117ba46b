import * as z from 'zod/mini'

const Column = z.object({
  key: z.string(),
  title: z.string(),
  kind: z.catch(z.enum(['text', 'money', 'count', 'number', 'percent', 'date', 'record']), 'text'),
  empty: z.optional(z.string()),
})
const Texts = z._default(z.array(z.string()), [])

/** A `ReportResult` as it comes out of the host's message; what is drawn is checked, what is not is let be. */
const Report = z.object({
  title: z.string(),
  asOf: z.string(),
  timeZone: z.optional(z.string()),
  currency: z.optional(z.string()),
  parameters: z._default(z.record(z.string(), z.union([z.number(), z.boolean(), z.string()])), {}),
  columns: z.array(Column),
  totals: z._default(z.array(z.object({ title: z.string(), text: z.string() })), []),
  rows: z.array(z.record(z.string(), z.unknown())),
  more: z._default(z.boolean(), false),
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
