import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { PROBLEMS, type AskedChange, type Plan } from '../../../../../shared/dataverse/change/model.ts'
import { changesIn, codesOf, openStage, type Ask, type Stage } from '../stage.ts'
import { CASES, type Case } from './cases.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
  const days = { name: 'hp_days', schemaName: 'hp_Days', type: 'Integer', label: 'Days', sourceType: 3 } as const
  const mood = {
    name: 'hp_mood',
    schemaName: 'hp_Mood',
    type: 'Picklist',
    label: 'Mood',
    options: [
      { value: 1, label: 'Fine' },
      { value: 2, label: 'fine' },
    ],
  } as const
  for (const column of [days, mood]) stage.dataverse.publish({ kind: 'add-column', entity: 'hp_project', column })
})
afterAll(() => stage.close())

const planOf = async ({ ask, asking }: Case): Promise<Plan> => await stage.plan(ask, asking)

describe('what stands in the way is said', () => {
  test.each(CASES.map((one) => [one.code, one.name, one] as const))('%s: %s', async (code, _name, one) => {
    const plan = await planOf(one)
    expect(codesOf(plan)).toContain(code)
    for (const { text, nextStep } of plan.problems) {
      expect(text).toMatch(/\.$/)
      expect(nextStep.length).toBeGreaterThan(10)
    }
  })

  /** What a preview alone can say, or the endpoint before it. */
  const ELSEWHERE = ['writes_off', 'write_not_allowed', 'confirmation_needed']
  test('every problem is reached', () => {
    const reached = new Set<string>(CASES.map(({ code }) => code))
    expect(Object.keys(PROBLEMS).filter((code) => !reached.has(code))).toEqual(ELSEWHERE)
  })
})

/** The asked change in the place of the one that the problem is about, or beside the others. */
function followed(asked: readonly AskedChange[], column: string | undefined, instead: AskedChange): AskedChange[] {
  const at = asked.findIndex((change) => change.column === column)
  return at < 0 ? [...asked, instead] : asked.map((change, index) => (index === at ? instead : change))
}

describe('a next step that is followed to the letter leads on', () => {
  test.each(CASES.map((one) => [one.code, one.name, one] as const))('%s: %s', async (code, _name, one) => {
    const { ask, asking } = one
    const { problems } = await planOf(one)
    for (const problem of problems) {
      for (const instead of changesIn(problem.nextStep)) {
        // The person's own words stand there.
        const change = instead.to === '…' ? { ...instead, to: 'Ashcombe' } : instead
        const again = await stage.plan({ ...ask, changes: followed(ask.changes, problem.column, change) }, asking)
        const same = again.problems.filter((two) => two.code === problem.code && two.column === problem.column)
        expect([problem.nextStep, same]).toEqual([problem.nextStep, []])
      }
      if (/^(?:Leave|Do not)/.test(problem.nextStep) && problem.column !== undefined) {
        const changes = ask.changes.filter(({ column }) => column !== problem.column)
        expect(codesOf(await stage.plan({ ...ask, changes }, asking))).not.toContain(code)
      }
    }
  })

  test('duplicates that are accepted', async () => {
    const one = CASES.find(({ code }) => code === 'duplicates_found')
    const plan = one && (await planOf(one))
    const [problem] = plan?.problems ?? []
    expect(problem?.nextStep).toContain('"acceptDuplicates":true')
    const again = one && (await stage.plan({ ...one.ask, acceptDuplicates: true }))
    expect(again).toMatchObject({ problems: [], acceptsDuplicates: true, duplicates: plan?.duplicates })
  })

  test('the id of a candidate', async () => {
    const ambiguous = CASES.filter(({ code }) => code === 'lookup_ambiguous')
    for (const one of ambiguous) {
      const [problem] = (await planOf(one)).problems
      const candidates = problem?.candidates ?? []
      expect(candidates.length).toBeGreaterThan(1)
      expect(candidates.length).toBeLessThanOrEqual(10)
      for (const { id, entity, name } of candidates) {
        const [asked] = one.ask.changes
        const plan = await stage.plan({ ...one.ask, changes: [{ column: asked?.column ?? '', to: id, entity }] })
        expect(codesOf(plan).filter((code) => code !== 'nothing_to_change')).toEqual([])
        expect(plan.arguments.changes).toMatchObject([{ to: name, id, entity }])
      }
    }
  })

  test('the call of another tool', async () => {
    for (const one of CASES.filter(({ code }) => code === 'use_other_tool')) {
      const [problem] = (await planOf(one)).problems
      const [rest, last = ''] = problem?.nextStep.split(/Call preview_change with /) ?? []
      const [, beside] =
        /^First change the rest[^{]{0,100}(\{.*\}), and send what it gives\. Then: $/.exec(rest ?? '') ?? []
      const left = one.ask.changes.filter(({ column }) => !/^stat(?:e|us)code$/.test(column))
      expect(beside === undefined ? [] : (JSON.parse(beside) as Ask).changes).toEqual(left)
      if (beside !== undefined) expect(codesOf(await stage.plan(JSON.parse(beside) as Ask, one.asking))).toEqual([])
      const call: unknown = JSON.parse(last)
      expect((await planOf(one)).problems).toHaveLength(1)
      expect(call).toMatchObject({
        operation: expect.stringMatching(/^(?:close_opportunity|resolve_case|qualify_lead)$/),
        id: one.ask.id,
      })
    }
  })
})

test('all problems of one change are said at once', async () => {
  const plan = await stage.plan({
    entity: 'opportunity',
    id: CASES.find(({ code }) => code === 'record_closed')?.ask.id ?? '',
    changes: [
      { column: 'nothing', to: 1 },
      { column: 'Rating', to: 'Lukewarm' },
      { column: 'closeprobability', to: 200 },
      { column: 'parentaccountid', to: 'Nobody at all' },
      { column: 'createdon', to: null },
      { column: 'name', to: 'A name that is fine' },
    ],
  })
  expect(codesOf(plan)).toEqual([
    'unknown_column',
    'unknown_option',
    'out_of_range',
    'lookup_not_found',
    'column_not_writable',
    'record_closed',
  ])
})
