import { BUILT_IN_REPORTS } from '../../../shared/reports/catalogue/built-in.ts'
import type { DenseReport } from '../../../shared/mcp/tools/report/dense-report.ts'
import type { ReportResult } from '../../../shared/reports/definition.ts'
import type { Person } from '../../sandbox/people.ts'
import { callTool, readResult, send, type ToolAnswer } from '../../unit/mcp/support/harness.ts'
import type { Given } from './report-case.ts'
import { bearerOf, type Stage } from './stage.ts'

export type Answered = ToolAnswer & { readonly structuredContent: ReportResult }

/** Runs a report through the tool. @throws Error for an answer that is an error */
export async function call({ worker }: Stage, report: string, given: Given, person: Person): Promise<Answered> {
  const answer = await callTool(worker, 'run_report', { report, ...given }, bearerOf(person))
  if (answer.isError === true || answer.structuredContent === undefined)
    throw new Error(`${report} for ${person.name}: ${answer.content[0]?.text ?? ''}`)
  return { ...answer, structuredContent: compactReport(answer.structuredContent as unknown as DenseReport) } as Answered
}

/** With rows as the report's own code has them: what stands behind labels beside them. */
function compactReport(report: DenseReport): ReportResult {
  const defined = BUILT_IN_REPORTS.find(({ slug }) => slug === report.report)?.columns ?? []
  const columns = defined.filter(({ key }) => report.columns.some(({ name }) => name === key))
  const rows = report.rows.map((row) => {
    const cells = report.columns.map(({ name }, at) => [name, compactCell(row[at], report, name)] as const)
    return Object.fromEntries(cells.filter(([, cell]) => cell !== undefined))
  })
  return { ...report, columns, rows, records: [] }
}

function compactCell(cell: unknown, { values = {} }: DenseReport, name: string): unknown {
  if (cell === null || typeof cell !== 'string') return cell ?? undefined
  const { empty } = BUILT_IN_REPORTS.flatMap(({ columns }) => columns).find(({ key }) => key === name) ?? {}
  const behind = values[name]?.[cell]
  if (behind === undefined) return cell === empty ? { label: cell } : cell
  const [entity, id] = String(behind).split('/')
  return id === undefined ? { value: behind, label: cell } : { id, label: cell.replace(/ #[0-9a-f]{8}$/, ''), entity }
}

/** The structured result of the tool. */
export async function ask(stage: Stage, report: string, given: Given, person: Person): Promise<ReportResult> {
  return (await call(stage, report, given, person)).structuredContent
}

/** Any other request of MCP, and its result. */
export async function request({ worker }: Stage, method: string, params: unknown, person: Person): Promise<unknown> {
  const headers = { authorization: `Bearer token-${bearerOf(person)}` }
  return readResult(await send(worker, { body: { jsonrpc: '2.0', id: 1, method, params }, headers }))
}
