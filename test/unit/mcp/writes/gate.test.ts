import { beforeEach, describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import * as z from 'zod'
import { switchesOf } from '../../../../shared/grants/switches/current-switches.ts'
import type { Caller } from '../../../../shared/grants/caller.ts'
import { offFor } from '../../../../shared/mcp/switches/off.ts'
import { defineTool, type Tool } from '../../../../shared/mcp/tool/tool.ts'
import { BASE, caller, createHarness, type Harness, send } from '../support/harness.ts'
import { type Answer, answerOf } from '../support/revisions.ts'

const WRITING = 'dynamics.read dynamics.write'
const CHALLENGE = `Bearer error="insufficient_scope", error_description="Changing records needs the permission dynamics.write", scope="${WRITING}", resource_metadata="${BASE}/.well-known/oauth-protected-resource/mcp"`
const TEXT = 'Changing records needs your permission first. Allow it in the window that opens, then ask again.'

/** What was really run, by name of the tool. */
const ran: string[] = []
beforeEach(() => void ran.splice(0))

const probe = (name: string): Tool =>
  defineTool({
    name,
    title: name,
    description: name,
    status: { invoking: 'a', invoked: 'b' },
    ofWrites: true,
    input: () => z.object({}),
    output: () => z.object({ done: z.boolean() }),
    run: async () => {
      ran.push(name)
      return { structured: { done: true }, text: 'done', records: [] }
    },
  })

/** An endpoint where something may be written, for whoever `who` makes of Priya. */
function stage(who: Partial<Caller>, more: Parameters<typeof createHarness>[3] = {}): Harness {
  return createHarness('http://127.0.0.1:9', {}, undefined, {
    authenticate: async (bearer) => ({ ...caller(bearer.slice(6)), ...who }),
    writes: {
      policy: new Map([['task', { create: 'all', update: 'all', human: [] }]]),
      confirmation: 'host',
      scope: WRITING,
      tools: async () => [probe('preview_change'), probe('update_record')],
      count: () => undefined,
    } as never,
    ...more,
  })
}

const VERSION = 'io.modelcontextprotocol/protocolVersion'
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities'
const MODERN = { [VERSION]: '2026-07-28', [CAPABILITIES]: {} }
const CHATGPT = { [VERSION]: '2026-07-28', [CAPABILITIES]: { experimental: { 'openai/visibility': {} } } }

const message = (name: string, meta?: unknown, id: unknown = 7) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: {}, ...(meta !== undefined && { _meta: meta }) },
})

/** As a client of 2026-07-28 sends it, or of 2025 without the envelope. */
async function call(harness: Harness, name: string, meta?: unknown) {
  const modern = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': name }
  const reply = await send(harness, { body: message(name, meta), headers: meta === undefined ? {} : modern })
  return { headers: reply.headers ?? {}, ...answerOf(reply) }
}
const toldOf = ({ result }: Answer) => result?.['structuredContent'] as { error?: { code: string; nextStep: string } }

describe('a grant that only reads', () => {
  const reader = { mayWrite: true, scope: 'dynamics.read' } as const

  test.each([
    ['ChatGPT', CHATGPT],
    ['a client of 2025', undefined],
  ])('is challenged in the result of a tool, for %s', async (_, meta) => {
    const harness = stage(reader)
    for (const name of ['preview_change', 'update_record']) {
      const { status, headers, result } = await call(harness, name, meta)
      expect([status, headers['www-authenticate']]).toEqual([200, undefined])
      expect(result).toMatchObject({
        isError: true,
        content: [{ type: 'text', text: TEXT }],
        structuredContent: {
          error: {
            code: 'insufficient_scope',
            text: TEXT,
            nextStep: 'Wait until the person has allowed it, then send the same call.',
          },
        },
        _meta: { 'mcp/www_authenticate': [CHALLENGE] },
      })
    }
    expect(ran).toEqual([])
    expect(harness.events.map(({ name, tool, code, grantId }) => [name, tool, code, grantId])).toEqual(
      ['preview_change', 'update_record'].map((tool) => [
        'scope.challenged',
        tool,
        'insufficient_scope',
        'grant-priya',
      ]),
    )
  })

  test('is challenged by HTTP 403, for any other client of 2026-07-28', async () => {
    const harness = stage(reader)
    const { status, headers, error, id } = await call(harness, 'update_record', MODERN)
    expect([status, id, error?.code]).toEqual([403, null, -32_000])
    expect(headers).toMatchObject({ 'www-authenticate': CHALLENGE, 'cache-control': 'no-store' })
    expect(ran).toEqual([])
    expect(harness.events.map(({ name }) => name)).toEqual(['scope.challenged'])
  })

  test.each([undefined, CHATGPT, MODERN])('goes on reading, and nothing that writes is loaded for it', async (meta) => {
    const loaded: string[] = []
    const writes = { scope: WRITING, tools: async () => void loaded.push('x') } as never
    const { status, result } = await call(stage(reader, { writes }), 'list_entities', meta)
    expect([status, toldOf({ status, ...(result && { result }) }).error?.code]).toEqual([200, 'unreachable'])
    expect(loaded).toEqual([])
  })
})

describe('a person without the right', () => {
  test.each([
    ['dynamics.read', undefined],
    ['dynamics.read', CHATGPT],
    ['dynamics.read', MODERN],
    [WRITING, MODERN],
    [`${WRITING} offline_access`, CHATGPT],
  ])('of a grant for %s is told so, and never challenged', async (scope, meta) => {
    const harness = stage({ scope })
    const { status, headers, result } = await call(harness, 'update_record', meta)
    expect([status, headers['www-authenticate']]).toEqual([200, undefined])
    expect(JSON.stringify(result)).not.toContain('www_authenticate')
    expect([result?.['isError'], toldOf({ status, ...(result && { result }) }).error?.code]).toEqual([
      true,
      'write_not_allowed',
    ])
    expect(ran).toEqual([])
    expect(harness.events.map(({ name, outcome, code }) => [name, outcome, code])).toEqual([
      ['tool.called', 'refused', 'write_not_allowed'],
    ])
  })
})

test.each([
  'dynamics.write',
  'dynamics.read dynamics.writes',
  'dynamics.read dynamics.write.all',
  'DYNAMICS.WRITE',
  '',
])('a scope that only looks like it opens nothing: %j', async (scope) => {
  expect((await call(stage({ mayWrite: true, scope }), 'update_record', MODERN)).status).toBe(403)
  expect(ran).toEqual([])
})

test.each([undefined, CHATGPT, MODERN])('who may and agreed is let through', async (meta) => {
  const harness = stage({ mayWrite: true, scope: `${WRITING} offline_access` })
  expect((await call(harness, 'update_record', meta)).result).toMatchObject({ structuredContent: { done: true } })
  expect(ran).toEqual(['update_record'])
})

test.each(['everything', 'writes', 'tool'])('what is off answers so, and is not challenged first: %s', async (kind) => {
  const switches = switchesOf([{ kind, row: kind === 'tool' ? 'update_record' : kind }], (id) => id)
  const offForAll = { offFor: async (who: Caller) => offFor(switches, who) }
  for (const mayWrite of [true, undefined] as const) {
    const { status, result } = await call(stage({ mayWrite }, offForAll), 'update_record', MODERN)
    expect([status, toldOf({ status, ...(result && { result }) }).error?.code]).toEqual([200, 'switched_off'])
  }
  expect(ran).toEqual([])
})

describe('a batch', () => {
  const batch = (harness: Harness, ...messages: unknown[]) => send(harness, { body: messages })

  test.each([
    [['update_record', 'update_record']],
    [['preview_change', 'update_record']],
    [['list_entities', 'update_record', 'whoami', 'preview_change']],
  ])('of more than one call that writes is refused whole: %j', async (names) => {
    for (const who of [{}, { mayWrite: true, scope: 'dynamics.read' }, { mayWrite: true, scope: WRITING }] as const) {
      const harness = stage(who)
      const answer = answerOf(await batch(harness, ...names.map((name, at) => message(name, undefined, at))))
      expect([answer.status, answer.error?.code]).toEqual([400, -32_600])
      expect(harness.events.map(({ name }) => name)).toEqual(['request.refused'])
    }
    expect(ran).toEqual([])
  })

  test('of one call that writes has that one refused, and the others answered', async () => {
    const harness = stage({ mayWrite: true, scope: 'dynamics.read' })
    const { status, body = '' } = await batch(
      harness,
      message('update_record', undefined, 1),
      message('nope', undefined, 2),
    )
    expect(status).toBe(200)
    expect(body).toContain('mcp/www_authenticate')
    expect(body).toContain('-32602')
    expect(ran).toEqual([])
  })
})

describe('however a request is written', () => {
  const meta = fc.constantFrom(undefined, null, 7, {}, MODERN, CHATGPT, { [VERSION]: 'x' }, { [CAPABILITIES]: null })
  const params = fc.record(
    {
      name: fc.constantFrom('update_record', 'preview_change'),
      arguments: fc.constantFrom(undefined, null, {}, [], 'x', { change: 'x' }),
      _meta: meta,
      task: fc.constantFrom(undefined, null, {}),
      scope: fc.constant(WRITING),
    },
    { requiredKeys: ['name'] },
  )
  const one = fc.record({
    jsonrpc: fc.constantFrom('2.0', '1.0', undefined),
    id: fc.constantFrom(1, 'a', null, undefined),
    method: fc.constant('tools/call'),
    params,
  })
  const headers = fc.constantFrom({}, { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call' })

  test('without right or agreement nothing that writes is run, and no answer says that all is well', async () => {
    const body = fc.oneof(one, fc.array(one, { minLength: 1, maxLength: 2 }))
    const who = fc.constantFrom({}, { mayWrite: true as const, scope: 'dynamics.read' }, { scope: WRITING })
    await fc.assert(
      fc.asyncProperty(body, who, headers, async (json, person, given) => {
        const { status, body: text = '' } = await send(stage(person), { body: json, headers: given })
        expect(ran).toEqual([])
        // A notification has no answer, and is not run.
        if (status !== 202) expect(text).toMatch(/"isError":true|"error":\{/)
      }),
      { numRuns: 300 },
    )
  })
})
