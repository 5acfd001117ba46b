import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { seed } from '../../../sandbox/dataverse/seed/seed.ts'
import { idOf } from '../../../sandbox/dataverse/seed/tools.ts'
import type { TableRows } from '../../../sandbox/dataverse/store/store.ts'
import { PEOPLE } from '../../../sandbox/people.ts'
import type { Harness } from '../support/harness.ts'
import { called, openStage, type Called, type Stage } from '../support/sandbox-stage.ts'

let stage: Stage
let worker: Harness
beforeAll(async () => {
  stage = await openStage(closed())
  worker = stage.coldWorker()
})
afterAll(async () => await stage.close())

/** Won in the same month of two years, and in another month. */
function closed(): TableRows {
  const values = seed(PEOPLE, new Date()).find(({ entity }) => entity === 'opportunity')?.values ?? {}
  return ['2024-03-10', '2024-07-01', '2025-03-12'].map((day) => ({
    entity: 'opportunity',
    values: {
      ...values,
      opportunityid: idOf('sides', day),
      name: `Zqs ${day}`,
      statecode: 1,
      statuscode: 3,
      actualclosedate: day,
    },
  }))
}

type Args = Readonly<Record<string, unknown>>
const call = async (args: Args): Promise<Called> =>
  await called(worker, 'analyze', { entity: 'opportunity', measures: ['count'], ...args }, 'analyst')
const told = async (args: Args) => {
  const { isError, structuredContent, content } = (await call(args)).answer
  expect([isError ?? false, content[0]?.text]).toEqual([false, expect.any(String)])
  const {
    reading = '',
    notes = [],
    rows = [],
  } = { ...structuredContent } as {
    reading?: string
    notes?: string[]
    rows?: unknown[][]
  }
  return { reading, rows, notes: notes.join('\n') }
}

const OWN = "startswith(name,'Zqs')"
const YEARS = ['actualclosedate eq 2025', 'actualclosedate eq 2024']
const NOTHING = 'No day meets all conditions on actualclosedate of before'

describe('a side whose dates the filter leaves out', () => {
  test.each([
    [{ filter: 'actualclosedate eq 2025' }],
    [{ filter: `${OWN} and ActualCloseDate ge 2025-01-01`, by: ['ownerid'] }],
    [{ filter: 'actualclosedate eq 2025', measures: ['won', 'win rate'] }],
    [{ filter: 'period eq 2025', measures: ['won'], compare: ['period eq 2025', 'period eq 2024'] }],
  ])('%j: its 0 is told to be none of that year', async (args) => {
    const { reading, notes } = await told({ compare: YEARS, ...args })
    expect(reading).toContain('before no day (actualclosedate, ')
    expect(notes).toContain(`${NOTHING}, so nothing is counted there`)
    expect(notes).toContain('leave actualclosedate out of filter')
  })

  test('without that filter both sides have rows, and nothing of it is said', async () => {
    const { reading, notes, rows } = await told({ compare: YEARS, filter: OWN })
    expect(rows[0]?.slice(0, 2)).toEqual([1, 2])
    expect(reading).not.toContain('no day')
    expect(notes).not.toContain('No day')
  })

  test('a filter that a side only narrows is no such one', async () => {
    const { notes, rows } = await told({ compare: YEARS, filter: `${OWN} and actualclosedate ge 2024-06-01` })
    expect(rows[0]?.slice(0, 2)).toEqual([1, 1])
    expect(notes).not.toContain('No day')
  })

  test('a condition of a figure alone is not the filter: nothing is to be left out of that', async () => {
    const { notes } = await told({
      measures: ['overdue'],
      compare: ['estimatedclosedate eq last-month', 'estimatedclosedate eq next-month'],
    })
    expect(notes).toContain('No day meets all conditions on estimatedclosedate of before')
    expect(notes).not.toContain('out of filter')
  })

  test('dates of a filter that leave out each other are told, too', async () => {
    const { reading, notes } = await told({ filter: 'createdon ge 2026-06-01 and createdon le 2026-01-31' })
    expect(reading).toContain('Period: no day (createdon, ')
    expect(notes).toContain('No day meets all conditions on createdon, so nothing is counted there')
  })
})

test.each([
  [['actualclosedate eq this-quarter', 'last-quarter']],
  [['last-quarter', 'actualclosedate eq this-quarter']],
  [['this-quarter', 'last-quarter']],
])('a period without its column is asked for with one: %j', async (compare) => {
  const { answer } = await call({ compare })
  const { code, nextStep = '' } = { ...answer.structuredContent?.error }
  expect([code, nextStep]).toEqual(['invalid_arguments', expect.stringMatching(/^Write that column before each/)])
  const written = JSON.parse(nextStep.slice(nextStep.indexOf('['), -1)) as string[]
  const column = compare.some((one) => one.includes('actualclosedate')) ? 'actualclosedate' : 'createdon'
  expect(written).toEqual(compare.map((one) => `${column} eq ${one.replace('actualclosedate eq ', '')}`))
  await told({ compare: written })
})

test('months of two years are offered by their names, those of two quarters are not', async () => {
  const year = await told({ by: ['month(actualclosedate)'], compare: YEARS, filter: OWN })
  expect(year.notes).toContain('write month_of_year(actualclosedate) in by, or leave month(actualclosedate) out of by')
  const { rows } = await told({ by: ['month_of_year(actualclosedate)'], compare: YEARS, filter: OWN })
  expect(rows.find(([month]) => month === 'Mar')?.slice(0, 3)).toEqual(['Mar', 1, 1])
  const quarters = ['actualclosedate eq 2024-Q3', 'actualclosedate eq 2024-Q1']
  const quarter = await told({ by: ['month(actualclosedate)'], compare: quarters, filter: OWN })
  expect(quarter.notes).toContain('No group has rows on both sides')
  expect(quarter.notes).not.toContain('month_of_year')
})

test.each([['count'], ['median(actualdurationminutes)']])(
  '%s by kind of activity calls it as lists do',
  async (figure) => {
    const args = { entity: 'activitypointer', measures: [figure], by: ['activitytypecode'] }
    const { answer } = await call(args)
    const { columns, rows, values } = { ...answer.structuredContent } as Record<string, unknown>
    expect(columns).toContainEqual({ name: 'activitytypecode', kind: 'table' })
    expect(rows).toContainEqual(['Phone Call', figure === 'count' ? expect.any(Number) : null])
    expect(values).toMatchObject({ activitytypecode: { 'Phone Call': 'phonecall' } })
  },
)
