import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createTools } from '../../../../../shared/mcp/tools.ts'
import { callTool, createHarness, type Harness } from '../../support/harness.ts'
import { startUpstream, type Upstream } from '../../support/upstream.ts'

let upstream: Upstream
let harness: Harness
beforeAll(async () => {
  upstream = await startUpstream()
  upstream.answer = () => ({ body: { value: [] } })
  harness = createHarness(upstream.url)
})
afterAll(() => upstream.stop())

const TOOLS = createTools({ defaultTop: 50, maxTop: 500 })
const NAMES = TOOLS.map(({ name }) => name)
const LONG = 'x'.repeat(9_000)
const TEXTS = Array.from({ length: 101 }, (_, at) => `column${at}`)

async function errorOf(tool: string, args: unknown): Promise<{ code: string; text: string; nextStep: string }> {
  const { content } = await callTool(harness, tool, args)
  const [, code = '', text = '', nextStep = ''] = /^Error (\w+): (.*)\nNext step: (.*)$/s.exec(content[0]!.text) ?? []
  return { code, text, nextStep }
}

test.each<[string, unknown, string]>([
  ['query_crm', { expand: ['ownerid'] }, 'expand[0] must be an object, such as {"lookup":"ownerid","select":["…"]}'],
  ['query_crm', { expand: [{ lookup: 'ownerid' }] }, 'expand[0].select is missing'],
  ['query_crm', { expand: [{ lookup: 7.5, select: [] }] }, 'expand[0].select is empty'],
  ['query_crm', { expand: 7 }, 'expand must be a list'],
  ['query_crm', { top: 'many' }, 'top must be a whole number'],
  ['query_crm', { top: 2.5 }, 'top must be a whole number'],
  ['query_crm', { top: 0 }, 'top is less than 1'],
  ['query_crm', { top: 501 }, 'top is more than 500'],
  ['query_crm', { count: 'perhaps' }, 'count must be true or false'],
  ['query_crm', { filter: LONG }, 'filter is longer than 8000 characters'],
  ['query_crm', { filter: ['a'] }, 'filter must be a text'],
  ['query_crm', { select: TEXTS }, 'select has more than 100 items'],
  ['query_crm', { select: [{}] }, 'select[0] must be a text'],
  ['analyze', { entity: '', measures: ['count'], top: -1 }, 'entity is empty; top is less than 1'],
  ['get_record', {}, 'is missing'],
  [
    'run_report',
    { report: 'pipeline-by-stge' },
    'report is none that there is, "pipeline-by-stge". Did you mean: pipeline-by-stage',
  ],
  [
    'run_report',
    { report: 'qqqqqqqqqqqqqqqqq' },
    'report is none that there is, "qqqqqqqqqqqqqqqqq", but one of my-open-opportunities, ',
  ],
  ['run_report', { report: 'pipeline-by-stage', days: 'soon' }, 'days must be a whole number'],
])('%s of %.60j says what is wrong', async (tool, args, said) => {
  const { text } = await errorOf(tool, args)
  expect(text).toContain(said)
})

/** No dump of a validator, and nothing that a person would not say. */
function expectPlain(text: string): void {
  expect(text).not.toMatch(/✖|→|Invalid input|Invalid option|Too (?:big|small)|expected .* received|undefined|\[object/)
  expect(text.length).toBeLessThan(2_500)
}

describe.each(NAMES)('an error about the arguments of %s', (tool) => {
  const members = Object.keys(TOOLS.find(({ name }) => name === tool)!.input.shape)
  const value = fc.oneof(
    fc.constantFrom<unknown>('', LONG, 7, -1, 2.5, true, {}, [], [[]], ['ownerid'], [{}], [7], { a: 1 }, 'x'),
    fc.jsonValue({ maxDepth: 2 }),
  )
  const wrong = fc.dictionary(fc.constantFrom('nonsense', '__proto__', ...members), value, { maxKeys: 4 })

  test('names it and no other, in words for whoever reads it', async () => {
    // Which tool to run is itself an argument of one that shows.
    const { pictureOf = [] } = TOOLS.find(({ name }) => name === tool)!
    const others = NAMES.filter((name) => name !== tool && !pictureOf.includes(name))
    await fc.assert(
      fc.asyncProperty(wrong, async (args) => {
        const { code, text } = await errorOf(tool, args)
        expectPlain(text)
        if (code === 'unknown_argument') expect(text).toMatch(new RegExp(`^${tool} does not have the argument`))
        if (code === 'invalid_arguments')
          for (const other of others) expect(text).not.toMatch(new RegExp(`\\b(?:of|call) ${other}\\b|^${other}\\b`))
        if (/^Arguments of /.test(text)) expect(text).toMatch(new RegExp(`^Arguments of ${tool}: `))
      }),
      { numRuns: 60 },
    )
  })

  test('that it does not have names it', async () => {
    const { code, text } = await errorOf(tool, { nonsense: 1 })
    expect([code, text]).toEqual(['unknown_argument', `${tool} does not have the argument "nonsense".`])
  })
})
