import * as z from 'zod'
import type { Tool } from '../../tool/tool.ts'

/**
 * `run_report` with a picture: the same arguments, the same result. Only this tool names the view, so that a host draws
 * nothing where a model merely looks a number up.
 */
export function showReport(runReport: Tool): Tool {
  return runReport.as({
    name: 'show_report',
    title: 'Show a report',
    description:
      'Use this when the person wants to see a report: run_report with a chart and a table drawn beside the answer, where the client can; same arguments and result.',
    status: runReport.status,
    pictureOf: [runReport.name],
    describedThere: true,
    // Its result is described once, at run_report.
    output: () => z.looseObject({}),
  })
}
