/** What comparing with a value means in SQL, for a cell. */
export type Meaning = { readonly eq: (cell: string) => string } & Partial<
  Record<'lt' | 'le' | 'gt' | 'ge', (cell: string) => string>
>

/** A negative holds wherever its positive does not, in empty cells too. */
export const complement = (holds: string): string => `not coalesce((${holds}), 0)`

/** SQL's own order: numbers, choices by their values, days. */
export function point(sql: string): Required<Meaning> {
  const by = (operator: string) => (cell: string) => `${cell} ${operator} ${sql}`
  return { eq: by('='), lt: by('<'), le: by('<='), gt: by('>'), ge: by('>=') }
}

/** Equality alone. */
export const that = (eq: Meaning['eq']): Meaning => ({ eq })

/** A moment on the wall clock of the person, or one that is the same everywhere. */
export type Bound = { readonly wall: string } | { readonly instant: string; readonly wallToo: string }
export type Range = { readonly from: Bound; readonly to: Bound }
/** Columns of times, and columns of days, which count as their midnights. */
export type Dated = 'time' | 'day'

function before(dated: Dated, cell: string, bound: Bound): string {
  if (dated === 'day') return `(${cell} || ' 00:00:00') < ${'wall' in bound ? bound.wall : bound.wallToo}`
  return 'wall' in bound ? `local(${cell}) < ${bound.wall}` : `${cell} < ${bound.instant}`
}
const since = (dated: Dated, cell: string, bound: Bound): string => before(dated, cell, bound).replace(' < ', ' >= ')

/** From a start up to, not including, an end. */
export function within(dated: Dated, { from, to }: Range): Required<Meaning> {
  return {
    eq: (cell) => `${since(dated, cell, from)} and ${before(dated, cell, to)}`,
    lt: (cell) => before(dated, cell, from),
    le: (cell) => before(dated, cell, to),
    gt: (cell) => since(dated, cell, to),
    ge: (cell) => since(dated, cell, from),
  }
}

const wall = (sql: string): Bound => ({ wall: sql })
export const NOW: Bound = { instant: 'now_utc()', wallToo: 'now_local()' }

/** Whole days, in SQL. */
export const days = (from: string, to: string): Range => ({ from: wall(from), to: wall(to) })
export const dayOf = (day: string): Range => days(`'${day}'`, `date('${day}', '+1 day')`)

const TODAY = 'today()'
/** Sunday is a week's first day. */
const WEEK = "date(today(), '-6 days', 'weekday 0')"
const MONTH = "date(today(), 'start of month')"
const YEAR = "date(today(), 'start of year')"
const QUARTER = "date(today(), 'start of month', '-' || ((strftime('%m', today()) - 1) % 3) || ' months')"
const moved = (start: string, by: number, unit: string): string => `date(${start}, '${by} ${unit}')`
const unit = (start: string, name: string, size: number): Readonly<Record<'last' | 'this' | 'next', Range>> => ({
  last: days(moved(start, -size, name), start),
  this: days(start, moved(start, size, name)),
  next: days(moved(start, size, name), moved(start, 2 * size, name)),
})

const UNITS = {
  week: unit(WEEK, 'days', 7),
  month: unit(MONTH, 'months', 1),
  quarter: unit(QUARTER, 'months', 3),
  year: unit(YEAR, 'years', 1),
  'fiscal-period': unit(QUARTER, 'months', 3),
  'fiscal-year': unit(YEAR, 'years', 1),
} as const

/** A counted step back or ahead ends at the last day of a shorter month. */
const stepped = (start: string, by: string, name: string): string => `date(${start}, '${by} ${name}', 'floor')`
const last = (count: number, name: string): Range => ({ from: wall(stepped(TODAY, `-${count}`, name)), to: NOW })
const next = (count: number, name: string): Range => ({
  from: NOW,
  to: wall(stepped(moved(TODAY, 1, 'days'), `+${count}`, name)),
})
/** Hours are counted from the full hour. */
const hour = (by: number): Bound => ({
  instant: `strftime('%Y-%m-%dT%H:00:00Z', now_utc(), '${by} hours')`,
  wallToo: `local(strftime('%Y-%m-%dT%H:00:00Z', now_utc(), '${by} hours'))`,
})

/** A word for a time: how it is spelled, the operator and the function that say the same, and what it spans. */
export type DateWord = {
  readonly word: string
  readonly span: Range
  readonly operator?: readonly [operator: string, ...values: string[]]
  readonly otherwise?: string
  /** The operator looks at times of day. */
  readonly isTimed?: true
}

const counted = (side: 'last' | 'next', count: number, name: string, span: Range): DateWord => ({
  word: `${side}-${count}-${name}`,
  span,
  operator: [`${side}-x-${name}`, String(count)],
  otherwise: `${side} ${count} ${name}`,
})
const named = (word: string, span: Range): DateWord => ({ word, span, operator: [word] })
/** A name that has no operator, such as `Q3 2026`. */
const absolute = (word: string, from: string, to: string): DateWord => ({ word, span: days(`'${from}'`, `'${to}'`) })

export const DATE_WORDS: readonly DateWord[] = [
  named('today', days(TODAY, moved(TODAY, 1, 'days'))),
  named('yesterday', days(moved(TODAY, -1, 'days'), TODAY)),
  named('tomorrow', days(moved(TODAY, 1, 'days'), moved(TODAY, 2, 'days'))),
  ...Object.entries(UNITS)
    .flatMap(([name, sides]) =>
      Object.entries(sides).map(([side, span]): DateWord => ({
        ...named(`${side}-${name}`, span),
        otherwise: `${side} ${name.replace('-', ' ')}`,
      })),
    )
    .map(({ operator, ...rest }): DateWord =>
      rest.word.endsWith('-quarter') || !operator ? rest : { ...rest, operator },
    ),
  counted('last', 7, 'days', last(7, 'days')),
  counted('last', 30, 'days', last(30, 'days')),
  counted('last', 2, 'weeks', last(14, 'days')),
  counted('last', 3, 'months', last(3, 'months')),
  counted('last', 1, 'years', last(1, 'years')),
  counted('next', 7, 'days', next(7, 'days')),
  counted('next', 30, 'days', next(30, 'days')),
  counted('next', 2, 'weeks', next(14, 'days')),
  counted('next', 1, 'months', next(1, 'months')),
  counted('next', 1, 'years', next(1, 'years')),
  { ...counted('last', 3, 'hours', { from: hour(-3), to: NOW }), isTimed: true },
  { ...counted('next', 2, 'hours', { from: NOW, to: hour(3) }), isTimed: true },
  absolute('Q3 2026', '2026-07-01', '2026-10-01'),
  absolute('Q4 2026', '2026-10-01', '2027-01-01'),
  absolute('2026-11', '2026-11-01', '2026-12-01'),
  absolute('2027-01', '2027-01-01', '2027-02-01'),
  absolute('2026', '2026-01-01', '2027-01-01'),
  absolute('November 2026', '2026-11-01', '2026-12-01'),
]
