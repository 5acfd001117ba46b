// Not in a bare npm test: starts built instances of the app.
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { startTelemetrySink, type TelemetrySink } from '../../sandbox/azure/monitor/telemetry-sink.ts'
import type { FunctionsHost } from '../../sandbox/functions-host/start.ts'
import { STREAM_MODE } from '../../sandbox/start-sandbox.ts'
import {
  callTool,
  codeFields,
  type Issued,
  MARCUS,
  newParty,
  obtainCode,
  pairOf,
  PRIYA,
  refresh,
  revoke,
  token,
} from '../support/oauth.ts'
import { useSandbox } from '../support/suite.ts'
import { createJar } from '../../sandbox/chatgpt/browser.ts'

jest.setTimeout(240_000)
const sandbox = useSandbox({ deployed: true, audit: true })
let sink: TelemetrySink
beforeAll(async () => {
  sink = await startTelemetrySink()
})
afterAll(async () => await sink.close())

const CALLS = 100
const LOOKED_FOR = 'Canary & Sons'
const QUERY = {
  entity: 'account',
  select: ['name', 'telephone1', 'emailaddress1'],
  filter: `name ne '${LOOKED_FOR}'`,
  top: 20,
}

/** Whatever must not be told to anybody: what a client holds, what its browser holds, what rows hold. */
type Secrets = Map<string, string>

async function signIn(host: FunctionsHost, secrets: Secrets, upn: string) {
  const party = await newParty(sandbox(), 'client_secret_post')
  const jar = createJar()
  const keep = jar.setCookie.bind(jar)
  jar.setCookie = (cookie: string, url: string, options: object) => {
    const [name = '', value = ''] = (cookie.split(';')[0] ?? '').split('=')
    if (value !== '') secrets.set(`${upn} ${name}`, value)
    return keep(cookie, url, options)
  }
  const issued: Issued = await obtainCode(sandbox(), party, upn, { base: host.url, jar })
  const first = pairOf(await token(host.url, codeFields(party, issued)))
  const second = pairOf(await refresh(host.url, party, first.refresh))
  const told = { ...issued, ...first, nextAccess: second.access, nextRefresh: second.refresh }
  for (const [name, value] of Object.entries(told)) secrets.set(`${upn} ${name}`, value)
  secrets.set(`${upn} client secret`, party.client.clientSecret ?? '')
  return { party, ...second }
}

/** Texts of the rows of an answer, of which none is a word that an event or a span has by itself. */
function rowTexts(text: string): string[] {
  const found = /"rows":(\[\[.*?\]\])/.exec(text.replaceAll('\\"', '"'))?.[1] ?? '[]'
  return (JSON.parse(found) as unknown[][]).flat().flatMap((cell) => {
    return typeof cell === 'string' && cell.length >= 6 && !/^[\da-f-]{36}$/.test(cell) ? [cell] : []
  })
}

async function walk(host: FunctionsHost): Promise<{ readonly secrets: Secrets; readonly answered: number }> {
  const secrets: Secrets = new Map([['what was looked for', LOOKED_FOR.split(' ')[0] ?? '']])
  const sessions = [await signIn(host, secrets, PRIYA), await signIn(host, secrets, MARCUS)]
  const answers = await Promise.all(
    Array.from({ length: CALLS }, async (_, at) => {
      const { access } = sessions[at % sessions.length]!
      return await callTool(host.url, access, 'query_crm', QUERY)
    }),
  )
  const told = answers.filter(({ text }) => text.includes('"returned":20'))
  for (const text of new Set(told.flatMap((one) => rowTexts(one.text)))) secrets.set(`cell ${text}`, text)
  for (const { party, refresh: last } of sessions) await revoke(host.url, party, last)
  await callTool(host.url, sessions[0]!.access)
  return { secrets, answered: told.length }
}

describe.each([
  ['buffered', {}],
  ['in stream mode', STREAM_MODE],
])('%s', (_mode, mode) => {
  test('each call is one event and one span, none twice, none sampled; and no secret is in any of it', async () => {
    sink.forget()
    const before = sandbox().auditTable!.rows().length
    const host = await sandbox().startInstance({ ...sink.settings, ...mode })
    const { secrets, answered } = await walk(host)
    await host.close()
    const rows = sandbox().auditTable!.rows().slice(before)
    const called = rows.filter(({ Event, Tool }) => Event === 'tool.called' && Tool === 'query_crm')
    expect([answered, called.length]).toEqual([CALLS, CALLS])
    expect(new Set(called.map(({ CorrelationId }) => CorrelationId)).size).toBe(CALLS)
    expect(new Set(rows.map(({ EventId }) => EventId)).size).toBe(rows.length)

    const spans = sink.envelopes().filter(({ data }) => data.baseData.name === 'tool query_crm')
    expect(new Set(spans.map(({ data }) => data.baseData.id)).size).toBe(spans.length)
    // The exporter is loaded after the first answer: until then there is nothing that could keep a span.
    expect(spans.length).toBe(CALLS)
    expect(spans.filter(({ sampleRate }) => sampleRate !== undefined && sampleRate !== 100)).toEqual([])

    // What Azure's library told of a request by itself would have its address.
    const asked = sink.envelopes().filter(({ data }) => data.baseType === 'RemoteDependencyData')
    expect(asked.filter(({ data }) => data.baseData.name?.startsWith('dataverse ')).length).toBeGreaterThanOrEqual(
      CALLS,
    )
    expect(asked.filter(({ data }) => (data.baseData.data ?? '') !== '')).toEqual([])

    expect(secrets.size).toBeGreaterThan(30)
    const everything = `${JSON.stringify(rows)}\n${sink.text()}\n${(await host.logs()).join('\n')}`
    const found = [...secrets].filter(([, value]) => value !== '' && everything.includes(value)).map(([name]) => name)
    expect(found).toEqual([])
    expect(everything).not.toMatch(/\beyJ[\w-]{20}|[?&](?:code|state)=[^\s"&]/)
  })
})
