import * as z from 'zod'
import { withOptions } from '../../dataverse/url.ts'
import { recordLinkTemplate } from '../../dataverse/record-link.ts'
import { compactRow, Page, type CompactRow } from '../../dataverse/rows.ts'
import { reportById, REPORT_IDS, REPORTS } from '../../reports/catalog.ts'
import type { Report, ReportParameters } from '../../reports/report.ts'
import { bytesForRows, readableText, takeWithin } from '../result.ts'
import { NotesSchema, RecordLinkSchema, RowsSchema, withNotes } from '../row-schemas.ts'
import { defineTool, type Tool, type ToolLimits } from '../tool.ts'

const DEFAULT_DAYS = 30
const MOST_DAYS = 365
const LAST = Number.MAX_SAFE_INTEGER
const GroupKey = z
  .object({ value: z.number() })
  .transform(({ value }) => value)
  .catch(LAST)

/** Runs one of the predefined reports: one Dataverse request, as its names need no metadata. */
export function runReport(limits: Pick<ToolLimits, 'defaultTop' | 'maxTop'>): Tool {
  return defineTool({
    name: 'run_report',
    title: 'Run a report',
    description: `Runs a predefined report. ${REPORTS.map(({ id, description }) => `${id}: ${description}`).join(' ')}`,
    status: { invoking: 'Running the report', invoked: 'Ran the report' },
    input: z.object({
      report: z.enum(REPORT_IDS),
      days: z.int().min(1).max(MOST_DAYS).default(DEFAULT_DAYS).describe('accounts-no-activity: days back from today'),
      mine: z.boolean().default(false).describe('Only rows owned by the signed-in person or their teams'),
      top: z.int().min(1).max(limits.maxTop).default(limits.defaultTop).describe('Rows to return at most'),
    }),
    output: z.object({
      report: z.string(),
      title: z.string(),
      rows: RowsSchema,
      returned: z.int(),
      more: z.boolean().describe('Whether rows exist beyond these'),
      recordLink: RecordLinkSchema.optional(),
      reading: z.array(z.string()).describe('How to read the rows, and what they leave out'),
      notes: NotesSchema,
    }),
    run: async ({ report: id, ...parameters }, context) => {
      const report = reportById(id)
      context.about({ entity: report.entity.name, report: id })
      const path = withOptions(report.entity.entitySet, { fetchXml: report.query(parameters).xml })
      const page = await context.dataverse.get(path, Page)
      const found = inGroups(
        report,
        page.value.map((row) => compactRow(row)),
      )
      const frame = frameOf(report, context.dataverseUrl)
      const asked = report.group ? found : found.slice(0, parameters.top)
      const rows = takeWithin(asked, bytesForRows(context.limits.resultBytes, frame))
      const more = rows.length < found.length
      const notes = notesFor(report, parameters, asked.length - rows.length)
      const structured = withNotes({ ...frame, rows, returned: rows.length, more }, notes)
      const heading = `${report.title}: ${rows.length} rows${more ? ', more exist' : ''}`
      return { structured, rows: rows.length, text: readableText(heading, rows, [...report.reading, ...notes]) }
    },
  })
}

function frameOf(
  report: Report,
  dataverseUrl: string,
): { report: string; title: string; reading: string[]; recordLink?: string } {
  return {
    report: report.id,
    title: report.title,
    reading: [...report.reading],
    ...(!report.group && { recordLink: recordLinkTemplate(dataverseUrl, report.entity) }),
  }
}

/**
 * Rows that are totals, in the order of their group's values. FetchXML leaves out the key of a group without a value;
 * that row, the last, would then say nothing of what it counts.
 */
function inGroups(report: Report, rows: readonly CompactRow[]): CompactRow[] {
  const { group } = report
  if (!group) return [...rows]
  const value = (row: CompactRow): number => GroupKey.parse(row[group.column])
  const named = (row: CompactRow): CompactRow =>
    row[group.column] === undefined ? { [group.column]: { label: group.emptyLabel }, ...row } : row
  return rows.toSorted((a, b) => value(a) - value(b)).map(named)
}

function notesFor(report: Report, given: ReportParameters, trimmed: number): string[] {
  const ignored = given.days !== DEFAULT_DAYS && !report.takes.includes('days')
  return [
    ...(ignored ? ['This report takes no "days"; it was ignored.'] : []),
    ...(trimmed > 0 ? [`${trimmed} rows did not fit; use query_crm with fewer columns for the rest.`] : []),
  ]
}
