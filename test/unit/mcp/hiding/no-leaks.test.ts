// Not in a bare npm test: asks many calls of two environments that differ in what is hidden.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import { BY_COLUMN, BY_TABLE, SECRET, type Setting } from './stage.ts'
import {
  askBoth,
  differences,
  differencesOfOffers,
  openWorlds,
  told,
  turnsOf,
  WHO,
  written,
  type Worlds,
} from './worlds.ts'
import { callTool, type ToolAnswer } from '../support/harness.ts'

/** The whole is a sweep: here every so many, so that each kind of call and each column has its turn. */
const EVERY = 29

const codeOf = (answer: ToolAnswer): string | undefined =>
  answer.structuredContent?.error?.code ?? /^Error (\w+)/.exec(answer.content[0]?.text ?? '')?.[1]

describe.each<[string, Setting]>([
  ['columns', BY_COLUMN],
  ['tables', BY_TABLE],
])('two environments that differ in hidden %s alone', (_name, setting) => {
  let worlds: Worlds
  beforeAll(async () => {
    worlds = await openWorlds(setting)
  })
  afterAll(() => worlds.close())

  test('are one, whatever is asked, in answers and in what is written down', async () => {
    const { guarded, calls } = worlds
    expect(await differences(worlds, turnsOf(calls.filter((_call, at) => at % EVERY === 0)))).toEqual([])
    expect(written(guarded.one)).toBe(written(guarded.other))
    expect(written(guarded.one)).not.toMatch(SECRET)
  })

  test('are one in every prompt and every resource, whoever asks', async () => {
    const methods = worlds.offers.map(({ method }) => method)
    expect(methods.filter((one) => one === 'prompts/get').length).toBeGreaterThan(12)
    expect(methods.filter((one) => one === 'resources/read').length).toBeGreaterThan(12)
    expect(await differencesOfOffers(worlds)).toEqual([])
  })

  test.each([
    // Most figures are of types that a column has not, or count what both have as many of.
    ['analyze', 20],
    ['the others', 3],
  ] as const)('are two without the setting: the calls of %s ask for what is hidden', async (tool, part) => {
    const calls = worlds.calls.filter((call) => (call.tool === 'analyze') === (tool === 'analyze'))
    const asked = calls.filter((_call, at) => at % 41 === 0)
    const plain = { one: worlds.stages.one.worker, other: worlds.stages.other.worker }
    const different = await Promise.all(
      asked.map(async (call) => {
        const [one, other] = await askBoth(plain, call)
        return told(one, call.args) !== told(other, call.args)
      }),
    )
    expect(different.filter(Boolean).length).toBeGreaterThan(asked.length / part)
  })

  test('answer whatever else is asked', async () => {
    const { guarded } = worlds
    const others = [
      ['query_crm', { entity: 'lead', select: ['companyname', 'createdon'], orderby: 'createdon desc', count: true }],
      ['search', { query: 'Harbour' }],
      ['list_entities', {}],
      ['whoami', {}],
      ['run_report', { report: 'saved-views', entity: 'lead' }],
    ] as const
    for (const [tool, args] of others) {
      const answer = await callTool(guarded.one, tool, args, WHO)
      expect([tool, codeOf(answer)]).toEqual([tool, undefined])
    }
  })
})
