import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'

import type { WireFetch } from '../../../../../shared/dataverse/web-api/wire-fetch.ts'
import type { Fault } from '../../../../sandbox/dataverse/http/control.ts'
import { askHere, fetchHere } from '../../../../sandbox/dataverse/http/in-process.ts'
import type { Harness } from '../harness.ts'
import { REP, startHarness } from '../harness.ts'

let harness: Harness
let authorization: string
beforeAll(async () => {
  harness = await startHarness()
  authorization = `Bearer ${await harness.mint(REP)}`
})
afterAll(() => harness.close())
beforeEach(() => harness.dataverse.reset())

const BATCH =
  'content-type: application/http\r\ncontent-transfer-encoding: binary\r\n\r\nGET accounts?$top=1 HTTP/1.1\r\n\r\n'
const batch: RequestInit = {
  method: 'POST',
  headers: { 'content-type': 'multipart/mixed; boundary="b"' },
  body: `--b\r\n${BATCH}\r\n--b--\r\n`,
}
const json = (method: string, body: unknown): RequestInit => ({
  method,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
})

/** What two answers to one question may differ in: ids of requests, and what only a connection has. */
const OWN = ['x-ms-service-request-id', 'req_id', 'date', 'connection', 'keep-alive', 'transfer-encoding']
const BUDGET = /^x-ms-ratelimit/
const ids = (text: string): string =>
  text.replaceAll(/(?:batchresponse_)?[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}/g, 'id')

async function told(ask: typeof fetch, path: string, init: RequestInit): Promise<readonly unknown[]> {
  const headers = new Headers(init.headers)
  headers.set('authorization', authorization)
  try {
    const answer = await ask(new URL(`${harness.dataverse.url}/api/data/v9.2/${path}`), { ...init, headers })
    const named = [...answer.headers].filter(([name]) => !OWN.includes(name) && !BUDGET.test(name))
    return [answer.status, named.map(([name, value]) => [name, ids(value)]), ids(await answer.text())]
  } catch (error) {
    return [(error as Error).name, (error as Error).message]
  }
}

/** The same of what reads headers by their names alone. */
async function toldByName(ask: WireFetch, path: string, init: RequestInit, [, named]: readonly unknown[]) {
  const { method = 'GET', body, signal = new AbortController().signal } = init
  const sent = { ...(init.headers as Record<string, string> | undefined), Authorization: authorization }
  const url = new URL(`${harness.dataverse.url}/api/data/v9.2/${path}`)
  try {
    const answer = await ask(url, {
      method,
      headers: sent,
      ...(typeof body === 'string' && { body }),
      signal: signal as AbortSignal,
      redirect: 'manual',
    })
    const names = (named as [string, string][]).map(([name]) => name)
    const headers = names.map((name) => [name, ids(answer.headers.get(name.toUpperCase()) ?? '')])
    const chunks: Uint8Array[] = []
    for await (const chunk of answer.body ?? []) chunks.push(chunk)
    expect(answer.headers.get('x-none')).toBeNull()
    return [answer.status, headers, ids(Buffer.concat(chunks).toString())]
  } catch (error) {
    return [(error as Error).name, (error as Error).message]
  }
}

const QUESTIONS: readonly (readonly [what: string, path: string, init: RequestInit, fault?: Partial<Fault>])[] = [
  ['rows', 'accounts?$select=name&$top=3', { headers: { Prefer: 'odata.include-annotations="*"' } }],
  ['text beyond ASCII', `accounts?$filter=${encodeURIComponent("name ne 'Größe “–” 漢'")}&$top=2`, {}],
  ['a batch', '$batch', batch],
  ['a row that is made', 'contacts', json('POST', { lastname: 'Ünal' })],
  ['a body that is no JSON', 'contacts', { ...json('POST', {}), body: '{' }],
  ['no such table', 'nothings', {}],
  ['no such method', 'accounts', { method: 'DELETE' }],
  ['no person', 'accounts', { headers: { callerobjectid: 'x' } }],
  ['not modified', 'EntityDefinitions?$select=LogicalName&$top=1', { headers: { 'if-none-match': 'null' } }],
  ['throttled', 'accounts', {}, { kind: 'throttle', retryAfter: 7 }],
  ['a page in place of an answer', 'accounts', {}, { kind: 'malformed' }],
  ['cut off', 'accounts', {}, { kind: 'drop' }],
]

test.each(QUESTIONS.map(([what, path, init, fault]) => [what, { path, init, fault }] as const))(
  'without a socket as with one: %s',
  async (_what, { path, init, fault }) => {
    const prepare = (): void => {
      harness.dataverse.reset()
      if (fault) harness.dataverse.fault({ upn: '*', kind: 'drop', ...fault })
    }
    prepare()
    const wired = await told(fetch, path, init)
    prepare()
    expect(await told(fetchHere, path, init)).toEqual(wired)
    prepare()
    expect(await toldByName(askHere, path, init, wired)).toEqual(wired)
  },
)

test.each([
  ['before it is asked', 'delay', 0],
  ['while it works', 'delay', 30],
  ['while nothing comes', 'commit-then-silence', 30],
] as const)('who gives up %s is told as by a socket', async (_when, kind, ms) => {
  const question = (): RequestInit => {
    harness.dataverse.reset()
    harness.dataverse.fault({ upn: '*', kind, ms: 200 })
    const signal = ms === 0 ? AbortSignal.abort() : AbortSignal.timeout(ms)
    return { ...json('POST', { lastname: 'Ünal' }), signal }
  }
  const wired = await told(fetch, 'contacts', question())
  expect(await told(fetchHere, 'contacts', question())).toEqual(wired)
  expect(await toldByName(askHere, 'contacts', question(), wired)).toEqual(wired)
})

test('a Dataverse that has ended is not reached either way', async () => {
  const other = await startHarness()
  await other.close()
  await expect(fetchHere(`${other.dataverse.url}/api/data/v9.2/accounts`)).rejects.toThrow('fetch failed')
})
