import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type * as Server from '@modelcontextprotocol/server'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { build } from 'esbuild'
import * as z from 'zod'
import { withLazySchemas } from '../../../../infra/lean/lazy-schemas.ts'
import { later } from '../../../../infra/lean/later.ts'
import { leanPackages } from '../../../../infra/lean/lean-packages.ts'

const ENTRY = `export * from '@modelcontextprotocol/server'\nexport * as z from 'zod'\n`

let folder: string
let plain: typeof Server & { readonly z: typeof z }
let lean: typeof plain
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lazy-'))
  ;[plain, lean] = await Promise.all([bundle('plain.mjs', ENTRY, false), bundle('lean.mjs', ENTRY, true)])
}, 60_000)
afterAll(async () => await rm(folder, { recursive: true }))

async function bundle(name: string, contents: string, isLean: boolean): Promise<typeof plain> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    plugins: isLean ? [leanPackages] : [],
  })
  await writeFile(join(folder, name), outputFiles[0]?.contents ?? '')
  return (await import(pathToFileURL(join(folder, name)).href)) as typeof plain
}

/** How many schemas a work makes. */
async function countIn(work: () => unknown): Promise<number> {
  const config = z.config() as { postProcessor?: unknown }
  let made = 0
  config.postProcessor = () => (made += 1)
  try {
    await work()
    return made
  } finally {
    delete config.postProcessor
  }
}

describe('a source with late schemas', () => {
  const run = async (source: string): Promise<unknown> => {
    const body = withLazySchemas(source, 'a.ts').replace(/^import .*$/m, '')
    const module = `export const run = (z, __later) => {\n${body}\nreturn answer\n}`
    const { run: made } = (await import(`data:text/javascript,${encodeURIComponent(module)}`)) as {
      readonly run: (zod: typeof z, late: typeof later) => unknown
    }
    return made(z, later)
  }

  test.each([
    ['a schema', 'const Row = z.object({ a: z.string() })\nconst answer = Row.parse({ a: "x" })', { a: 'x' }],
    ['of another', 'const A = z.string()\nconst B = A.min(2)\nconst answer = B.safeParse("x").success', false],
    ['in a function', 'const A = z.int()\nfunction f() { return A.parse(1) }\nconst answer = f()', 1],
    ['by its short name', 'const a = z.int()\nconst answer = z.object({ a }).parse({ a: 1 })', { a: 1 }],
    ['as a name of a member', 'const a = z.int()\nconst answer = { a: 3, b: a.parse(4) }', { a: 3, b: 4 }],
    ['hidden by a parameter', 'const A = z.int()\nconst f = (A) => A\nconst answer = [f(1), A.parse(2)]', [1, 2]],
    ['hidden by a constant', 'const A = z.int()\nfunction f() { const A = 5; return A }\nconst answer = f()', 5],
    ['in a pattern', 'const a = z.int()\nconst { a: b } = { a: 6 }\nconst answer = b', 6],
    ['what is none', 'const zero = [0]\nconst answer = zero.map((z) => z)', [0]],
    [
      'that speaks of itself',
      'const T = z.object({ t: z.lazy(() => T).optional() })\nconst answer = T.parse({ t: {} })',
      { t: {} },
    ],
  ])('says the same: %s', async (_, source, expected) => expect(await run(source)).toEqual(expected))

  test('makes what is asked for alone, and once', async () => {
    const made: Partial<Record<'a' | 'b', () => unknown>> = {}
    const source =
      'const A = z.object({ a: z.string() })\nconst B = z.array(z.int())\nconst answer = { a: () => A, b: () => B }'
    expect(await countIn(async () => Object.assign(made, await run(source)))).toBe(0)
    expect(await countIn(() => made.a?.())).toBe(2)
    expect(await countIn(() => made.a?.())).toBe(0)
    expect(made.a?.()).toBe(made.a?.())
    expect(await countIn(() => made.b?.())).toBe(2)
  })

  test.each([
    ['exported at once', 'export const A = z.int()'],
    ['exported later', 'const A = z.int()\nexport { A }'],
    ['exported by another name', 'const A = z.int()\nexport { A as B }'],
    ['one that may change', 'let A = z.int()'],
    ['a value that was read', 'const seen = z.string().parse("x")'],
    ['what is told to zod', 'const told = z.config({})'],
    ['of types alone', 'type A = z.infer<typeof B>'],
  ])('stays as it is: %s', (_, source) => expect(withLazySchemas(source, 'a.ts')).toBe(source))
})

const REVISIONS = ['2025-06-18', '2025-11-25', '2026-07-28'] as const
const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
}
const MESSAGES: readonly (readonly [method: string, params?: object])[] = [
  ['initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } }],
  ['initialize', { protocolVersion: 5 }],
  ['ping'],
  ['server/discover'],
  ['tools/list'],
  ['tools/list', { cursor: 5 }],
  ['tools/call', { name: 'add', arguments: { a: 1, b: 2 } }],
  ['tools/call', { name: 'add', arguments: { a: 'one' } }],
  ['tools/call', { name: 'add', arguments: [] }],
  ['tools/call', { name: 'none' }],
  ['tools/call', { arguments: {} }],
  ['tools/call', { name: 'wrong', arguments: {} }],
  ['prompts/list'],
  ['prompts/get', { name: 'hello', arguments: { who: 'you' } }],
  ['prompts/get', { name: 5 }],
  ['resources/list'],
  ['resources/templates/list'],
  ['resources/read', { uri: 'test://one' }],
  ['resources/read', {}],
  ['completion/complete', { ref: { type: 'ref/prompt', name: 'hello' }, argument: { name: 'who', value: 'y' } }],
  ['logging/setLevel', { level: 'loud' }],
  ['tasks/get', { taskId: 'x' }],
  ['no/such'],
]

/** A server with one of each, as each of the two bundles makes it. */
function serverOf({ McpServer, z: zod }: typeof plain): Server.McpServer {
  const server = new McpServer({ name: 'test', version: '1' })
  const [inputSchema, outputSchema] = [
    zod.object({ a: zod.number(), b: zod.number() }),
    zod.object({ sum: zod.number() }),
  ]
  server.registerTool('add', { inputSchema, outputSchema }, ({ a, b }) => ({
    content: [{ type: 'text', text: `${a + b}` }],
    structuredContent: { sum: a + b },
  }))
  server.registerTool('wrong', { inputSchema: zod.object({}) }, () => ({ content: [{ type: 'none' }] }) as never)
  server.registerPrompt('hello', { argsSchema: zod.object({ who: zod.string() }) }, ({ who }) => ({
    messages: [{ role: 'user', content: { type: 'text', text: `hello ${who}` } }],
  }))
  server.registerResource('one', 'test://one', {}, (uri) => ({ contents: [{ uri: uri.href, text: 'one' }] }))
  return server
}

async function answersOf(sdk: typeof plain): Promise<unknown[]> {
  const handler = sdk.createMcpHandler(() => serverOf(sdk), { maxSubscriptions: 0 })
  const answers: unknown[] = []
  for (const revision of REVISIONS)
    for (const [method, params] of MESSAGES)
      for (const id of [{ id: 1 }, {}]) {
        const meta = revision === '2026-07-28' ? { params: { ...params, _meta: META } } : params && { params }
        const headers = {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          'mcp-protocol-version': revision,
          'mcp-method': method,
        }
        const body = JSON.stringify({ jsonrpc: '2.0', method, ...id, ...meta })
        const answer = await handler.fetch(new Request('http://localhost/mcp', { method: 'POST', headers, body }))
        answers.push([revision, method, params, answer.status, answer.headers.get('content-type'), await answer.text()])
      }
  return answers
}

test('the SDK answers as ever in each revision: right, wrong and unknown messages of every kind', async () => {
  const answers = await answersOf(plain)
  expect(await answersOf(lean)).toEqual(answers)
  const statuses = new Set(answers.map((answer) => (answer as unknown[])[3]))
  expect([...statuses]).toEqual(expect.arrayContaining([200, 202, 400]))
  expect(JSON.stringify(answers)).toContain('\\"sum\\":3')
})

test('a call makes the schemas of its own message, not those of the whole protocol', async () => {
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: 'add', arguments: { a: 1, b: 2 } },
  })
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
  const made = (name: string, isLean: boolean): Promise<number> =>
    countIn(async () => {
      const sdk = await bundle(name, ENTRY, isLean)
      const handler = sdk.createMcpHandler(() => serverOf(sdk), { maxSubscriptions: 0 })
      const answer = await handler.fetch(new Request('http://localhost/mcp', { method: 'POST', headers, body }))
      expect(await answer.text()).toContain('"sum":3')
    })
  const all = await made('plain-count.mjs', false)
  expect(all).toBeGreaterThan(1_500)
  expect(await made('lean-count.mjs', true)).toBeLessThan(all / 3)
})
