// Not in a bare npm test: starts programs.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { startTelemetrySink, type TelemetrySink } from '../../sandbox/azure/monitor/telemetry-sink.ts'
import { RULE, startIngestion, STREAM, TOKEN, type Ingestion } from './ingestion/stand-in.ts'

jest.setTimeout(240_000)
let sink: TelemetrySink
let ingestion: Ingestion
beforeAll(async () => {
  ;[sink, ingestion] = await Promise.all([startTelemetrySink(), startIngestion()])
})
afterAll(async () => {
  await Promise.all([sink.close(), ingestion.close()])
})

const A_SECOND = 200
const SECONDS = 3
const CALLS = A_SECOND * SECONDS
const run = promisify(execFile)
/** What the deployment sets for its host, and the worker finds in its environment. */
const SAMPLER = Object.fromEntries(
  [...readFileSync('infra/app/function.bicep', 'utf8').matchAll(/^ {2}(OTEL_\w+): '([^']+)'$/gm)].map(
    ([, name = '', value = '']) => [name, value],
  ),
)
/** Names of events, as they stand in the type that no run knows. */
const EVENTS = [...readFileSync('shared/telemetry/events.ts', 'utf8').matchAll(/^ {2}\| '([a-z]+\.[a-z]+)'$/gm)].map(
  ([, name = '']) => name,
)
/** What a careless caller puts wherever there is room: errors, fields that are none, facts that are none. */
const SECRETS = [
  'dma_AAAAAAAAAAAAAAAAAAAAAA.canary',
  'eyJhbGciOiJub25lIn0.canary',
  'canary~client~secret',
  'Canary Ltd',
]

const runOf = ({ CorrelationId }: Readonly<Record<string, unknown>>): string =>
  String(CorrelationId).split(' ')[0] ?? ''

/** The real exporter and the real queue in a process of their own, which makes calls and ends in good order. */
async function callsOf(name: string, environment: Readonly<Record<string, string>>) {
  sink.forget()
  const asked = { name, aSecond: A_SECOND, seconds: SECONDS, events: EVENTS, secrets: SECRETS }
  const target = { endpoint: ingestion.url, ruleId: RULE, stream: STREAM, token: TOKEN }
  const script = fileURLToPath(new URL('calls-of-seconds.ts', import.meta.url))
  const { stdout, stderr } = await run(process.execPath, [script, JSON.stringify({ ...asked, target })], {
    env: { ...process.env, ...environment, ...sink.settings, NODE_OPTIONS: '' },
    maxBuffer: 32_000_000,
  })
  const rows = ingestion.rows().filter((row) => runOf(row) === name)
  const spans = sink.envelopes().filter(({ data }) => data.baseType === 'RemoteDependencyData')
  return { log: stdout, stderr, rows, spans }
}
type Found = Awaited<ReturnType<typeof callsOf>>

function mustBeComplete({ log, stderr, rows, spans }: Found): void {
  // What telemetry says of itself would stand in the log beside the events, at every start.
  expect(stderr).toBe('')
  const names = spans.map(({ data }) => data.baseData.name)
  expect([names.length, new Set(names).size]).toEqual([2 * CALLS, 2 * CALLS])
  expect(spans.filter(({ sampleRate }) => sampleRate !== undefined && sampleRate !== 100)).toEqual([])
  const calls = rows.filter(({ Tool }) => Tool === 'of-load').map(({ CorrelationId }) => CorrelationId)
  expect(new Set(calls).size).toBe(CALLS)
  const told = rows.filter(({ Tool }) => Tool !== 'of-load').map(({ Event }) => Event)
  expect([...new Set(told)].sort()).toEqual([...EVENTS].sort())
  const lines = log.trim().split('\n')
  expect(lines).toHaveLength(CALLS + EVENTS.length)
  const everything = `${log}\n${JSON.stringify(rows)}\n${sink.text()}`
  expect(SECRETS.filter((secret) => everything.includes(secret))).toEqual([])
}

describe(`${A_SECOND} calls a second, through the exporter and the queue of the app`, () => {
  test('the deployment says to keep everything, and every name of an event is known', () => {
    expect(SAMPLER).toEqual({ OTEL_TRACES_SAMPLER: 'microsoft.fixed_percentage', OTEL_TRACES_SAMPLER_ARG: '1.0' })
    expect(EVENTS.length).toBeGreaterThan(30)
  })

  test.each([
    ['as-deployed', SAMPLER],
    ['without-the-settings-of-the-host', {}],
  ])('each span and each event arrives once, of every name, and no secret in any: %s', async (name, sampler) => {
    const found = await callsOf(name, sampler)
    mustBeComplete(found)
    expect(found.rows).toHaveLength(CALLS + EVENTS.length)
    expect(ingestion.unmatched()).toEqual([])
  })

  // At least once is all that a sender can promise where the answer to a batch is lost: it cannot know, and sends again.
  test('where answers are lost, what came twice has one id, and the rest is as before', async () => {
    ingestion.fail('drop-after', { status: 429, retryAfter: '0' })
    const found = await callsOf('lost-answers', SAMPLER)
    mustBeComplete(found)
    const byId = Map.groupBy(found.rows, ({ EventId }) => EventId)
    expect(byId.size).toBe(CALLS + EVENTS.length)
    expect(found.rows.length).toBeGreaterThan(byId.size)
    for (const same of byId.values()) expect(new Set(same.map((row) => JSON.stringify(row))).size).toBe(1)
  })
})
