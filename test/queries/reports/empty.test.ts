// Not in a bare npm test: asks for every report where there is nothing to report.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import { BUILT_IN_REPORTS } from '../../../shared/reports/catalogue/built-in.ts'
import { ASKERS } from '../suite.ts'
import { idOf, type SeedRow } from '../../sandbox/dataverse/seed/tools.ts'
import { person } from '../../sandbox/people.ts'
import { NOW } from '../../unit/sandbox/dataverse/harness.ts'
import { ask, call } from './ask.ts'
import { expectReport } from './check-report.ts'
import { REPORT_CASES } from './report-cases.ts'
import { openStage, type Stage } from './stage.ts'

const analyst = person('analyst')
/** Takes from the analyst, who owns nothing, the role that reads all. */
const ONLY_HER_OWN: SeedRow = {
  entity: 'systemuserroles',
  values: {
    systemuserroleid: idOf('systemuserrole', `${analyst.systemUserId ?? ''}/Analyst`),
    systemuserid: analyst.systemUserId ?? '',
    roleid: idOf('role', 'Salesperson'),
  },
}

let stage: Stage

describe('to a person who reads no more than the nothing that she owns', () => {
  beforeAll(async () => {
    stage = await openStage(NOW, { rows: [ONLY_HER_OWN] })
  })
  afterAll(() => stage.close())

  test.each(REPORT_CASES.map((one) => [one.slug, one] as const))('%s says that there is nothing', async (slug, one) => {
    const definition = BUILT_IN_REPORTS.find((report) => report.slug === slug)
    for (const given of [{}, ...one.asked]) {
      const { content, structuredContent: result } = await call(stage, slug, given, analyst)
      expect(expectReport(stage, one, given, analyst, result)).toEqual([])
      expect(result.rows).toEqual([])
      expect(result.totals.filter(({ value }) => value !== 0)).toEqual([])
      const sums = definition?.totals.filter(({ kind }) => kind !== 'ratio').map(({ title }) => title)
      expect(result.totals.map(({ title }) => title)).toEqual(sums)
      const text = content[0]?.text ?? ''
      for (const sentence of [definition?.title ?? '', definition?.empty ?? '']) expect(text).toContain(sentence)
      expect(text).not.toMatch(/NaN|Infinity|undefined|null/)
    }
  })
})

describe('twenty years after the last row was written', () => {
  beforeAll(async () => {
    stage = await openStage(new Date('2046-06-15T12:00:00Z'), { seededAt: NOW })
  })
  afterAll(() => stage.close())

  test.each(REPORT_CASES.map((one) => [one.slug, one] as const))('%s is right for everybody', async (slug, one) => {
    for (const who of ASKERS) expectReport(stage, one, {}, who, await ask(stage, slug, {}, who))
  })

  test.each(['closing-this-month', 'won-lost-this-quarter', 'new-leads-by-source'])(
    '%s finds nothing in its period',
    async (slug) => {
      for (const who of ASKERS) expect((await ask(stage, slug, {}, who)).rows).toEqual([])
    },
  )

  test('forecast-by-month names the overdue, and every month of its period with nothing in it', async () => {
    const { rows, totals } = await ask(stage, 'forecast-by-month', {}, analyst)
    expect(rows.map(({ month }) => (month as { label: string }).label)).toEqual([
      ...['Overdue', 'Jun 2046 (15 to 30)', 'Jul 2046', 'Aug 2046', 'Sep 2046', 'Oct 2046', 'Nov 2046'],
      'Dec 2046 (1 to 15)',
    ])
    expect(rows.slice(1).map(({ opportunities, total }) => [opportunities, total])).toEqual(Array(7).fill([0, 0]))
    expect(totals.map(({ title, value }) => [title, value > 0])).toEqual([
      ['Base value from today on', false],
      ['Opportunities from today on', false],
      ['Base value overdue', true],
      ['Opportunities overdue', true],
    ])
  })
})
