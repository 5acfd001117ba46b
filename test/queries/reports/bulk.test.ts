// Not in a bare npm test: reads tens of thousands of rows.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import { bulkRows } from '../../sandbox/dataverse/seed/bulk.ts'
import { PEOPLE, person } from '../../sandbox/people.ts'
import { NOW } from '../../unit/sandbox/dataverse/harness.ts'
import { callTool } from '../../unit/mcp/support/harness.ts'
import { ask } from './ask.ts'
import { expectReport } from './check-report.ts'
import { opportunityCases } from './opportunity-cases.ts'
import type { ReportCase } from './report-case.ts'
import { bearerOf, openStage, type Stage } from './stage.ts'

/** More than Dataverse aggregates at once. */
const MANY = 50_001
const rep = person('sales rep')
const GROUPED = ['pipeline-by-stage', 'team-pipeline', 'forecast-by-month']
const OTHERS = ['closing-this-month', 'won-lost-this-quarter']
const CASES = opportunityCases.filter(({ slug }) => [...GROUPED, ...OTHERS].includes(slug))
/** Eleven pages of 5,000 rows take seconds on a machine that does much else. */
const PATIENCE = 90_000

/** Rows are read once to be added up here: what totals alone would need another time is left out. */
function withoutUnits(one: ReportCase): ReportCase {
  return {
    ...one,
    totals: (given) => one.totals(given).replace(/, count\(distinct owningbusinessunit\) as "[\w ]+"/, ''),
  }
}

let stage: Stage
beforeAll(async () => {
  const rows = bulkRows({ entity: 'opportunity', count: MANY, owner: rep.name }, PEOPLE, NOW)
  stage = await openStage(NOW, { rows })
  // Loading takes so long that a connection that was kept would be gone by then.
  stage.oracle.rows(rep, 'select me()')
}, PATIENCE)
afterAll(() => stage.close())

describe(`with ${MANY} open opportunities of one person`, () => {
  test.each(CASES.map((one) => [one.slug, one] as const))(
    '%s is right',
    async (slug, one) => {
      const result = await ask(stage, slug, {}, rep)
      expectReport(stage, withoutUnits(one), {}, rep, result)
      const left = 'Left out: Business units. Dynamics 365 does not total as many rows.'
      expect(result.notes.includes(left)).toBe(slug === 'team-pipeline')
      const added = result.notes.filter((note) => note.includes('50,000'))
      expect(added).toHaveLength(GROUPED.includes(slug) ? 1 : 0)
    },
    PATIENCE,
  )

  test('totals of a list of more than Dataverse totals say that they are of its first rows', async () => {
    const { rows, totals, more } = await ask(stage, 'my-open-opportunities', { top: 3 }, rep)
    expect([rows.length, more]).toEqual([3, true])
    expect(totals.map(({ title }) => title)).toEqual([
      'Base value (first 3 rows only)',
      'Opportunities (first 3 rows only)',
    ])
  })

  const DEALS = 'opportunity where statecode = 0'
  test.each([
    [
      'Top 5 Customers',
      `select iif(customerid is null, '(none)', customerid), sum(estimatedvalue_base) as value from ${DEALS} group by 1 order by 2 desc limit 5`,
    ],
    ['Sales Pipeline', `select salesstage, sum(estimatedvalue_base) as value from ${DEALS} group by 1 order by 1`],
    [
      'Average Deal by Quarter and Owner',
      `select 1, round(avg(estimatedvalue_base), 4) as value from ${DEALS}
        group by strftime('%Y', estimatedclosedate), (strftime('%m', estimatedclosedate) + 2) / 3, ownerid`,
    ],
  ])(
    'the saved chart %s is added up here',
    async (chart, sql) => {
      const answer = await callTool(stage.worker, 'run_report', { chart }, bearerOf(rep))
      const { rows, notes } = answer.structuredContent as unknown as { rows: unknown[][]; notes: string[] }
      const isOrdered = chart !== 'Average Deal by Quarter and Owner'
      const [got, wanted] = [
        rows.map((row) => Number(row.at(-1))),
        stage.oracle.rows(rep, sql).map(({ value }) => Number(value)),
      ]
      const inOrder = (values: number[]): number[] => (isOrdered ? values : values.toSorted((a, b) => a - b))
      expect(inOrder(got)).toEqual(inOrder(wanted).map((value) => Number(value.toFixed(4))))
      expect(notes.join()).toContain('added up here')
    },
    PATIENCE,
  )

  test('a part of dates that is not added up here is refused as Dynamics 365 refuses it', async () => {
    const answer = await callTool(stage.worker, 'run_report', { chart: 'Deals by Fiscal Quarter' }, bearerOf(rep))
    expect(answer.structuredContent?.error?.code).toBe('0x8004e023')
  })
})
