import * as z from 'zod'
import { REPORT_VIEW_URI } from '../report-view-resource.ts'
import { listTool, type ListedTool } from '../tool-listing.ts'
import type { Tool } from '../tool.ts'

/**
 * `run_report` with a picture: the same arguments, the same result. Only this tool names the view, so that a host draws
 * nothing where a model merely looks a number up.
 */
export function showReport(runReport: Tool): Tool {
  return {
    ...runReport,
    name: 'show_report',
    title: 'Show a report',
    description: 'run_report with a chart and table drawn for the person. Same arguments and result as run_report.',
    // Its result is described once, at run_report.
    output: z.looseObject({}),
  }
}

/** As `tools/list` has it: what run_report's entry says of arguments and result is not said again. */
export function listShowReport(tool: Tool, scope: string): ListedTool {
  const { _meta, inputSchema, ...listed } = listTool(tool, scope)
  return {
    ...listed,
    inputSchema: withoutDescriptions(inputSchema),
    outputSchema: { type: 'object' },
    _meta: { ..._meta, ui: { resourceUri: REPORT_VIEW_URI }, 'openai/outputTemplate': REPORT_VIEW_URI },
  }
}

const Described = z.record(z.string(), z.looseObject({}))

function withoutDescriptions(schema: ListedTool['inputSchema']): ListedTool['inputSchema'] {
  const properties = Object.entries(Described.parse(schema.properties)).map(([name, { description: _, ...rest }]) => [
    name,
    rest,
  ])
  return { ...schema, properties: Object.fromEntries(properties) }
}
