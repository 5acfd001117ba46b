// Not in a bare npm test: starts a built instance with a clock of its own.
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { buildAuthorizeUrl } from '../../sandbox/chatgpt/authorize.ts'
import { registrationBody, STABLE_REDIRECT_URI } from '../../sandbox/chatgpt/registration.ts'
import type { App } from '../../sandbox/functions-host/start.ts'
import { PEOPLE } from '../../sandbox/people.ts'
import { appointAdministrator, tokenOf } from '../support/administrator.ts'
import {
  type Answer,
  call,
  callTool,
  codeFields,
  connect,
  MARCUS,
  obtainCode,
  PRIYA,
  refresh,
  register,
  type Session,
  signIn,
  token,
} from '../support/oauth.ts'
import { startStorageProxy, type StorageProxy } from '../support/storage-proxy.ts'
import { eventually, events, useSandbox } from '../support/suite.ts'
import { Tab } from '../support/tab.ts'
import { forge } from '../support/token-forge.ts'

const CLOCK = fileURLToPath(new URL('../../chaos/instances/skewed-clock.mjs', import.meta.url))
const sandbox = useSandbox()
const here = (): string => sandbox().app.url
let folder: string
let storage: StorageProxy
/** A second instance, a process with a clock of its own: it hears of a switch from the table alone, and a test turns its clock. */
let other: App
let session: Session
let [skew, administrator] = [0, '']

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switches-'))
  await writeFile(join(folder, 'skew'), '0')
  storage = await startStorageProxy(sandbox().azurite)
  other = await sandbox().startInstance({
    TABLES_CONNECTION_STRING: storage.connectionString,
    NODE_OPTIONS: `--import=${CLOCK}`,
    CLOCK_SKEW_FILE: join(folder, 'skew'),
  })
  appointAdministrator(sandbox(), PRIYA)
  administrator = await tokenOf(sandbox(), PRIYA)
  session = await connect(sandbox(), PRIYA)
})
afterAll(async () => {
  await storage.close()
  await rm(folder, { recursive: true, force: true })
})

const later = async (seconds: number): Promise<void> => {
  skew += seconds * 1_000
  // At once: its process may read the file at any time, and of an empty one the clock would go back.
  await writeFile(join(folder, 'next'), String(skew))
  await rename(join(folder, 'next'), join(folder, 'skew'))
}
const manage = (body: object, bearer = administrator): Promise<Answer> =>
  call({
    method: 'POST',
    url: `${here()}/manage`,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
    body: JSON.stringify(body),
  })
const set = async (members: object): Promise<void> => {
  const { status, text } = await manage({ command: 'switch', ...members })
  if (status !== 200) throw new Error(text)
}
type Listed = { readonly kind: string; readonly name: string }
afterEach(async () => {
  for (const { kind, name } of (await manage({ command: 'switches', person: oid(PRIYA) })).json.switches as Listed[])
    await set({
      kind,
      off: false,
      ...(kind === 'person' && { person: name }),
      ...(/tool|client/.test(kind) && { name }),
    })
  // Access tokens last an hour, so that the clock must go back at times.
  await later(skew > MOST_SKEW_MS ? -skew / 1_000 : 61)
})
const MOST_SKEW_MS = 1_500_000
const oid = (upn: string): string => PEOPLE.find((one) => one.upn === upn)?.oid ?? ''
const said = async (base: string, name = 'whoami'): Promise<string> => {
  const { status, text } = await callTool(base, session.access, name)
  const reason = /Error switched_off: [^\\"]*/.exec(text)?.[0]
  return `${status} ${reason ?? (text.includes('"isError":true') ? 'another error' : 'answered')}`
}
const authorize = (): Promise<Answer> =>
  call({
    method: 'GET',
    url: buildAuthorizeUrl(session.discovery, session.client).url,
    headers: { accept: 'text/html' },
  })

const TOOL_OFF = '200 Error switched_off: An administrator has switched off the tool whoami.'
const PERSON_OFF =
  '200 Error switched_off: An administrator has switched off this person’s access to Dynamics 365 through this server.'
const ALL_OFF =
  '200 Error switched_off: An administrator has switched this server off for everybody. The administrator’s message: Back at <noon>.'
const EVERYTHING = { kind: 'everything', off: true, message: 'Back at <noon>.' }
const KINDS: [string, () => object, string][] = [
  ['a tool', () => ({ kind: 'tool', name: 'whoami', off: true }), TOOL_OFF],
  ['a person', () => ({ kind: 'person', person: oid(PRIYA).toUpperCase(), off: true }), PERSON_OFF],
  ['a client', () => ({ kind: 'client', name: session.client.clientId, off: true }), '401 answered'],
  ['everything', () => EVERYTHING, ALL_OFF],
]

describe.each(KINDS)('%s that is switched off on one instance', (_, members, expected) => {
  test('is off there at once, on another within half a minute of use, and on again without connecting anew', async () => {
    expect([await said(here()), await said(other.url)]).toEqual(['200 answered', '200 answered'])
    await set(members())
    expect(await said(here())).toBe(expected)
    await later(21)
    await said(other.url)
    await eventually(() => storage.switchReads() > 0)
    await eventually(async () => (await said(other.url)) === expected)
    await set({ ...members(), off: false, message: undefined })
    await later(61)
    expect([await said(here()), await said(other.url)]).toEqual(['200 answered', '200 answered'])
    expect((await refresh(here(), session, session.refresh)).status).toBe(200)
    session = await connect(sandbox(), PRIYA)
  })

  test.each([
    ['a minute later, at the first request', 61],
    ['when an instance wakes after ten minutes', 600],
  ])('%s', async (_when, seconds) => {
    expect(await said(other.url)).toBe('200 answered')
    await set(members())
    await later(seconds)
    expect(await said(other.url)).toBe(expected)
  })
})

describe('while everything is off', () => {
  test('nobody signs in, registers or gets tokens; what tells of the server goes on; and nothing is lost', async () => {
    const issued = await obtainCode(sandbox(), session, PRIYA)
    await set(EVERYTHING)
    const page = await authorize()
    expect([page.status, page.headers.get('retry-after')]).toEqual([503, '300'])
    expect(page.text).toContain('<bdi>Back at &lt;noon&gt;.</bdi>')
    const refused = [
      await register(here(), registrationBody(STABLE_REDIRECT_URI, 'none')),
      await refresh(here(), session, session.refresh),
      await token(here(), codeFields(session, issued)),
    ]
    for (const { status, json, headers } of refused)
      expect([status, json.error, headers.get('retry-after')]).toEqual([503, 'temporarily_unavailable', '300'])
    for (const path of ['/health', '/.well-known/oauth-authorization-server', '/.well-known/oauth-protected-resource'])
      expect((await fetch(here() + path)).status).toBe(200)
    expect(await events(sandbox().app, 'request.failed')).toEqual([])
    await set({ kind: 'everything', off: false })
    expect((await token(here(), codeFields(session, issued))).status).toBe(200)
    expect((await refresh(here(), session, session.refresh)).status).toBe(200)
    session = await connect(sandbox(), PRIYA)
  })

  test('a sign-in that Entra sends back waits for its end', async () => {
    const tab = new Tab()
    const consent = await tab.open(buildAuthorizeUrl(session.discovery, session.client).url)
    const picker = await tab.follow(await tab.press(consent, 'continue'))
    const back = await tab.press(picker, PRIYA)
    await set(EVERYTHING)
    expect((await tab.follow(back)).status).toBe(503)
    await set({ kind: 'everything', off: false })
    expect((await tab.follow(back)).status).toBe(303)
  })
})

describe('a person who is off', () => {
  test('is told so on a page at a sign-in, is refreshed, and leaves others alone', async () => {
    const marcus = await connect(sandbox(), MARCUS)
    await set({ kind: 'person', person: oid(PRIYA), off: true })
    const { page } = await signIn(sandbox(), session, PRIYA)
    expect(page.status).toBe(403)
    expect(page.text).toContain('<h1>Your access is switched off</h1>')
    expect((await refresh(here(), session, session.refresh)).status).toBe(200)
    session = { ...session, ...(await connect(sandbox(), MARCUS)) }
    expect(await said(here())).toBe('200 answered')
    expect((await callTool(here(), marcus.access)).text).not.toContain('switched_off')
    session = marcus
  })
})

describe('registration that is off', () => {
  test('is refused as a closed one, and every client that there is goes on', async () => {
    await set({ kind: 'registration', off: true })
    await later(61)
    for (const base of [here(), other.url]) {
      const { status, json } = await register(base, registrationBody(STABLE_REDIRECT_URI, 'none'))
      expect([status, json.error]).toEqual([403, 'access_denied'])
    }
    expect((await authorize()).status).toBe(200)
    expect(await said(other.url)).toBe('200 answered')
  })
})

describe('strangers', () => {
  test('flip nothing and learn nothing', async () => {
    await set({ kind: 'person', person: oid(PRIYA), off: true })
    const off = { command: 'switch', kind: 'person', person: oid(PRIYA), off: false }
    for (const bearer of ['x', session.access, await tokenOf(sandbox(), MARCUS)])
      for (const body of [off, { command: 'switches' }]) {
        const { status, text } = await manage(body, bearer)
        expect([401, 403]).toContain(status)
        expect(text).not.toContain('switch')
      }
    expect((await manage({ command: 'switches', person: oid(PRIYA) })).json.person).toMatchObject({ off: true })
    await set(EVERYTHING)
    for (const bearer of ['x', forge('access')]) {
      const { status, text } = await callTool(here(), bearer)
      expect([status, text.includes('noon')]).toEqual([401, false])
    }
  })
})

describe('tables that are away', () => {
  test('what is known holds for its minute, then nothing is answered, and afterwards all is as it was', async () => {
    expect(await said(other.url)).toBe('200 answered')
    storage.set('down')
    await later(30)
    expect(await said(other.url)).toBe('200 answered')
    await later(31)
    const { status, headers } = await callTool(other.url, session.access)
    expect([status, headers.get('retry-after')]).toEqual([503, '5'])
    storage.set('up')
    expect(await said(other.url)).toBe('200 answered')
  })

  test('at an instance’s first request, nothing is answered', async () => {
    const away = await startStorageProxy(sandbox().azurite)
    const cold = await sandbox().startInstance({ TABLES_CONNECTION_STRING: away.connectionString })
    away.set('down')
    expect((await register(cold.url, registrationBody(STABLE_REDIRECT_URI, 'none'))).status).toBe(503)
    expect((await callTool(cold.url, session.access)).status).toBe(503)
    expect((await fetch(`${cold.url}/health`)).status).toBe(200)
    await away.close()
  })
})
