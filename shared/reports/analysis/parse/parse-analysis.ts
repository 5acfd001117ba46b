import { isDeepStrictEqual } from 'node:util'
import { QueryError } from '../../../dataverse/errors.ts'
import type { Note } from '../../../dataverse/query/model/query.ts'
import { isBareValue } from '../../../dataverse/query/from-odata/tokens.ts'
import { conditionsOf, otherPeriod, type Part } from '../../../dataverse/query/resolve/values/dates/other-periods.ts'
import { shown } from '../../../dataverse/query/say/refusals.ts'
import type { Analysis, Expression, Group, Measure } from '../model.ts'
import { parseHaving, type Having } from './answer/parse-having.ts'
import { parseOrders, type AnswerOrder } from './answer/parse-orders.ts'
import { printExpression } from './measure/expression.ts'
import { parseMeasure } from './measure/parse-measure.ts'
import type { TermFigures } from './measure/term-figure.ts'
import { nameOf } from './names.ts'
import { parseGroup } from './parse-group.ts'
import { partsOf } from './tokens.ts'

/** As a tool's arguments give it. */
export type WrittenAnalysis = {
  readonly entity: string
  readonly filter?: string | undefined
  readonly measures: readonly string[]
  readonly by?: readonly string[] | undefined
  readonly having?: string | undefined
  readonly orderby?: string | undefined
  readonly compare?: readonly string[] | undefined
}

export type ParsedAnalysis = {
  readonly analysis: Analysis
  readonly having?: Having | undefined
  readonly orders: readonly AnswerOrder[]
}

const MOST_MEASURES = 15
const MOST_GROUPS = 4

/**
 * Reads an analysis, every name of a column as it was written.
 * @param note told what was read otherwise than it was written
 * @param terms what words of the company are as measures
 * @throws QueryError `invalid_measure`, `invalid_group`, `invalid_having`, `invalid_orderby`, `invalid_filter`, `invalid_arguments`
 */
export function parseAnalysis(written: WrittenAnalysis, note: Note, terms?: TermFigures): ParsedAnalysis {
  const { entity, filter, having = '', orderby = '' } = written
  const groups = groupsOf(written.by ?? [], note)
  const measures = measuresOf(written.measures, { groups, note, terms })
  const compare = comparedOf(written.compare, datesOf(measures, filter))
  const analysis: Analysis = { entity, filter, measures, groups, ...(compare && { compare }) }
  return {
    analysis,
    ...(having.trim() !== '' && { having: parseHaving(having, analysis, note) }),
    orders: orderby.trim() === '' ? [] : parseOrders(orderby, analysis, note),
  }
}

function groupsOf(by: readonly string[], note: Note): Group[] {
  const groups: Group[] = []
  for (const text of by.flatMap(partsOf)) {
    const group = parseGroup(text)
    if (groups.some((one) => isDeepStrictEqual(one, group))) note(`${shown(text)} was given twice in by.`)
    else groups.push(group)
  }
  const names = new Set(groups.map(({ name }) => name.toLowerCase()))
  if (names.size < groups.length)
    throw new QueryError('invalid_group', 'Two groups have one name.', 'Write "as other_name" behind one of them.')
  if (groups.length > MOST_GROUPS)
    throw new QueryError('invalid_group', `More than ${MOST_GROUPS} groups.`, `Give at most ${MOST_GROUPS} in by.`)
  return groups
}

type Reading = {
  readonly groups: readonly Group[]
  readonly note: Note
  readonly terms: TermFigures | undefined
}

function measuresOf(texts: readonly string[], { groups, note, terms }: Reading): Measure[] {
  const taken = new Set(groups.map(({ name }) => name.toLowerCase()))
  const measures: Measure[] = []
  const named = new Map<string, Expression>()
  for (const text of texts.flatMap(partsOf)) {
    const { expression, name: given, said, inFull } = parseMeasure(text, terms, named)
    if (inFull !== undefined) note(`"${shown(text)}" was read as ${shown(inFull)}.`)
    const again = measures.find((one) => isDeepStrictEqual(one.expression, expression))
    if (again && (given === undefined || given === again.name)) {
      note(`${shown(text)} was given twice in measures.`)
      continue
    }
    const name = given ?? freeName(said?.name ?? nameOf(printExpression(expression)), taken)
    if (taken.has(name.toLowerCase()))
      throw new QueryError(
        'invalid_measure',
        `Two columns of the answer would be called ${name}.`,
        `Write "as ${freeName(`${name}_2`, taken)}" behind "${shown(text.split(/\sas\s/i, 1)[0] ?? '')}".`,
      )
    taken.add(name.toLowerCase())
    if (given !== undefined) named.set(name.toLowerCase(), expression)
    measures.push({ name, expression, ...(said && { said: said.text }) })
  }
  if (measures.length === 0) throw new QueryError('invalid_measure', 'No measure was given.', 'Write: count.')
  if (measures.length > MOST_MEASURES)
    throw new QueryError('invalid_measure', `More than ${MOST_MEASURES} measures.`, 'Ask in several calls.')
  return measures
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name
  for (let at = 2; taken.has(free.toLowerCase()); at += 1) free = `${name} ${at}`
  return free
}

/** What a comparison is of: a term says which dates are its own. */
function datesOf(measures: readonly Measure[], filter = ''): 'period' | 'createdon' {
  return measures.some(({ said }) => said !== undefined) || /\bterm\s+(?:eq|in)\b/i.test(filter)
    ? 'period'
    : 'createdon'
}

const EQUALS = /^([\w/]+)\s+(?:eq|==?)\s+(\S.*)$/i

/** A period of a column as a condition; one that has no word of its own from its first day to its last. */
function dated(column: string, period: string): string {
  const parts = boundsOf(period).map(({ operator, values: [value = ''] }) => `${column} ${operator} ${value}`)
  return parts.length > 0 ? parts.join(' and ') : `${column} eq ${shown(period)}`
}

function boundsOf(period: string): readonly Part[] {
  const found = otherPeriod(period)
  return found && 'from' in found ? conditionsOf(found) : []
}

/** Of two conditions one may say of which column the other is. */
function checkColumns(now: string, before: string, dates: string): void {
  const sides = [now, before]
  const isBare = (one: string) => isBareValue(one) || boundsOf(one).length > 0
  const bare = sides.find((one) => /^[\w -]+$/.test(one) && isBare(one))
  if (bare === undefined) return
  const known = sides.flatMap((one) => EQUALS.exec(one)?.[1] ?? [])[0]
  const written = sides.map((one) => {
    const [, column = known ?? dates, value = one] = EQUALS.exec(one) ?? []
    return isBare(value) ? dated(column, value) : one
  })
  throw new QueryError(
    'invalid_arguments',
    `compare holds "${shown(bare)}" without the column whose dates are meant.`,
    `Write that column before each, for example: ${JSON.stringify(written)}.`,
  )
}

/** Of a condition, for a next step that works as it stands. */
const MOST_SHOWN = 500

function comparedOf(
  compare: readonly string[] = [],
  dates: ReturnType<typeof datesOf>,
): readonly [string, string] | undefined {
  const listed = compare.length === 1 ? compare.flatMap(partsOf) : compare
  const [now, before, ...others] = listed.map((one) => one.trim()).filter((one) => one !== '')
  if (now === undefined) return undefined
  if (before !== undefined && others.length === 0) checkColumns(now, before, dates)
  if (before !== undefined && others.length === 0) return [now, before]
  const [, column, value = ''] = EQUALS.exec(now) ?? []
  const known = column !== undefined && isBareValue(value) ? column : dates
  const written =
    before === undefined
      ? ['this-quarter', 'last-quarter'].map((one) => dated(known, one))
      : [now, before].map((one) => (isBareValue(one) ? dated(dates, one) : one))
  throw new QueryError(
    'invalid_arguments',
    'compare takes two conditions: now, and what it is compared with.',
    `Write: ${JSON.stringify(written.map((one) => shown(one, MOST_SHOWN)))}.${others.length > 0 ? ' Compare the others in calls of their own.' : ''}`,
  )
}
