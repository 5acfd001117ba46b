import { isDeepStrictEqual } from 'node:util'
import { literalAt } from '../../../../dataverse/query/from-odata/tokens.ts'
import type { Analysis, Expression, Group } from '../../model.ts'
import { readExpression } from '../measure/expression.ts'
import { parseGroup } from '../parse-group.ts'
import { closingAt, MOST_CHARACTERS } from '../tokens.ts'
import { functionOf, isBand, isShare, partOf } from '../words.ts'
import { columnNamed, type AnswerColumn } from './columns.ts'
import { ifReadable } from '../if-readable.ts'

const CALL = /\$?([A-Za-z_]\w*)\s{0,3}\(/y
const WORD = /\w+/y
/** No column of an answer is called so. */
const STAND_IN = /^__(\d{1,3})$/

/**
 * A text of conditions or an order in which figures and groups that are written out, `sum(estimatedvalue)`, are names
 * that stand for the columns of the answer.
 */
export function withStandIns(text: string, analysis: Analysis, columns: readonly AnswerColumn[]): string {
  if (text.length > MOST_CHARACTERS) return text
  const names = namesIn(columns)
  let made = ''
  for (let at = 0; at < text.length;) {
    const named = names.find(({ name }) => isNameAt(text, at, name))
    if (named) {
      made += `__${named.at}`
      at += named.name.length
      continue
    }
    const plain = literalAt(text, at)?.raw
    const call = plain === undefined ? callAt(text, at) : undefined
    const column = call === undefined ? -1 : columnOf(call, analysis, columns)
    const taken = column < 0 ? (plain ?? wordAt(text, at)) : (call ?? '')
    // Whoever writes such a name means no column by it.
    const kept = STAND_IN.test(taken) ? `_${taken}` : taken
    made += column < 0 ? kept : `__${column}`
    at += taken.length
  }
  return made
}

/** Names that are more than a word, `count change %`, the longest first. */
function namesIn(columns: readonly AnswerColumn[]): { readonly name: string; readonly at: number }[] {
  const all = columns.flatMap(({ name, written }, at) =>
    [...new Set([name, written])].map((one) => ({ name: one, at })),
  )
  return all.filter(({ name }) => /\W/.test(name)).toSorted((one, other) => other.name.length - one.name.length)
}

function isNameAt(text: string, at: number, name: string): boolean {
  const ends = /\w$/.test(name) && /\w/.test(text.charAt(at + name.length))
  return text.startsWith(name, at) && !ends
}

/** The column that a name in such a text means. */
export function columnMeant(columns: readonly AnswerColumn[], name: string): AnswerColumn | undefined {
  const [, at] = STAND_IN.exec(name) ?? []
  return at === undefined ? columnNamed(columns, name) : columns[Number(at)]
}

function wordAt(text: string, at: number): string {
  WORD.lastIndex = at
  return WORD.exec(text)?.[0] ?? text.slice(at, at + 1)
}

function callAt(text: string, at: number): string | undefined {
  CALL.lastIndex = at
  const [start = '', word = ''] = CALL.exec(text) ?? []
  const isOurs = functionOf(word) !== undefined || partOf(word) !== undefined || isShare(word) || isBand(word)
  const end = isOurs ? closingAt(text, at + start.length) : undefined
  return end === undefined ? undefined : text.slice(at, end + 1)
}

function columnOf(call: string, analysis: Analysis, columns: readonly AnswerColumn[]): number {
  const measure = ifReadable(() => readExpression(call))
  const group = measure === undefined ? ifReadable(() => parseGroup(call)) : undefined
  return columns.findIndex(({ shows }) => {
    if (shows.kind === 'group') return group !== undefined && isSame(group, analysis.groups[shows.at])
    return measure !== undefined && shows.side === 'now' && isOf(measure, analysis.measures[shows.at]?.expression)
  })
}

function isOf(one: Expression, other: Expression | undefined): boolean {
  return isDeepStrictEqual(one, other)
}

function isSame(one: Group, other: Group | undefined): boolean {
  return other !== undefined && isDeepStrictEqual({ ...one, name: '' }, { ...other, name: '' })
}
