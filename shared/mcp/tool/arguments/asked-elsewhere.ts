import { shown } from '../../../dataverse/query/say/refusals.ts'
import { PICTURES } from '../../tools/show/pictures.ts'
import { DRAWN_BY } from './drawn-instead.ts'

/** Arguments that one tool alone has, of those that are taken for each other. */
const ASKED_OF: readonly (readonly [tool: string, words: readonly string[]])[] = [
  ['run_report', ['report', 'view', 'dashboard', 'chart']],
  ['query_crm', ['filter', 'select', 'orderby', 'expand', 'fetchxml']],
  ['analyze', ['measures', 'by', 'having', 'compare']],
]
const TAKEN_FOR: ReadonlySet<string> = new Set([...ASKED_OF.map(([tool]) => tool), 'show_report', 'show_answer'])
const LONGEST_NAME = 200

/**
 * The tool that has an argument which this one has not: without the argument another question would be answered.
 * @param word as `canonicalName` writes it
 * @param known the arguments that it has
 */
export function askedElsewhere(tool: string, word: string, value: unknown, known: unknown): string | undefined {
  const [asked] = ASKED_OF.find(([, words]) => words.includes(word)) ?? []
  if (asked === undefined || !TAKEN_FOR.has(tool)) return undefined
  const other = tool.startsWith('show_') ? DRAWN_BY[asked] : asked
  if (other === undefined || other === tool) return undefined
  if (other === 'show_answer') return `call show_answer, whose arguments hold it with the tool ${asked}.`
  if (asked !== 'run_report' || typeof value !== 'string' || value.length > LONGEST_NAME)
    return `call ${other}, which takes it.`
  const call = { [word]: shown(value, LONGEST_NAME), ...drawnAs(other, known) }
  return `call ${other} with ${JSON.stringify(call)}.`
}

function drawnAs(tool: string, known: unknown): { readonly picture?: string } {
  const isDrawn = tool === 'show_report' && typeof known === 'object' && known !== null && 'picture' in known
  const picture = isDrawn ? PICTURES.find((one) => one === known.picture) : undefined
  return picture === undefined ? {} : { picture }
}
