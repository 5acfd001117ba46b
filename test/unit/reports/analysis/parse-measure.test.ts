import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { QueryError } from '../../../../shared/dataverse/errors.ts'
import type {
  Aggregation,
  ColumnPath,
  Expression,
  Moment,
  Operator,
  Value,
} from '../../../../shared/reports/analysis/model.ts'
import { printExpression, readExpression } from '../../../../shared/reports/analysis/parse/measure/expression.ts'
import { parseMeasure } from '../../../../shared/reports/analysis/parse/measure/parse-measure.ts'

const refusalOf = (read: () => unknown): QueryError => {
  try {
    read()
  } catch (error) {
    if (error instanceof QueryError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('measures, however they are written', () => {
  test.each<[meant: string, ...written: string[]]>([
    ['count', 'count', 'count(*)', 'COUNT(1)', 'count()', '$count', 'count of rows', '(count)', 'count( * )'],
    ['count(actualclosedate)', 'count(actualclosedate)', 'Count("actualclosedate")', 'count([actualclosedate])'],
    [
      'distinct(customerid)',
      ...['COUNT(DISTINCT customerid)', 'count_distinct(customerid)', 'distinct(customerid)'],
      ...['count distinct customerid', 'countDistinct(`customerid`)', 'distinct( distinct customerid )'],
    ],
    [
      'sum(estimatedvalue)',
      'SUM(estimatedvalue)',
      'sum of estimatedvalue',
      'total estimatedvalue',
      '(sum(estimatedvalue))',
    ],
    ['avg(revenue)', 'average(revenue)', 'mean(revenue)', 'AVG of revenue'],
    [
      'sum(parentaccountid/revenue)',
      'sum(parentaccountid/revenue)',
      'sum(parentaccountid.revenue)',
      "sum('parentaccountid/revenue')",
    ],
    [
      'avg(days(createdon, actualclosedate))',
      'avg(datediff(day,createdon,actualclosedate))',
      "avg(datediff('day', createdon, actualclosedate))",
      'AVG(DATEDIFF(createdon, actualclosedate, dd))',
      'average( days_between(createdon, actualclosedate) )',
    ],
    ['avg(days(createdon, today))', 'avg(days(createdon, today()))', 'avg(days(createdon, CURRENT_DATE))'],
    ['max(hours(createdon, now))', 'max(hours(createdon, now()))', 'max(datediff(hour, createdon, getdate()))'],
    ['sum(estimatedvalue * closeprobability / 100)', 'sum(estimatedvalue*closeprobability/100)'],
    ['sum(a + 1100000)', 'sum(a+1.1m)', 'sum(a + 1_100_000)', 'sum(a + 1.1e6)'],
    [
      "sum(estimatedvalue where statuscode eq 'Won')",
      "sum(estimatedvalue WHERE statuscode eq 'Won')",
      "sum(estimatedvalue, where statuscode eq 'Won')",
      "sum(estimatedvalue) filter (where statuscode eq 'Won')",
    ],
    ["count(where name eq 'a) b, c''s')", "count(where name eq 'a) b, c''s')", "count(* where name eq 'a) b, c''s')"],
    [
      "count(where (a eq 1 or b eq 2) and contains(name,'('))",
      "count( where (a eq 1 or b eq 2) and contains(name,'(') )",
    ],
    ['share(sum(estimatedvalue))', 'SHARE(SUM(estimatedvalue))', 'share(sum of estimatedvalue)'],
    ['sum(a) / sum(b)', 'sum(a)/sum(b)', '(sum(a)) / (sum(b))'],
    ['sum(a) - (sum(b) - sum(c))', 'sum(a)-(sum(b)-sum(c))'],
    ['0 - sum(a)', '-sum(a)'],
  ])('%s', (meant, ...written) => {
    for (const text of written) expect([text, printExpression(parseMeasure(text).expression)]).toEqual([text, meant])
    expect(parseMeasure(meant).expression).toEqual(parseMeasure(written[0]!).expression)
  })

  test.each<[text: string, name: string | undefined]>([
    ['sum(a) as total', 'total'],
    ['sum(a) AS Total', 'Total'],
    ["sum(a) as 'win rate %'", 'win_rate_'],
    ['total = sum(a)', 'total'],
    ['total: sum(a)', 'total'],
    ['sum(a)', undefined],
  ])('%s is called %s', (text, name) => {
    expect(parseMeasure(text).name).toBe(name)
  })
})

/** What is refused, with a word of why. */
const REFUSED: readonly (readonly [text: string, why: RegExp])[] = [
  ['', /ends too early/],
  ['5', /is a number/],
  ['count +', /ends too early/],
  ['(count', /ends too early/],
  ['count)', /unexpected "\)"/],
  ['sum()', /names no column/],
  ['sum(1)', /no column/],
  ['sum(*)', /unexpected "\*"/],
  ['sum(a b)', /unexpected "b"/],
  ['sum(distinct a)', /different values/],
  ['distinct(a + b)', /what is calculated/],
  ['estimatedvalue', /names a column/],
  ["'Est. Revenue'", /names a column/],
  ['estimatedvalue with sum as total', /names a column/],
  ['stdev(x)', /stdev\(\), which there is not/],
  ['sum(round(x))', /round\(\), which there is not/],
  ['sum(avg(x))', /puts avg into another figure/],
  ['sum(case when statecode = 1 then 1 else 0 end)', /"case"/],
  ["count(statecode eq 'Won')", /condition without where/],
  ["sum(statecode eq 'Won')", /condition without where/],
  ['count(statecode = 1 and (a eq 2))', /condition without where/],
  ["sum(estimatedvalue) where statecode eq 'Won' as x", /behind the brackets/],
  ["count where statecode eq 'Won'", /behind the brackets/],
  ["sum(where statecode eq 'Won')", /of what it is the sum/],
  ['count(where )', /no condition behind where/],
  ['days(createdon, today)', /a number of each row/],
  ['avg(days(createdon))', /gives days one date/],
  ['avg(days(today, now))', /none is a column/],
  ['avg(datediff(createdon, today))', /in what it counts/],
  ['avg(datediff(week, createdon, today))', /counts in week/],
  ['sum(today)', /takes today as a number/],
  ['share(estimatedvalue)', /share of a column/],
  ['share(5)', /share of a number/],
  ['share(share(count))', /share of a share/],
  ['sum(a/b/c/d/e/f/g/h/i)', /path of more than 8/],
  [`${'('.repeat(40)}count${')'.repeat(40)}`, /nested deeper/],
  [`sum(${'-'.repeat(60)}a)`, /nested deeper/],
  [`sum(a) as x ${' '.repeat(2_000)}`, /longer than/],
  ['sum(a) as __proto__', /cannot be called/],
  ['sum(a) as constructor', /cannot be called/],
  ['sum(a) as and', /cannot be called/],
  ['sum(a) as "1st"', /cannot be called/],
  ['sum(a) as null', /cannot be called/],
  ['sum(a;b)', /unexpected ";"/],
  ['sum(“a”)', /unexpected/],
]

describe('what is no measure is refused, and the next step works when it is followed to the letter', () => {
  test.each(REFUSED)('%s', (text, why) => {
    const { code, message, nextStep } = refusalOf(() => parseMeasure(text))
    expect([code, message]).toEqual(['invalid_measure', expect.stringMatching(why)])
    const name = /^Write "(as \w+)" instead of that name\.$/.exec(nextStep)?.[1]
    const written = /^Write: (.*)\.$/.exec(nextStep)?.[1]?.split(' or ')
    const steps = name === undefined ? written : [text.replace(/as \S+$/, name)]
    if (!text.includes('puts')) expect(steps ?? nextStep).not.toEqual([])
    for (const step of steps ?? []) expect([step, typeof parseMeasure(step).expression]).toEqual([step, 'object'])
    if (steps === undefined)
      expect(nextStep).toBe(
        'Give each figure as a measure of its own, or calculate with them: sum(estimatedvalue) / count.',
      )
  })

  test('a condition is refused as a filter is, with its own next step', () => {
    for (const text of ['count(where a eq)', 'sum(a where b ** 2)', "count(where name eq 'a)"]) {
      const { code, nextStep } = refusalOf(() => parseMeasure(text))
      expect([text, ['invalid_filter', 'invalid_measure']]).toEqual([text, expect.arrayContaining([code])])
      expect(nextStep).not.toBe('')
    }
  })
})

const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/)
const label = fc.constantFrom('Est. Revenue', "Owner's cut", 'today', 'where', 'as')
const column: fc.Arbitrary<ColumnPath> = fc.record({
  path: fc.array(name, { maxLength: 2 }),
  name: fc.oneof({ weight: 9, arbitrary: name }, label),
})
const moment: fc.Arbitrary<Moment> = fc.oneof(column, fc.constantFrom<Moment>('today', 'now'))
const operator = fc.constantFrom<Operator>('+', '-', '*', '/')
const number = fc.oneof(
  fc.integer({ min: -1_000_000, max: 1_000_000 }),
  fc.integer({ min: 1, max: 1e9 }).map((of) => of / 1_000),
)
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    column.map((of): Value => ({ kind: 'column', column: of })),
    number.map((of): Value => ({ kind: 'number', number: of === 0 ? 0 : of })),
    fc.record({
      kind: fc.constant('between' as const),
      unit: fc.constantFrom('days' as const, 'hours' as const),
      from: column,
      to: moment,
    }),
    fc.record({ kind: fc.constant('calculated' as const), operator, left: tie('value'), right: tie('value') }),
  ),
}))
const where = fc.constantFrom(
  "statecode eq 'Won'",
  "name eq 'a) b''s (' and (x eq 1 or y in (1,2))",
  'createdon eq last-30-days',
)
const aggregation: fc.Arbitrary<Aggregation> = fc
  .record(
    { name: fc.constantFrom<Aggregation['name']>('sum', 'avg', 'min', 'max', 'median', 'count'), of: value, where },
    { requiredKeys: ['name', 'of'] },
  )
  .filter(({ of }) => /[a-z]/i.test(printed(of)))
const printed = (of: Value): string =>
  printExpression({ kind: 'aggregation', aggregation: { name: 'sum', of } })
    .slice(4)
    .replaceAll(/\de[+-]?\d/g, '')
const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    aggregation.map((one): Expression => ({ kind: 'aggregation', aggregation: one })),
    number.map((of): Expression => ({ kind: 'number', number: of === 0 ? 0 : of })),
    aggregation.map((one): Expression => ({ kind: 'share', of: { kind: 'aggregation', aggregation: one } })),
    fc.record({
      kind: fc.constant('calculated' as const),
      operator,
      left: tie('expression'),
      right: tie('expression'),
    }),
  ),
}))

test('what is printed is read as what it was printed from', () => {
  fc.assert(
    fc.property(expression, (one) => {
      const text = printExpression(one)
      fc.pre(text.length < 1_500)
      expect(readExpression(text)).toEqual(one)
    }),
    { numRuns: 500 },
  )
})

test('any text is read or refused, and soon', () => {
  const piece = fc.constantFrom(
    ...'()*+-/,.\'"`[]$:=%'.split(''),
    'sum',
    'count',
    'where',
    'as',
    'days',
    'today',
    'x',
    '5',
    ' ',
    'é',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      try {
        parseMeasure(pieces.join(''))
      } catch (error) {
        expect(error).toBeInstanceOf(QueryError)
      }
    }),
    { numRuns: 1_000 },
  )
})
