import { covering } from '../../covering.ts'
import type { Asks, Case } from '../place.ts'
import { askerOf, clockOf } from '../run.ts'

type Language = 'odata' | 'fetch'
/** A condition in one spelling of one language. */
type Question = { readonly of: Case; readonly asks: Asks; readonly language: Language; readonly how: string }

/**
 * The product of places, operators, values, spellings, people and clocks: sort of value by spelling, by person and by
 * clock, operator by language, and where a condition stands, its operator, its sort of value and its spelling all together.
 */
function everywhere({ of: one, asks: { kind }, language, how }: Question): string[] {
  return [
    `${one.kind} | ${language} ${how}`,
    `${kind} in ${language}`,
    `${one.kind} | ${askerOf(one).persona}`,
    `${one.kind} | at ${clockOf(one)}`,
  ]
}

/** Of what is written down each value in each spelling, each operator and each value at each column in either language. */
function writtenNeeds(question: Question): string[] {
  const { of: one, language, how } = question
  const { place, column, op, value } = question.asks
  return [
    ...everywhere(question),
    `${value} as ${language} ${how}`,
    `${value} at ${clockOf(one)}`,
    `${place}${column} ${op} in ${language}`,
    `${place}${column} with ${value} in ${language}`,
  ]
}

/** Of what is drawn, which puts the same together at other columns, each way to a table and each column. */
function drawnNeeds(question: Question): string[] {
  const {
    asks: { place, column },
    language,
  } = question
  return [...everywhere(question), `drawn by ${place} in ${language}`, `drawn ${column} in ${language}`]
}

/** What is asked whole: words of their own, and what is held against its other spellings because its meaning is open. */
const isWhole = ({ asks, names }: Case): boolean => asks === undefined || names !== undefined

function questionsOf(one: Case): Question[] {
  const { asks } = one
  if (!asks || isWhole(one)) return []
  return (['odata', 'fetch'] as const).flatMap((language) =>
    one[language].map(([how]) => ({ of: one, asks, language, how })),
  )
}

const nameIn = ({ key }: Case, language: Language, how: string): string => `${key} | ${language} ${how}`
const nameOf = ({ of: one, language, how }: Question): string => nameIn(one, language, how)

/** Cuts a condition to those of its spellings that are asked. */
export type Cut = (one: Case) => Case

/** Chosen by one moment's conditions: one that only another moment has is asked whole. */
export function enough(written: readonly Case[], drawn: readonly Case[]): Cut {
  const isDrawn = new Set(drawn)
  const all = [...written, ...drawn]
  const chosen = new Set(
    covering(all.flatMap(questionsOf), (one) => (isDrawn.has(one.of) ? drawnNeeds(one) : writtenNeeds(one))).map(
      nameOf,
    ),
  )
  const known = new Set(all.map(({ key }) => key))
  return (one) => {
    if (isWhole(one) || !known.has(one.key)) return one
    const kept = (language: Language) => one[language].filter(([how]) => chosen.has(nameIn(one, language, how)))
    return { ...one, odata: kept('odata'), fetch: kept('fetch') }
  }
}
