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
  return answer as unknown as Answered
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
