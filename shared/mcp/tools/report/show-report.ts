import * as z from 'zod'
import { REPORT_VIEW_URI } from '../../reports/report-view-resource.ts'
import { listTool, type ListedTool } from '../../tool/tool-listing.ts'
import type { Tool } from '../../tool/tool.ts'

/**
 * `run_report` with a picture: the same arguments, the same result. Only this tool names the view, so that a host draws
 * nothing where a model merely looks a number up.
 */
export function showReport(runReport: Tool): Tool {
  return runReport.as({
    name: 'show_report',
    title: 'Show a report',
    description: 'run_report with a picture drawn for the person; same arguments and result.',
    status: runReport.status,
    // Its result is described once, at run_report.
    output: z.looseObject({}),
  })
}

/** As `tools/list` has it: what run_report's entry says of arguments, their values and the result is not said again. */
export function listShowReport(tool: Tool, scope: string): ListedTool {
  const { _meta, inputSchema, ...listed } = listTool(tool, scope)
  return {
    ...listed,
    inputSchema: typesAlone(inputSchema),
    outputSchema: { type: 'object' },
    _meta: { ..._meta, ui: { resourceUri: REPORT_VIEW_URI }, 'openai/outputTemplate': REPORT_VIEW_URI },
  }
}

const Kept = z.object({ type: z.string().optional(), anyOf: z.array(z.unknown()).optional() })
const Typed = z.record(z.string(), Kept)

function typesAlone(schema: ListedTool['inputSchema']): ListedTool['inputSchema'] {
  return { type: 'object', properties: Typed.parse(schema.properties), additionalProperties: false }
}
