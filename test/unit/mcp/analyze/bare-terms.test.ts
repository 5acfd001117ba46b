import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { ToolAnswer } from '../support/harness.ts'
import { called, openStage, type Stage } from '../support/sandbox-stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(async () => await stage.close())

const MEASURES = { query_crm: {}, analyze: { measures: ['count'] } } as const
const ask = async (tool: keyof typeof MEASURES, filter: string): Promise<ToolAnswer> =>
  (await called(stage.coldWorker(), tool, { entity: 'opportunity', filter, ...MEASURES[tool] }, 'analyst')).answer

test.each([
  ['open pipeline', 'open pipeline'],
  ['open pipeline and estimatedvalue gt 10000', 'open pipeline'],
  ['estimatedvalue gt 10000 and (win rate or closeprobability gt 50)', 'win rate'],
  ["ownerid eq me and name ne 'won' and open pipeline", 'open pipeline'],
])('%s: the words of a term are told to be one, with the condition that it is', async (filter, term) => {
  for (const tool of ['query_crm', 'analyze'] as const) {
    const { structuredContent } = await ask(tool, filter)
    const { code, nextStep = '' } = { ...structuredContent?.error }
    expect([tool, code, nextStep]).toEqual([tool, 'invalid_filter', expect.stringContaining(`term eq '${term}'`)])
    const [, written = ''] = /Write as a condition: (.*)\.$/.exec(nextStep) ?? []
    expect((await ask(tool, filter.replace(term, written))).isError ?? false).toBe(false)
  }
})

test.each(['my open opportunities over 50k', "name eq 'open pipeline' sorted", 'closed pipeline'])(
  '%s: no term is made of other words',
  async (filter) => {
    const { structuredContent } = await ask('query_crm', filter)
    expect(structuredContent?.error?.code).toBe('invalid_filter')
    expect(structuredContent?.error?.nextStep).not.toContain('term')
  },
)
