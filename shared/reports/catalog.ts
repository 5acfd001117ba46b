import { accountsNoActivity } from './account-reports.ts'
import type { Report, ReportId, ReportParameters } from './report.ts'
import { closingThisMonth, myOpenOpportunities, pipelineByStage } from './sales-reports.ts'

export const REPORTS: readonly Report[] = [myOpenOpportunities, pipelineByStage, accountsNoActivity, closingThisMonth]

export const REPORT_IDS = [
  'my-open-opportunities',
  'pipeline-by-stage',
  'accounts-no-activity',
  'closing-this-month',
] as const satisfies readonly ReportId[]

const PARAMETERS: Readonly<Record<keyof ReportParameters, string>> = {
  days: '`days` (default 30): how many days back from today',
  mine: '`mine` (default false): only rows owned by the person or by a team of theirs',
  top: '`top` (default 50): how many rows at most',
}

/** @throws RangeError for an id that is not one of {@link REPORT_IDS} */
export function reportById(id: ReportId): Report {
  const found = REPORTS.find((report) => report.id === id)
  if (!found) throw new RangeError('no such report')
  return found
}

/** The URI under which a report's description is read as a resource. */
export function reportUri(report: Report): string {
  return `prompt://reports/${report.id}`
}

/** A report as a person or a model reads it: what it shows, how to run it, how to read it. Markdown. */
export function describeReport(report: Report): string {
  const lines = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n')
  const sections = [
    `# ${report.title}`,
    report.description,
    `## How to run it\nCall the tool \`run_report\` with \`report: "${report.id}"\`. It takes:`,
    lines(report.takes.map((name) => PARAMETERS[name])),
    `## How to read it\n${lines(report.reading)}`,
    'Answer with a short table and name the date it was run; say so when more rows exist than are shown.',
  ]
  return `${sections.join('\n\n')}\n`
}
