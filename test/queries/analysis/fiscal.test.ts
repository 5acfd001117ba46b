import { afterAll, beforeAll, expect, test } from '@jest/globals'

import { computeAnalysis, type AnalysisDeps } from '../../../shared/reports/analysis/compute/compute-analysis.ts'
import { parseAnalysis } from '../../../shared/reports/analysis/parse/parse-analysis.ts'
import { person } from '../../sandbox/people.ts'
import { NOW } from '../../unit/sandbox/dataverse/harness.ts'
import { stageAt, type Stage } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await stageAt(NOW)
})
afterAll(() => stage.close())

const who = person('analyst')

/** An organization's fiscal year, as Dataverse may be set to have it. */
function depsWith(startMonth: number, startDay: number, periodMonths: number): AnalysisDeps {
  const { metadata, ...deps } = stage.call(who)
  return {
    ...deps,
    metadata: {
      ...metadata,
      person: async () => {
        const known = await metadata.person()
        return { ...known, organization: { ...known.organization, fiscal: { startMonth, startDay, periodMonths } } }
      },
    },
  }
}

const analysed = async (deps: AnalysisDeps, by: string, filter?: string) => {
  const { analysis } = parseAnalysis(
    { entity: 'opportunity', measures: ['median(estimatedvalue)'], by: [by], filter },
    () => undefined,
  )
  return await computeAnalysis(analysis, deps)
}

const MONTHS = Array.from({ length: 12 }, (_one, at) => at + 1)
const PERIODS = [12, 6, 3, 1]
const STARTS = [...MONTHS.map((month) => [month, 1] as const), [1, 15] as const, [4, 6] as const]
const BY = ['fiscal_year(createdon)', 'fiscal_period(createdon)']

test.each(STARTS.flatMap(([month, day]) => PERIODS.map((period) => [month, day, period] as const)))(
  'rows of a fiscal year from month %i day %i in periods of %i months are right, or refused with what works',
  async (month, day, period) => {
    const deps = depsWith(month, day, period)
    for (const by of BY) {
      const outcome = await analysed(deps, by).catch((error: unknown) => error as Error & { nextStep: string })
      if (month === 1 && day === 1) {
        if (outcome instanceof Error) throw outcome
        const part = by.startsWith('fiscal_year')
          ? "''"
          : `'-P' || ((strftime('%m', local(createdon)) - 1) / ${period} + 1)`
        const wanted = stage.oracle.rows(
          who,
          `select 'FY' || strftime('%Y', local(createdon)) || ${part} as k, count(*) as n from opportunity group by 1`,
        )
        const told = outcome.sides[0]?.groups.map(({ keys: [k], tallies }) => ({ k, n: tallies.get(0)?.rows }))
        expect(told?.toSorted(byKey)).toEqual(wanted.map(({ k, n }) => ({ k, n })).toSorted(byKey))
        continue
      }
      expect(outcome).toMatchObject({ code: 'invalid_aggregate' })
      const [, group = '', filter] =
        /^Group by (month\(createdon\)) instead, with a filter such as (createdon eq [\w-]+)\.$/.exec(
          (outcome as { nextStep: string }).nextStep,
        ) ?? []
      expect((await analysed(deps, group, filter)).sides[0]?.groups.length).toBeGreaterThan(0)
    }
  },
)

function byKey({ k: one }: { readonly k?: unknown }, { k: other }: { readonly k?: unknown }): number {
  return String(one).localeCompare(String(other))
}
