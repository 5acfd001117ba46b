// Not in a bare npm test: starts built instances of the app.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { postMcp } from '../../sandbox/chatgpt/mcp.ts'
import { startInProcess } from '../../sandbox/functions-host/in-process.ts'
import type { App } from '../../sandbox/functions-host/start.ts'
import { call, callTool, connect, PRIYA, type Session, WIRE } from '../support/oauth.ts'
import { useSandbox } from '../support/suite.ts'
import { writeTools } from '../../../shared/mcp/tools/write/write-tools.ts'
import { BOTH, WRITING } from '../writes/writing.ts'

/** What is deployed; and its sources, in this process, as most of the end-to-end tests have them. */
const sandbox = useSandbox({ deployed: true, settings: { ...WRITING, CALLS_PER_MINUTE: '0' } })
let sources: App
let session: Session
let account: string
beforeAll(async () => {
  sources = await startInProcess({ env: sandbox().settings })
  session = await connect(sandbox(), PRIYA, { asked: { scope: `${BOTH} offline_access` }, tick: true })
  const { json } = await callTool(sandbox().app.url, session.access, 'query_crm', { ...QUERY, top: 1 })
  account = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/.exec(JSON.stringify(json))?.[0] ?? ''
})
afterAll(() => sources.close())

const QUERY = { entity: 'account', select: ['name'] }
const ANALYSIS = { entity: 'opportunity', measures: ['count'] }
/** A good call of each tool that reads, and of the one that begins a change. */
const good = (): Readonly<Record<string, object>> => ({
  whoami: {},
  list_entities: {},
  get_entity_metadata: { entity: 'account' },
  query_crm: QUERY,
  analyze: ANALYSIS,
  get_record: { entity: 'account', id: account },
  timeline: { entity: 'account', id: account },
  fetch: { id: `account/${account}` },
  search: { query: 'harbour' },
  run_report: { report: 'my-open-opportunities' },
  show_report: { report: 'my-open-opportunities' },
  show_answer: { tool: 'analyze', arguments: ANALYSIS },
  preview_change: { entity: 'task', changes: [{ column: 'subject', to: 'Call back' }] },
})

/** Without what is another at each answer: ids of invocations, times, what is sealed or made at random. */
const lasting = (text: string): string =>
  text
    .replaceAll(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g, (id) => (id === account ? id : 'id'))
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)/g, 'time')
    .replaceAll(/[\w-]{40,}(?:\.[\w-]+)*/g, 'sealed')
    .replaceAll(/(?<=dm[a-z]_)[\w-]{10,}/g, 'random')

type Replied = { readonly status: number; readonly headers: Headers; readonly text: string }
const OF_A_CONNECTION = new Set(['date', 'connection', 'keep-alive'])
const readable = ({ status, headers, text }: Replied) => ({
  status,
  headers: [...headers].filter(([name]) => !OF_A_CONNECTION.has(name)).map(([name, value]) => [name, lasting(value)]),
  text: lasting(text),
})

/** Both answers, as far as they last. */
const both = async (ask: (url: string) => Promise<Replied>) =>
  Promise.all([sandbox().app.url, sources.url].map(async (url) => readable(await ask(url))))

const PATHS = [
  '/.well-known/oauth-protected-resource/mcp',
  '/.well-known/oauth-authorization-server',
  '/.well-known/openid-configuration',
  '/oauth/register',
  '/oauth/authorize?client_id=nobody',
  '/oauth/callback?code=x&state=y',
  '/oauth/token',
  '/oauth/revoke',
  '/mcp',
  '/manage',
  '/me',
  '/health',
  '/',
  '/nothing',
  '/admin/host/status',
]
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
const BODIES = [
  ['application/x-www-form-urlencoded', 'grant_type=refresh_token&refresh_token=x&client_id=nobody'],
  ['application/json', '{"redirect_uris":["https://evil.example"]}'],
] as const

describe('what is deployed and its sources give the same answer', () => {
  test.each(PATHS)('at %s, to every method', async (path) => {
    for (const method of METHODS)
      for (const [type, body] of BODIES) {
        const headers = { accept: 'text/html', origin: 'https://chatgpt.com', cookie: 'a=\u00e9', 'content-type': type }
        const [deployed, unbundled] = await both((url) =>
          call({ url: url + path, method: method as 'POST', headers, ...(/^P/.test(method) && { body }) }),
        )
        expect(unbundled).toEqual(deployed)
      }
  })

  test('as the list of tools, of prompts and of resources', async () => {
    for (const method of ['tools/list', 'prompts/list', 'resources/list']) {
      const asked = { id: 1, method, params: {}, accessToken: session.access }
      const [deployed, unbundled] = await both((url) => postMcp(WIRE, `${url}/mcp`, asked))
      expect(deployed?.status).toBe(200)
      expect(unbundled).toEqual(deployed)
    }
  })

  test('to a good call of each tool, and to one that has no arguments', async () => {
    const asked = { id: 1, method: 'tools/list', params: {}, accessToken: session.access }
    const { text } = await postMcp(WIRE, `${sandbox().app.url}/mcp`, asked)
    const { tools } = (JSON.parse(text) as { result: { tools: readonly { readonly name: string }[] } }).result
    const names = tools.map(({ name }) => name)
    // Those that write do so in `e2e/writes`, of what is deployed.
    const writing = writeTools.map(({ name }) => name).filter((name) => name !== 'preview_change')
    expect(names.toSorted()).toEqual([...Object.keys(good()), ...writing].toSorted())
    for (const name of names)
      for (const args of [{}, good()[name] ?? {}]) {
        const [deployed, unbundled] = await both((url) => callTool(url, session.access, name, { ...args }))
        expect(deployed?.status).toBe(200)
        if (Object.keys(args).length > 0) expect(deployed?.text).not.toContain('"isError":true')
        expect(unbundled).toEqual(deployed)
      }
  })
})
