import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import { computeAnalysis } from '../../../shared/reports/analysis/compute/compute-analysis.ts'
import { finishAnalysis, type FinishedAnalysis } from '../../../shared/reports/analysis/finish/finish-analysis.ts'
import { parseAnalysis, type WrittenAnalysis } from '../../../shared/reports/analysis/parse/parse-analysis.ts'
import { person, type Person } from '../../sandbox/people.ts'
import { NOW } from '../../unit/sandbox/dataverse/harness.ts'
import { ASKERS } from '../suite.ts'
import { stageAt, type Stage } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await stageAt(NOW)
  await ask({ measures: ['count'], filter: "transactioncurrencyid eq 'Euro'" })
})
afterAll(() => stage.close())

type Asked = Omit<WrittenAnalysis, 'entity'>
type Told = FinishedAnalysis & { readonly ways: readonly string[]; readonly interpreted: readonly string[] }

async function ask(asked: Asked, who: Person = person('analyst')): Promise<Told> {
  const parsed = parseAnalysis({ entity: 'opportunity', ...asked }, () => undefined)
  const deps = stage.call(who)
  const outcome = await computeAnalysis(parsed.analysis, deps)
  const ways = outcome.sides.flatMap(({ readings }) => readings.map(({ way }) => way))
  return { ...(await finishAnalysis(parsed, outcome, 100, deps)), ways, interpreted: outcome.resolved.interpreted }
}

const of = (code: string): string =>
  `transactioncurrencyid in (select transactioncurrencyid from transactioncurrency where isocurrencycode = '${code}')`
const idOf = (code: string): string =>
  String(
    stage.oracle.rows(
      person('analyst'),
      `select transactioncurrencyid as id from transactioncurrency where isocurrencycode = '${code}'`,
    )[0]?.['id'],
  )
const OWN = 'Amounts are in Euro, in which all of these rows are kept.'
const BASE = 'Amounts are in GBP, the base currency; those kept in another were converted by their exchange rate.'

describe.each(ASKERS.map((who) => [who.persona, who] as const))(
  'a question of one currency, to the %s',
  (_who, who) => {
    test.each<[string, string, string]>([
      ['sum(estimatedvalue) as n', "transactioncurrencyid eq 'Euro'", 'sum(estimatedvalue)'],
      ['avg(estimatedvalue) as n', "transactioncurrencyid eq 'Euro' and statecode eq 'Open'", 'avg(estimatedvalue)'],
      ['max(actualvalue) as n', "statecode eq 'Won' and (transactioncurrencyid eq 'Euro')", 'max(actualvalue)'],
      [
        'sum(estimatedvalue * closeprobability / 100) as n',
        "transactioncurrencyid eq 'Euro'",
        'sum(estimatedvalue * closeprobability / 100.0)',
      ],
      [
        'sum(estimatedvalue - 1000) as n',
        "transactioncurrencyid eq 'Euro' and estimatedvalue * 2 gt 40000",
        'sum(estimatedvalue - 1000)',
      ],
      ["sum(estimatedvalue where transactioncurrencyid eq 'Euro') as n", 'createdon ne null', 'sum(estimatedvalue)'],
    ])('%s where %s is what SQL has in that currency', async (measure, filter, sql) => {
      const { rows, reading, columns, interpreted } = await ask({ measures: [measure], filter }, who)
      const where = [
        of('EUR'),
        ...(filter.includes("'Open'") ? ['statecode = 0'] : []),
        ...(filter.includes("'Won'") ? ['statecode = 1'] : []),
        ...(filter.includes('40000') ? ['estimatedvalue * 2 > 40000'] : []),
      ]
      const [wanted] = stage.oracle.rows(who, `select ${sql} as n from opportunity where ${where.join(' and ')}`)
      const n = Number(wanted?.['n'] ?? 0)
      expect(Number(rows[0]?.['n'] ?? 0)).toBeCloseTo(n, 3)
      if (n === 0) return
      expect(reading).toContain(OWN)
      expect(columns[0]).toMatchObject({ kind: 'money', currency: 'Euro' })
      expect(interpreted.join()).not.toContain('base currency')
    })
  },
)

test('groups, bands and two sides of it are in that currency, too', async () => {
  const filter = `transactioncurrencyid eq ${idOf('EUR')}`
  const { rows, reading } = await ask({
    measures: ['count', 'sum(estimatedvalue) as n'],
    by: ['band(estimatedvalue, 20000)'],
    compare: ["statecode eq 'Open'", "statecode ne 'Open'"],
    filter,
  })
  const wanted = stage.oracle.rows(
    person('analyst'),
    `select count(*) as count, sum(estimatedvalue) as n from opportunity
      where ${of('EUR')} and statecode = 0 and estimatedvalue >= 20000`,
  )[0]
  expect(rows.find((row) => row['band(estimatedvalue, 20000)'] === '20000 and more')).toMatchObject({
    count: wanted?.['count'],
    n: wanted?.['n'],
  })
  expect(reading).toContain(OWN)
})

test.each<[string, Asked, string, string]>([
  ['several currencies', { measures: ['sum(estimatedvalue) as n'] }, 'sum(estimatedvalue_base)', ''],
  [
    'either of two',
    { measures: ['sum(estimatedvalue) as n'], filter: "transactioncurrencyid eq 'Euro' or statecode eq 'Open'" },
    'sum(estimatedvalue_base)',
    `where ${of('EUR')} or statecode = 0`,
  ],
  [
    'all but one',
    { measures: ['sum(estimatedvalue) as n'], filter: "not (transactioncurrencyid eq 'Euro')" },
    'sum(estimatedvalue_base)',
    `where not (${of('EUR')})`,
  ],
  [
    'the part of one in all',
    {
      measures: ["sum(actualvalue where transactioncurrencyid eq 'Euro') / sum(actualvalue) as n"],
      filter: "statecode eq 'Won'",
    },
    `sum(case when ${of('EUR')} then actualvalue_base end) / sum(actualvalue_base)`,
    'where statecode = 1',
  ],
  [
    'one currency where the base is asked for',
    { measures: ['sum(estimatedvalue_base) as n', 'sum(estimatedvalue)'], filter: "transactioncurrencyid eq 'Euro'" },
    'sum(estimatedvalue_base)',
    `where ${of('EUR')}`,
  ],
  [
    'an amount of another row beside it',
    { measures: ['sum(parentaccountid/revenue - estimatedvalue) as n'], filter: "transactioncurrencyid eq 'Euro'" },
    'sum(a.revenue_base - opportunity.estimatedvalue_base)',
    `join account a on a.accountid = opportunity.parentaccountid where opportunity.${of('EUR')}`,
  ],
])('of %s figures are in the base currency, and say so', async (_what, asked, sql, where) => {
  const { rows, reading } = await ask(asked)
  const [wanted] = stage.oracle.rows(person('analyst'), `select ${sql} as n from opportunity ${where}`)
  expect(Number(rows[0]?.['n'])).toBeCloseTo(Number(wanted?.['n']), 3)
  if (!asked.measures.join().includes('/ sum')) expect(reading).toContain(BASE)
})

/** What may hold in the place of the currency: a condition of its own, of a row behind, of rows, or of a term. */
const OTHERS: readonly (readonly [odata: string, sql: string])[] = [
  ["statecode eq 'Won'", 'statecode = 1'],
  ["term eq 'won'", 'statecode = 1'],
  ["not (statecode eq 'Won')", 'statecode <> 1'],
  ['parentaccountid/revenue gt 1000000', 'parentaccountid in (select accountid from account where revenue > 1000000)'],
  [
    "Opportunity_ActivityPointers/any(a:a/statecode eq 'Open')",
    'exists (select 1 from activitypointer p where p.regardingobjectid = opportunityid and p.statecode = 0)',
  ],
  [
    "not Opportunity_ActivityPointers/any(a:a/statecode eq 'Open')",
    'not exists (select 1 from activitypointer p where p.regardingobjectid = opportunityid and p.statecode = 0)',
  ],
]
const EURO = "transactioncurrencyid eq 'Euro'"
const SHAPES: readonly (readonly [isOne: boolean, odata: (other: string) => string, sql: (other: string) => string])[] =
  [
    [true, (other) => `${EURO} and ${other}`, (other) => `${of('EUR')} and ${other}`],
    [true, (other) => `(${EURO}) and (${other} or ${EURO})`, () => of('EUR')],
    [true, (other) => `not (not (${EURO}) or not (${other}))`, (other) => `${of('EUR')} and ${other}`],
    [false, (other) => `${EURO} or ${other}`, (other) => `${of('EUR')} or ${other}`],
    [false, (other) => `(${EURO}) or (${other})`, (other) => `${of('EUR')} or ${other}`],
    [false, (other) => `not (not (${EURO}) and not (${other}))`, (other) => `${of('EUR')} or ${other}`],
  ]

test.each(OTHERS)(
  'amounts are in one currency where it has to hold beside %s, and in no other case',
  async (one, sql) => {
    for (const [isOne, written, inSql] of SHAPES) {
      const { rows, reading } = await ask({ measures: ['sum(estimatedvalue) as n'], filter: written(one) })
      const column = isOne ? 'estimatedvalue' : 'estimatedvalue_base'
      const wanted = stage.oracle.rows(
        person('analyst'),
        `select sum(${column}) as n from opportunity where ${inSql(`(${sql})`)}`,
      )[0]
      expect([written(one), Number(rows[0]?.['n'] ?? 0)]).toEqual([
        written(one),
        expect.closeTo(Number(wanted?.['n']), 2),
      ])
      expect(reading).toContain(isOne ? OWN : BASE)
    }
  },
)

test('of the base currency it is one request of Dataverse, as before, and so is a count of any', async () => {
  const pounds = await ask({ measures: ['sum(estimatedvalue)'], filter: `transactioncurrencyid eq ${idOf('GBP')}` })
  const count = await ask({ measures: ['count', 'sum(closeprobability)'], filter: "transactioncurrencyid eq 'Euro'" })
  expect([pounds.ways, count.ways]).toEqual([['aggregate'], ['aggregate']])
  expect(pounds.reading).toContain(BASE)
})
