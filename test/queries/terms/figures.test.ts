// Not in a bare npm test: asks for each term as each person, by each of its ways.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import { computeAnalysis } from '../../../shared/reports/analysis/compute/compute-analysis.ts'
import { finishAnalysis } from '../../../shared/reports/analysis/finish/finish-analysis.ts'
import type { WrittenAnalysis } from '../../../shared/reports/analysis/parse/parse-analysis.ts'
import { readAnalysis } from '../../../shared/reports/analysis/read-analysis.ts'
import { QueryError } from '../../../shared/dataverse/errors.ts'
import type { Term } from '../../../shared/dataverse/query/terms/term.ts'
import { BUILT_IN_TERMS } from '../../../shared/dataverse/query/terms/built-in.ts'
import type { Person } from '../../sandbox/people.ts'
import { NOW } from '../../unit/sandbox/dataverse/harness.ts'
import { ASKERS } from '../suite.ts'
import { WAYS } from '../analysis/check.ts'
import { OWN_TERMS } from './own-terms.ts'
import { stageAt, type Stage } from '../analysis/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await stageAt(NOW)
})
afterAll(() => stage.close())

type Asked = Omit<WrittenAnalysis, 'entity'> & { readonly entity?: string }
type Row = readonly [asked: Asked, sql: string]

async function askedOf(person: Person, asked: Asked, terms = BUILT_IN_TERMS, way: keyof typeof WAYS = 'aggregate') {
  const deps = stage.call(person, { terms })
  const said = new Set<string>()
  const parsed = await readAnalysis({ entity: 'opportunity', ...asked }, (one) => said.add(one), deps.metadata)
  const outcome = await computeAnalysis(parsed.analysis, deps, WAYS[way])
  const { rows, totals, columns } = await finishAnalysis(parsed, outcome, 100, deps)
  for (const one of outcome.resolved.interpreted) said.add(one)
  return { rows, totals, columns: columns.map(({ name }) => name), said: [...said] }
}

const asNumber = (value: unknown): number | null => (value === undefined || value === null ? null : Number(value))
const keyOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'id' in value ? value.id : (value ?? null)

/** Rows of an answer as SQL has them: keys, then numbers. */
async function differences(terms: typeof BUILT_IN_TERMS, [asked, sql]: Row): Promise<string[]> {
  const found: string[] = []
  for (const person of ASKERS)
    for (const way of ['aggregate', 'rows'] as const) {
      const { rows, columns } = await askedOf(person, asked, terms, way)
      const keys = asked.by?.length ?? 0
      const told = rows.map((row) => columns.map((name, at) => (at < keys ? keyOf(row[name]) : asNumber(row[name]))))
      // A part of a period without rows is 0 in an answer, and none in SQL.
      const there = told.filter((cells) => keys === 0 || cells.slice(keys).some((cell) => cell !== 0 && cell !== null))
      const wanted = stage.oracle.rows(person, sql).map((row) => Object.values(row))
      const line = (cells: readonly unknown[]): string =>
        cells.map((cell) => (typeof cell === 'number' ? Number(cell.toPrecision(5)) : cell)).join('|')
      const [one, other] = [there.map(line).toSorted(), wanted.map(line).toSorted()]
      if (one.join('\n') !== other.join('\n'))
        found.push(`${person.persona} ${way}: ${one.join('; ')} instead of ${other.join('; ')}`)
    }
  return found
}

const quarter = (day: string): string => `substr(${day}, 1, 10) between '2026-10-01' and '2026-12-31'`
const sum = (column: string, where: string): string => `(select sum(${column}) from opportunity where ${where})`
const count = (where: string): string => `(select count(*) from opportunity where ${where})`
const local = (column: string): string => `substr(local(${column}), 1, 10)`
const rate = (part: string, whole: string): string => `round(1.0 * ${part} / nullif(${whole}, 0), 6)`
const STALLED = `statecode = 0 and ${local('modifiedon')} < date(today(), '-30 days') and not exists (
  select 1 from activitypointer p where p.regardingobjectid = opportunityid
    and ${local('p.modifiedon')} >= date(today(), '-30 days'))`
const CYCLE = `(select avg(julianday(actualclosedate) - julianday(${local('createdon')})) from opportunity where statecode = 1)`

const BUILT_IN: readonly Row[] = [
  [{ measures: ['open pipeline'] }, `select ${sum('estimatedvalue_base', 'statecode = 0')}`],
  [
    { measures: ['pipeline', 'Open-Pipeline / 1000 as k'] },
    `select ${sum('estimatedvalue_base', 'statecode = 0')}, ${sum('estimatedvalue_base', 'statecode = 0')} / 1000.0`,
  ],
  [
    { measures: ['weighted pipeline'] },
    `select ${sum('estimatedvalue_base * closeprobability / 100.0', 'statecode = 0')}`,
  ],
  [
    { measures: ['won', 'lost'] },
    `select ${sum('actualvalue_base', 'statecode = 1')}, ${sum('actualvalue_base', 'statecode = 2')}`,
  ],
  [{ measures: ['"win rate"'] }, `select ${rate(count('statecode = 1'), count('statecode in (1, 2)'))}`],
  [
    { measures: ['WinRate * 100 as percent'] },
    `select 100.0 * ${count('statecode = 1')} / nullif(${count('statecode in (1, 2)')}, 0)`,
  ],
  [{ measures: ['sales cycle'] }, `select ${CYCLE}`],
  [
    { measures: ['overdue', "count(where term eq 'overdue')"] },
    `select ${sum('estimatedvalue_base', 'statecode = 0 and estimatedclosedate < today()')}, ${count('statecode = 0 and estimatedclosedate < today()')}`,
  ],
  [
    { measures: ['stalled', "count(where term eq 'stalled')"] },
    `select ${sum('estimatedvalue_base', STALLED)}, ${count(STALLED)}`,
  ],
  [
    { measures: ["count(where term eq 'stalled') / count(where term eq 'pipeline') as part"] },
    `select ${rate(count(STALLED), count('statecode = 0'))}`,
  ],
  [
    { entity: 'activitypointer', measures: ['overdue'] },
    `select (select count(*) from activitypointer where statecode in (0, 3) and scheduledend < now_utc())`,
  ],
  [
    { entity: 'task', measures: ['past due'] },
    `select (select count(*) from task where statecode = 0 and scheduledend < now_utc())`,
  ],
  [{ entity: 'account', measures: ['active customer'] }, 'select (select count(*) from account where statecode = 0)'],
  [
    { measures: ['won', 'open pipeline'], filter: 'period eq this-quarter' },
    `select ${sum('actualvalue_base', `statecode = 1 and ${quarter('actualclosedate')}`)}, ${sum('estimatedvalue_base', `statecode = 0 and ${quarter('estimatedclosedate')}`)}`,
  ],
  [
    { measures: ['won', "count(where term eq 'pipeline') as open"], filter: 'period eq this-quarter', by: ['ownerid'] },
    `select ownerid, sum(case when statecode = 1 and ${quarter('actualclosedate')} then actualvalue_base end),
      sum(statecode = 0 and coalesce(${quarter('estimatedclosedate')}, 0)) from opportunity
      where ${quarter('actualclosedate')} or ${quarter('estimatedclosedate')} group by ownerid`,
  ],
  [
    { measures: ['won'], by: ['quarter(period)'], filter: "term eq 'won' and period ne null" },
    `select strftime('%Y', actualclosedate) || '-Q' || ((strftime('%m', actualclosedate) + 2) / 3) as q, sum(actualvalue_base)
      from opportunity where statecode = 1 and actualclosedate is not null group by q`,
  ],
]

const OWN: readonly Row[] = [
  [{ measures: ['won'] }, `select ${sum('estimatedvalue_base', 'statecode = 1 and actualvalue >= 20000')}`],
  [
    { measures: ['won'], filter: 'period eq this-year' },
    `select ${sum('estimatedvalue_base', `statecode = 1 and actualvalue >= 20000 and ${local('createdon')} like '2026%'`)}`,
  ],
  [
    { measures: ['weighted pipeline'] },
    `select ${sum('estimatedvalue_base * closeprobability / 100.0', 'statecode = 0 and (salesstage <> 0 or salesstage is null)')}`,
  ],
  [
    { measures: ["count(where term eq 'overdue') as overdue"] },
    `select ${count('statecode = 0 and (salesstage <> 0 or salesstage is null) and estimatedclosedate < today()')}`,
  ],
  [
    { measures: ['stalled'] },
    `select ${count(`statecode = 0 and (salesstage <> 0 or salesstage is null) and ${local('modifiedon')} < '2026-10-01'`)}`,
  ],
  [
    { measures: ['win rate'] },
    `select round(w / (w + l), 6) from (select ${sum('estimatedvalue_base', 'statecode = 1 and actualvalue >= 20000')} as w, ${sum('actualvalue_base', 'statecode = 2')} as l)`,
  ],
  [
    { measures: ['average deal', 'Größe as same'] },
    `select a, a as b from (select avg(e) as a from (select coalesce(estimatedvalue_base, 0) as e from opportunity where statecode = 1 and actualvalue >= 20000))`,
  ],
  [
    { measures: ["count(where term ne 'won')"] },
    `select ${count('not (statecode = 1 and coalesce(actualvalue, 0) >= 20000)')}`,
  ],
]

describe('a term is what its definition says, for everybody and by each way', () => {
  test.each(BUILT_IN)('built in: %j', async (asked, sql) => {
    expect(await differences(BUILT_IN_TERMS, [asked, sql])).toEqual([])
  })

  test.each(OWN)('of a company: %j', async (asked, sql) => {
    expect(await differences(OWN_TERMS, [asked, sql])).toEqual([])
  })
})

test('the answer says once what each term means, and whose definition it is', async () => {
  const [analyst] = ASKERS
  const asked = { measures: ['win rate', 'won', 'won / count as each'], filter: "term ne 'stalled'", by: ['statecode'] }
  const { said, columns } = await askedOf(analyst!, asked, OWN_TERMS)
  expect(columns).toEqual(['statecode', 'win_rate', 'won', 'each'])
  const means = said.filter((one) => one.includes(' means: '))
  expect(means.map((one) => /^"([^"]+)"/.exec(one)?.[1]).toSorted()).toEqual(
    ['lost', 'open pipeline', 'stalled', 'win rate', 'won'].toSorted(),
  )
  expect(means.find((one) => one.startsWith('"won"'))).toMatch(/Defined by Sales Operations\.$/)
  expect(means.find((one) => one.startsWith('"lost"'))).toMatch(/Built in\.$/)
})

const refusalOf = async (asked: Asked, terms = BUILT_IN_TERMS): Promise<{ code: string; nextStep: string }> => {
  const told = await askedOf(ASKERS[2]!, asked, terms).catch((error: unknown) => error)
  if (told instanceof QueryError) return told
  throw new Error(`answered: ${JSON.stringify(told)}`)
}
const ours = (rest: Partial<Term>): readonly Term[] => {
  const own = { slug: 'ours', name: 'ours', aliases: [], meaning: 'Ours.', entity: 'opportunity', isOwn: true, ...rest }
  return [...BUILT_IN_TERMS, own]
}

describe('a period is of dates that are the term’s own', () => {
  const NO_DATES = [
    'name',
    'estimatedvalue',
    'statecode',
    'parentaccountid',
    'parentaccountid/name',
    'parentaccountid/revenue',
  ]
  const PERIODS = ['period eq this-year', 'period ge 2026-01-01', 'period lt createdon', "period in ('2026','2025')"]
  const asking: Asked[] = PERIODS.flatMap((period) => [
    { measures: ['ours'], filter: period },
    { measures: ['count'], filter: `term eq 'ours' and ${period}` },
    { measures: [`count(where term eq 'ours' and not (${period}))`] },
    { measures: ['ours'], compare: [period, 'period ne null'] },
  ])

  test.each(NO_DATES)('none where an administrator wrote %s', async (date) => {
    for (const asked of [...asking, { measures: ['ours'], by: ['month(period)'] }]) {
      const { code } = await refusalOf(asked, ours({ filter: "statecode eq 'Open'", date }))
      expect([asked, code]).toEqual([
        asked,
        expect.stringMatching(/^(?:unclear_period|invalid_aggregate|invalid_comparison)$/),
      ])
    }
  })

  test.each<Asked>([
    { measures: ['won', 'stalled'], by: ['month(period)'] },
    { measures: ['stalled / won as part'], by: ['year(period)'] },
    { measures: ["count(where term eq 'stalled')", 'win rate'], by: ['ownerid', 'period by quarter'] },
  ])('no group is of dates that one of the terms has not: %j', async (asked) => {
    const { code, nextStep } = await refusalOf(asked)
    expect(code).toBe('unclear_period')
    const [, column = ''] = /^Write: (\w+\(actualclosedate\))\.$/.exec(nextStep) ?? []
    const by = asked.by?.map((one) => (one.includes('period') ? column : one))
    const { rows } = await askedOf(ASKERS[2]!, { ...asked, by })
    expect(rows.length).toBeGreaterThan(0)
  })

  test.each(['period eq this-year', 'not (period ne this-year)', 'period ge 2026-01-01 and period le 2026-12-31'])(
    'of a figure without other rows, too: %s',
    async (period) => {
      const terms = ours({ measure: `count(where ${period})`, date: 'createdon' })
      const sql = `select ${count(`${local('createdon')} like '2026%'`)}`
      expect(await differences(terms, [{ measures: ['ours'] }, sql])).toEqual([])
    },
  )
})

test.each([
  ['winn rate', "term('win rate')"],
  ['open pipelines', "term('open pipeline')"],
  ['avg(win rate)', "term('win rate')"],
  ['sum(open pipeline) / count', "term('open pipeline')"],
  ['won this quarter', 'won'],
  ['won where ownerid eq me', 'won'],
  ['win rate last year', 'win rate'],
])('"%s" is refused with what is meant', async (measure, step) => {
  const { nextStep } = await refusalOf({ measures: [measure] })
  const [, written = ''] = /^Write: ([^.]+)\./.exec(nextStep) ?? []
  expect(written).toBe(step)
  expect((await askedOf(ASKERS[2]!, { measures: [written] })).rows).toHaveLength(1)
})
