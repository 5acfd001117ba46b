import { PICTURES } from '../../tools/show/pictures.ts'
import { showCall } from '../../tools/show/show-call.ts'

/** The tool that shows an answer of another: the same with a picture. */
export const DRAWN_BY: Readonly<Record<string, 'show_answer' | 'show_report'>> = {
  run_report: 'show_report',
  analyze: 'show_answer',
  query_crm: 'show_answer',
  timeline: 'show_answer',
}
/** As `canonicalName` writes them. */
const PICTURE: readonly string[] = ['picture', 'charttype', 'chart', 'visualization', 'visualisation', 'graph', 'plot']
const LONGEST_CALL = 1_000

/** The call that draws what a tool without pictures was asked to draw; nothing for any other argument or tool. */
export function drawnInstead(tool: string, word: string, picture: unknown, known: unknown): string | undefined {
  const drawing = Object.hasOwn(DRAWN_BY, tool) ? DRAWN_BY[tool] : undefined
  if (drawing === undefined || !PICTURE.includes(word)) return undefined
  // Of rows and entries there is one picture alone.
  const isOfFigures = tool === 'run_report' || tool === 'analyze'
  const kind = isOfFigures ? PICTURES.find((one) => one === picture) : undefined
  const args = typeof known === 'object' ? { ...known } : {}
  const more = kind === undefined ? {} : { picture: kind }
  const call = drawing === 'show_report' ? JSON.stringify({ ...args, ...more }) : showCall(tool, args, more)
  if (call.length > LONGEST_CALL) return `call ${drawing} with the same arguments, which draws them.`
  return `${drawing} draws it: call ${drawing} with ${call}.`
}
