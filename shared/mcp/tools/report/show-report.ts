import * as z from 'zod'
import { defineTool, type Tool, type ToolContext, type ToolOutcome } from '../../tool/tool.ts'
import { PICTURES } from '../show/pictures.ts'

const Picture = z.enum(PICTURES).optional()

/**
 * `run_report` with a picture: the same arguments, the same result. Only the tools that show name the view, so that a
 * host draws nothing where a model merely looks a number up.
 */
export function showReport(runReport: Tool): Tool {
  return defineTool({
    name: 'show_report',
    title: 'Show a report',
    description:
      'Use this when the person wants to see a report: run_report, drawn beside the answer where the client can; picture as show_answer.',
    pictureOf: [runReport.name],
    describedThere: true,
    instead: runReport.instead,
    input: () => runReport.input.extend({ picture: Picture }),
    // Its result is described once, at run_report.
    output: () => z.looseObject({}),
    run: async ({ picture: asked, ...args }, context) => {
      const outcome = await runReport.call(args, { ...context, picture: Picture.parse(asked) })
      if ('ask' in outcome) return outcome
      return outcome.behind ? await withRowsBehind(outcome, outcome.behind, context) : outcome
    },
  })
}

type Behind = NonNullable<ToolOutcome['behind']>

async function withRowsBehind(
  { behind: _behind, ...outcome }: ToolOutcome,
  behind: Behind,
  { metadata }: ToolContext,
): Promise<ToolOutcome> {
  const { behindOf, listedColumns } = await import('../show/view-meta.ts')
  const { entity } = outcome.structured
  const columns = typeof entity === 'string' ? await listedColumns(entity, metadata) : new Map<string, string>()
  return { ...outcome, meta: behindOf({ rows: behind().slice(0, outcome.rows), where: {}, columns }) }
}
