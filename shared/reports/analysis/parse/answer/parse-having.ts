import { QueryError } from '../../../../dataverse/errors.ts'
import { parseFilter } from '../../../../dataverse/query/from-odata/parse-filter.ts'
import type { Condition, Filter, Note } from '../../../../dataverse/query/model/query.ts'
import { shown } from '../../../../dataverse/query/say/refusals.ts'
import type { Analysis, Comparison } from '../../model.ts'
import { numberOf } from '../tokens.ts'
import { answerColumns, namesOf, type AnswerColumn, type Shown } from './columns.ts'
import { countedInstead, edgeOf } from './dated-having.ts'
import { columnMeant, withStandIns } from './stand-ins.ts'

export type Figure = Extract<Shown, { readonly kind: 'measure' }>

/** Conditions on figures. */
export type Having =
  | { readonly kind: 'all'; readonly of: readonly Having[] }
  | { readonly kind: 'any'; readonly of: readonly Having[] }
  | { readonly kind: 'not'; readonly of: Having }
  | { readonly kind: 'empty'; readonly figure: Figure }
  | { readonly kind: 'compared'; readonly figure: Figure; readonly by: Comparison; readonly with: number | Figure }

type Context = { readonly columns: readonly AnswerColumn[]; readonly measures: Analysis['measures'] }

const COMPARISONS: ReadonlySet<string> = new Set(['eq', 'ne', 'gt', 'ge', 'lt', 'le'])
const NUMBER = /^-?(?:\d[\d_]*(?:\.\d+)?|\.\d+)(?:e[+-]?\d{1,2})?(?:bn|[km])?$/i

/**
 * Reads conditions over the answer's columns, in the language of `filter`.
 * @throws QueryError `invalid_having`, and `invalid_filter` for what no filter has
 */
export function parseHaving(text: string, analysis: Analysis, note: Note): Having {
  const columns = answerColumns(analysis)
  return havingOf(parseFilter(withStandIns(text, analysis, columns), note), { columns, measures: analysis.measures })
}

function havingOf(filter: Filter, context: Context): Having {
  if (filter.links.length > 0)
    throw invalid(context, 'asks for rows of a collection', 'such conditions belong into filter')
  const parts = [
    ...filter.conditions.map((one) => conditionOf(one, context)),
    ...filter.filters.map((one) => havingOf(one, context)),
  ]
  const of: Having = filter.type === 'and' ? { kind: 'all', of: parts } : { kind: 'any', of: parts }
  return filter.negated ? { kind: 'not', of } : of
}

function conditionOf(
  { attribute, path = [], operator, values, otherColumn, alone }: Condition,
  context: Context,
): Having {
  const name = [...path, attribute].join('/')
  const figure = figureOf(name, context)
  if (alone) throw invalid(context, `compares ${shown(name)} with nothing`)
  if (operator === 'null') return { kind: 'empty', figure }
  if (operator === 'not-null') return { kind: 'not', of: { kind: 'empty', figure } }
  if (otherColumn !== undefined && isComparison(operator))
    return { kind: 'compared', figure, by: operator, with: figureOf(otherColumn, context) }
  const [value = ''] = values
  if (isComparison(operator) && !NUMBER.test(value.trim())) refuseDate({ name, figure, by: operator, value }, context)
  const written = columnMeant(context.columns, name)?.name ?? name
  const numbers = values.map((one) => numberIn(one, written, context))
  const compared = (by: Comparison, at: number): Having => ({ kind: 'compared', figure, by, with: numbers[at] ?? 0 })
  if (isComparison(operator)) return compared(operator, 0)
  if (operator === 'between') return { kind: 'all', of: [compared('ge', 0), compared('le', 1)] }
  const among: Having = { kind: 'any', of: numbers.map((_one, at) => compared('eq', at)) }
  if (operator === 'in') return among
  if (operator === 'not-in') return { kind: 'not', of: among }
  throw invalid(context, `compares ${shown(name)} by "${shown(operator)}", and figures are numbers`)
}

function isComparison(operator: string): operator is Comparison {
  return COMPARISONS.has(operator)
}

function figureOf(name: string, context: Context): Figure {
  const column = columnMeant(context.columns, name)
  const shows = column?.shows
  if (shows?.kind === 'measure') return shows
  const isGroup = shows?.kind === 'group'
  throw invalid(
    context,
    isGroup
      ? `compares ${shown(column?.name ?? name)}, which is no figure`
      : `has no figure "${shown(name)}" to compare`,
    isGroup ? 'a condition on rows belongs into filter' : 'name figures in measures, behind as',
  )
}

type Dated = { readonly name: string; readonly figure: Figure; readonly by: Comparison; readonly value: string }

/** @throws QueryError where the first or last value of a column, a date perhaps, is compared with what may be one */
function refuseDate({ name, figure, by, value }: Dated, { columns, measures }: Context): void {
  const edge = figure.side === 'now' ? edgeOf(measures[figure.at]?.expression) : undefined
  const column = columnMeant(columns, name)?.name ?? name
  const step = edge && countedInstead(edge, column, by, value.trim())
  if (step === undefined) return
  throw new QueryError('invalid_having', `The having compares ${shown(column)} with a date, and takes numbers.`, step)
}

function numberIn(value: string, name: string, context: Context): number {
  const text = value.trim()
  if (NUMBER.test(text)) return text.startsWith('-') ? -numberOf(text.slice(1)) : numberOf(text)
  const percent = /^(-?\d{1,9}(?:\.\d{1,6})?) ?%$/.exec(text)?.[1]
  if (percent !== undefined)
    throw invalid(
      context,
      `compares ${shown(name)} with ${shown(text)}, which may be ${Number(percent) / 100} or ${percent}`,
      'a share is a number from 0 to 1',
    )
  throw invalid(context, `compares ${shown(name)} with "${shown(text)}", which is no number`)
}

/** Says which figures there are, in a condition that is taken. */
function invalid({ columns, measures }: Context, problem: string, because?: string): QueryError {
  const figures = columns.filter(({ shows }) => shows.kind === 'measure')
  const isNumber = ({ shows }: AnswerColumn): boolean => edgeOf(measures[shows.at]?.expression) === undefined
  const number = figures.find(isNumber)
  const reason = because === undefined ? '' : `: ${because}`
  return new QueryError(
    'invalid_having',
    `The having ${problem}${reason}.`,
    `Write: ${number ? `${number.name} ge 5` : `${figures[0]?.name ?? 'count'} ne null`}. Figures: ${namesOf(columns, ['measure'])}.`,
  )
}
