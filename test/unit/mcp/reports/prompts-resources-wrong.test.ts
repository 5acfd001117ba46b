import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import * as z from 'zod'
import { createHarness, send, serve, type Harness } from '../support/harness.ts'
import { startUpstream, type Upstream } from '../support/upstream.ts'

type Era = '2025' | '2026'
const ERAS: readonly Era[] = ['2025', '2026']
const NAMED_BY: Readonly<Record<string, string>> = { 'prompts/get': 'name', 'resources/read': 'uri' }
const Refusal = z.object({ error: z.object({ code: z.int(), message: z.string(), data: z.unknown().optional() }) })
type Refusal = z.output<typeof Refusal>['error']
const LONG = 'x'.repeat(10_000)
const DEEP = { a: { b: [{ c: 'x' }] } }

let upstream: Upstream
let harness: Harness
beforeAll(async () => {
  upstream = await startUpstream()
  harness = createHarness(upstream.url)
})
afterAll(() => upstream.stop())

async function refusal(era: Era, method: string, params: Readonly<Record<string, unknown>>): Promise<Refusal> {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  }
  const name = params[NAMED_BY[method] ?? '']
  const isPlain = typeof name === 'string' && /^[!-~]+$/.test(name)
  const inHeader = isPlain ? name : `=?base64?${Buffer.from(String(name)).toString('base64')}?=`
  const named = typeof name === 'string' ? { 'mcp-name': inHeader } : {}
  const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': method, ...named }
  const body = { jsonrpc: '2.0', id: 1, method, params: era === '2026' ? { ...params, _meta } : params }
  const { body: text = '' } = await send(harness, { body, headers: era === '2026' ? headers : {} })
  return Refusal.parse(JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? text)).error
}

/** No dump of a validator, and nothing longer than anybody reads. */
function expectSentence({ message }: Refusal): void {
  expect(message).toMatch(/^[A-Za-z].*[.?]$/s)
  expect(message).not.toMatch(/zod|invalid_type|expected|✖|→|Invalid input|\[\s*\{/i)
  expect(message.length).toBeLessThan(700)
}

describe.each(ERAS)('a client of %s', (era) => {
  test.each<[Readonly<Record<string, unknown>>, RegExp]>([
    [{ name: 'accounts-no-activty' }, /no prompt "accounts-no-activty"\. Did you mean: accounts-no-activity/],
    [{ name: 'ACCOUNTS_NO_ACTIVITY' }, /Did you mean: accounts-no-activity/],
    [{ name: 'zzqqxxyyzz' }, /There are: .*pipeline-by-stage/],
    [{ name: LONG }, /There is no prompt "x+…"/],
    [{ name: 'a\nb\u202e"' }, /There is no prompt/],
    [{ name: '__proto__' }, /There is no prompt/],
    [{ name: 7 }, /The name of a prompt is missing.*pipeline-by-stage/],
    [{}, /The name of a prompt is missing/],
    [{ name: 'accounts-no-activity', arguments: { days: 'soon' } }, /value of days is no whole number. Give days as/],
    [{ name: 'accounts-no-activity', arguments: { days: '0' } }, /value of days is out of range. Give days as/],
    [{ name: 'accounts-no-activity', arguments: { days: LONG } }, /value of days is no whole number/],
    [{ name: 'accounts-no-activity', arguments: { days: DEEP } }, /value of days is no whole number/],
    [{ name: 'accounts-no-activity', arguments: { owner: 'perhaps' } }, /Give owner as one of /],
    [{ name: 'accounts-no-activity', arguments: { mine: true } }, /"mine": use owner/],
    [{ name: 'accounts-no-activity', arguments: { dayz: '3' } }, /does not have the argument "dayz"\..*days/],
    [{ name: 'accounts-no-activity', arguments: { [LONG]: '3' } }, /takes days/],
    [{ name: 'accounts-no-activity', arguments: ['days'] }, /arguments of accounts-no-activity are no object/],
    [{ name: 'accounts-no-activity', arguments: 'days=3' }, /Write them as \{"days":"30"\}/],
  ])('prompts/get %#', async (params, said) => {
    const refused = await refusal(era, 'prompts/get', params)
    expect(refused.code).toBe(-32_602)
    expect(refused.message).toMatch(said)
    expectSentence(refused)
  })

  test.each<[Readonly<Record<string, unknown>>, RegExp]>([
    [{ uri: 'prompt://reports/pipeline-by-stge' }, /Did you mean: prompt:\/\/reports\/pipeline-by-stage/],
    [{ uri: 'pipeline-by-stage' }, /Did you mean: prompt:\/\/reports\/pipeline-by-stage/],
    [{ uri: 'file:///etc/passwd' }, /There are: prompt:\/\/reports\/.*ui:\/\/reports\/view-[\da-f]{12}\.html/],
    [{ uri: `prompt://${LONG}` }, /There is no resource "prompt:/],
    [{ uri: 7 }, /The uri of a resource is missing/],
    [{}, /The uri of a resource is missing/],
  ])('resources/read %#', async (params, said) => {
    const refused = await refusal(era, 'resources/read', params)
    expect(refused.code).toBe(era === '2025' && typeof params.uri === 'string' ? -32_002 : -32_602)
    expect(refused.message).toMatch(said)
    expect(refused.message.length).toBeLessThan(2_000)
  })
})

test.each(['legacy', 'auto'] as const)('what is listed can be read and got by a real client: %s', async (mode) => {
  const served = await serve(harness)
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } })
  const requestInit = { headers: { authorization: 'Bearer token-priya' } }
  await client.connect(new StreamableHTTPClientTransport(new URL(served.url), { requestInit }))
  const { resources } = await client.listResources()
  const { prompts } = await client.listPrompts()
  expect(resources.map(({ uri }) => uri)).toEqual([
    ...prompts.map(({ name }) => `prompt://reports/${name}`),
    expect.stringMatching(/^ui:\/\/reports\/view-[\da-f]{12}\.html$/),
  ])
  for (const { uri, name } of resources.slice(0, -1)) {
    expect((await client.readResource({ uri })).contents).toEqual([expect.objectContaining({ uri })])
    expect((await client.getPrompt({ name })).messages).toHaveLength(1)
  }
  expect((await client.listResourceTemplates()).resourceTemplates).toEqual([])
  await client.close()
  await served.stop()
})
