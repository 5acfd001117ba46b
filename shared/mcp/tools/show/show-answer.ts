import * as z from 'zod'
import { parseJson } from '../../../dataverse/web-api/parse-json.ts'
import { wordsFor } from '../../tool/arguments/same-words.ts'
import { defineTool, type Tool } from '../../tool/tool.ts'
import { PICTURES } from './pictures.ts'

/** As text, since strict clients take no object with members that nobody named; an object is the same. */
const ARGUMENTS = z.preprocess(
  (given) => (typeof given === 'object' ? JSON.stringify(given) : given),
  z.string().max(80_000).describe('Its arguments, as JSON'),
)

const OfReport = z.object({
  tool: z.enum(['run_report', 'show_report']),
  arguments: z.preprocess((given) => (typeof given === 'string' ? parseJson(given) : given), z.looseObject({})),
  picture: z.enum(PICTURES).optional().catch(undefined),
})
const LONGEST_CALL = 1_000

/** A report has a tool of its own that shows it. */
function reportShown(args: unknown): string | undefined {
  const asked = OfReport.safeParse(args).data
  if (!asked) return undefined
  const call = JSON.stringify({ ...asked.arguments, picture: asked.picture })
  return call.length > LONGEST_CALL ? undefined : `A report is shown by show_report: call show_report with ${call}.`
}

/**
 * The answer of another tool with a picture: run as that tool runs, with its limits, refusals and switch. Only the tools
 * that show name the view, so that a host draws nothing where a model merely looks a number up.
 */
export function showAnswer(tools: readonly Tool[]): Tool {
  const names = tools.map(({ name }) => name)
  return defineTool({
    name: 'show_answer',
    title: 'Show an answer',
    description: 'Use this when the person wants to see an answer of analyze, query_crm or timeline: the same, drawn.',
    pictureOf: names,
    instead: (name, args) => (name === 'tool' ? reportShown(args) : undefined),
    readAs: {
      ...wordsFor('arguments', ['args', 'parameters', 'params', 'input']),
      ...wordsFor('picture', ['chart', 'charttype', 'type', 'kind', 'visualization', 'drawnas']),
      ...wordsFor('title', ['heading', 'caption']),
    },
    input: () =>
      z.object({
        tool: z.enum(names),
        arguments: ARGUMENTS,
        picture: z.enum(PICTURES).optional(),
        title: z.string().min(1).max(200).optional(),
      }),
    // Its result is described once, at the tool that is run.
    output: () => z.looseObject({}),
    run: async (args, context) => {
      const { answerShown } = await import('./answer-shown.ts')
      return await answerShown(args, tools, context)
    },
  })
}
