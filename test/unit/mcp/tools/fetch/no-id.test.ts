import { afterAll, beforeAll, expect, test } from '@jest/globals'
import * as z from 'zod'
import type { Harness, ToolAnswer } from '../../support/harness.ts'
import { called, openStage, type Stage } from '../../support/sandbox-stage.ts'

let stage: Stage
let worker: Harness
beforeAll(async () => {
  stage = await openStage()
  worker = stage.coldWorker({ toolDeadlineMs: 40_000 })
})
afterAll(async () => await stage.close())

const ask = async (tool: string, args: unknown): Promise<ToolAnswer> =>
  (await called(worker, tool, args, 'sales-manager')).answer
const stepOf = async (tool: string, args: unknown): Promise<string> => {
  const { isError, content } = await ask(tool, args)
  expect([args, isError]).toEqual([args, true])
  return (content[0]?.text ?? '').split('Next step: ').at(-1) ?? ''
}

const CALL = /(search|query_crm)(?: gives:)? (\{[^{}]*\})/

test.each([
  'contact/me',
  'account/me',
  'contact/Adventure',
  'Adventure Works',
  'accounts(Adventure Works)',
  "“Adventure's”",
  '[Adventure](contact/Sarah)',
  'account/1',
  'x'.repeat(1_000),
  'Ünïcode — “Straße”',
])('what is no id leads to a call that finds the record: %s', async (id) => {
  const step = await stepOf('fetch', { id })
  expect(step).not.toContain('00000000')
  const [, tool, json] = CALL.exec(step) ?? []
  if (tool === undefined) expect(step).toMatch(/with search, and pass an id/)
  else expect((await ask(tool, JSON.parse(json ?? ''))).isError).toBeUndefined()
  if (!id.endsWith('/me')) return
  const { content } = await ask('fetch', { id: /systemuser\/me/.exec(step)?.[0] })
  expect(content[0]?.text).toContain('"id":"systemuser/')
})

test.each([
  ['me', 'systemuser/me'],
  ['7c1d2e01-0001-4a6b-8c2d-10a3c1a86f01', 'account/7c1d2e01-0001-4a6b-8c2d-10a3c1a86f01'],
  ['{7C1D2E0100014A6B8C2D10A3C1A86F01}', 'account/7c1d2e01-0001-4a6b-8c2d-10a3c1a86f01'],
])('%s alone is told with its entity: %s', async (id, whole) => expect(await stepOf('fetch', { id })).toContain(whole))

test('what a search gives for the words can be fetched', async () => {
  const { rows = [] } =
    (await ask('query_crm', { entity: 'account', select: ['name'], top: 1 })).structuredContent ?? {}
  const [, , json = ''] = CALL.exec(await stepOf('fetch', { id: `account/${String(rows[0]?.[0])}` })) ?? []
  const { structuredContent } = await ask('search', JSON.parse(json))
  const [found] = z.array(z.object({ id: z.string() })).parse(structuredContent?.['results'])
  expect((await ask('fetch', { id: found?.id })).isError).toBeUndefined()
})
