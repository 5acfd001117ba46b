import type { Computed, Key, Outcome, Tally } from '../../../shared/reports/analysis/model.ts'
import { chooseWay, type ChooseWay } from '../../../shared/reports/analysis/plan/choose-way.ts'
import { fold } from '../oracle/collation.ts'
import type { SqlRow, SqlValue } from '../oracle/oracle.ts'
import type { Case, Figure } from './generated.ts'

export const WAYS: Readonly<Record<'aggregate' | 'rows', ChooseWay>> = { aggregate: chooseWay, rows: () => 'rows' }

type Told = number | string | null

/** A figure as whoever shows it takes it from a tally. */
export function figureIn({ aggregation: { name, of } }: Figure, tally: Tally | undefined): Told {
  if (!tally) return name === 'count' || name === 'distinct' ? 0 : null
  const { rows, known, sum, min, max, distinct, values = [] } = tally
  if (name === 'count') return of ? known : rows
  if (name === 'distinct') return typeof distinct === 'number' ? distinct : (distinct?.size ?? NaN)
  if (known === 0) return null
  if (name === 'sum') return sum
  if (name === 'avg') return sum / known
  return name === 'median' ? medianOf(values) : name === 'min' ? min : max
}

function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = (sorted.length - 1) / 2
  const [low, high] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]]
  return low === undefined || high === undefined ? null : (low + high) / 2
}

function sqlOf({ subject, groups, filters }: Case, { valued, where }: Figure, side: string, isWhole: boolean): string {
  const value = valued?.sql ?? '1'
  const keys = isWhole ? [] : groups.map(({ sql }, at) => `${sql} as k${at}`)
  const different = valued?.kind === 'number' ? `printf('%.13g', ${value})` : value
  const figures = [
    'count(*) as n',
    `count(${value}) as known`,
    `sum(${value}) as total`,
    `min(${value}) as least`,
    `max(${value}) as most`,
    `count(distinct case when ${value} is not null then ${different} end) as different`,
    `json_group_array(${value}) as all_values`,
  ]
  const conditions = [...filters.map(({ sql }) => sql), where?.sql ?? '', side].filter((one) => one !== '')
  const having = conditions.length > 0 ? ` where ${conditions.map((one) => `(${one})`).join(' and ')}` : ''
  const by = keys.length > 0 ? ` group by ${keys.map((_, at) => at + 1).join(', ')}` : ''
  return `select ${[...keys, ...figures].join(', ')} from ${subject.from}${having}${by}`
}

function tallyIn(row: SqlRow): Tally {
  const values = (JSON.parse(String(row['all_values'])) as unknown[]).filter((one) => typeof one === 'number')
  return {
    rows: Number(row['n']),
    known: Number(row['known']),
    sum: Number(row['total']),
    min: row['least'] ?? null,
    max: row['most'] ?? null,
    distinct: Number(row['different']),
    values,
  }
}

const named = (keys: readonly (Key | SqlValue)[]): string =>
  JSON.stringify(
    keys.map((key) => (typeof key === 'boolean' ? Number(key) : typeof key === 'string' ? fold(key) : key)),
  )

function near(one: Told, other: Told): boolean {
  if (typeof one !== 'number' || typeof other !== 'number') return one === other
  return Math.abs(one - other) <= 1e-9 * Math.max(1, Math.abs(other)) + 1e-6
}

export type Ask = (sql: string) => readonly SqlRow[]

/** Each question to SQL once: every way of one case is held against the same answers. */
export function askingOnce(ask: Ask): Ask {
  const answers = new Map<string, readonly SqlRow[]>()
  return (sql) => {
    const rows = answers.get(sql) ?? ask(sql)
    answers.set(sql, rows)
    return rows
  }
}

/** What differs between an outcome and SQL, a line each. */
export function differencesOf(one: Case, outcome: Outcome, inSql: Ask): string[] {
  const sides = one.sides.length > 0 ? one.sides.map(({ sql }) => sql) : ['']
  return sides.flatMap((side, at) => {
    const computed = outcome.sides[at]
    if (!computed) return [`no side ${at}`]
    return one.figures.flatMap((figure, place) => {
      const expected = inSql(sqlOf(one, figure, side, false))
      const whole = inSql(sqlOf(one, figure, side, true)).map(tallyIn)[0]
      const said = `side ${at}, figure ${place}`
      return [
        ...groupDifferences(one, figure, computed, { expected, place }).map((line) => `${said}: ${line}`),
        ...wholeDifference(figure, computed.whole.get(place), whole).map((line) => `${said}, whole: ${line}`),
      ]
    })
  })
}

function wholeDifference(figure: Figure, tally: Tally | undefined, expected: Tally | undefined): string[] {
  const [got, wanted] = [figureIn(figure, tally), figureIn(figure, expected)]
  return near(got, wanted) ? [] : [`${got} instead of ${wanted}`]
}

function groupDifferences(
  { groups }: Case,
  figure: Figure,
  computed: Computed,
  { expected, place }: { readonly expected: readonly SqlRow[]; readonly place: number },
): string[] {
  const wanted = new Map(expected.map((row) => [named(groups.map((_, at) => row[`k${at}`] ?? null)), tallyIn(row)]))
  const had = computed.groups.filter(({ tallies }) => tallies.has(place))
  const got = new Map(had.map(({ keys, tallies }) => [named(keys), tallies.get(place)]))
  const names = [...new Set([...wanted.keys(), ...got.keys()])]
  const differing = names.flatMap((name) => {
    if (!got.has(name)) return [`${name} is missing`]
    if (!wanted.has(name)) return [`${name} is too many`]
    const [one, other] = [figureIn(figure, got.get(name)), figureIn(figure, wanted.get(name))]
    return near(one, other) ? [] : [`${name}: ${one} instead of ${other}`]
  })
  return had.length === got.size ? differing : [...differing, 'a group comes twice']
}
