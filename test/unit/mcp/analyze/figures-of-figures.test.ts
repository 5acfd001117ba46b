import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { ToolAnswer } from '../support/harness.ts'
import { called, openStage, type Stage } from '../support/sandbox-stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(async () => await stage.close())

const analyze = async (measures: readonly string[]): Promise<ToolAnswer['structuredContent']> =>
  (await called(stage.coldWorker(), 'analyze', { entity: 'opportunity', measures }, 'analyst')).answer.structuredContent

test.each([
  [['sum(actualvalue) as rev', 'count as n', 'rev / n as avg_deal'], 'sum(actualvalue) / count as avg_deal'],
  [['sum(actualvalue) as rev, count as n', 'avg_deal = 100 * Rev / N'], '100 * sum(actualvalue) / count as avg_deal'],
  [
    ["count(where statecode eq 'Won') as wins", 'count as n', 'wins / n as part', '1 - part as rest'],
    "1 - count(where statecode eq 'Won') / count as rest",
  ],
  [
    ['sum(actualvalue) as actualvalue', 'count as n', 'sum(actualvalue) / n as each'],
    'sum(actualvalue) / count as each',
  ],
  [['count as n', 'count(where contains(name,"n")) / n as part'], "count(where contains(name,'n')) / count as part"],
  [['count as n', "count(where name ne 'n' and name ne \"it's n\") / n as part"], 'count / count as part'],
  [
    ['count as count', "count(where statecode eq 'Won') as n", "count(where statecode eq 'Lost') / n as part"],
    "count(where statecode eq 'Lost') / count(where statecode eq 'Won') as part",
  ],
  [['sum(estimatedvalue) as won', 'won / 2 as half'], 'sum(estimatedvalue) / 2 as half'],
  [['sum(estimatedvalue) as total', 'count as `n`', 'total / `n` as each'], 'sum(estimatedvalue) / count as each'],
  [["count(where statecode eq 'Won') as n", 'share(n) as part'], "share(count(where statecode eq 'Won')) as part"],
  [['won as gain', 'count as n', 'gain / n as each'], 'won / count as each'],
])('%j: figures go by the names that the call gave them', async (measures, written) => {
  const named = await analyze(measures)
  const inFull = await analyze([written])
  expect([named?.error, inFull?.error]).toEqual([undefined, undefined])
  expect(named?.rows?.[0]?.at(-1)).toEqual(inFull?.rows?.[0]?.at(-1))
  expect(named?.rows?.[0]?.at(-1)).toEqual(expect.any(Number))
  expect(named?.interpreted?.join('\n')).toMatch(/ was read as /)
})

test.each([
  ['a figure that stands behind', ['rev / n as avg_deal', 'sum(actualvalue) as rev', 'count as n']],
  ['a figure as a column', ['sum(actualvalue) as rev', 'max(rev) as most']],
  ['a name in a literal', ['count as n', "count(where name eq 'n') / m as part"]],
  [
    'figures of figures beyond all measure',
    ['count as m0', ...Array.from({ length: 12 }, (_one, at) => `m${at} * m${at} as m${at + 1}`)],
  ],
  [
    'figures of figures deeper than a stack',
    ['count as m0', ...Array.from({ length: 29 }, (_one, at) => `m${at}${'+1'.repeat(900)} as m${at + 1}`)],
  ],
  ['a share of a share', ['share(count) as part', 'share(part) as again']],
])('%s is none', async (_what, measures) => {
  expect((await analyze(measures))?.error?.code).toMatch(/^invalid_measure$|^unknown_column$/)
})
