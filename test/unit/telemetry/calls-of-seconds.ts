import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { later } from '../../../shared/telemetry/deadline.ts'
import type { AuditEvent, EventName } from '../../../shared/telemetry/events.ts'
import { createExporter } from '../../../shared/telemetry/exporter.ts'
import { createAuditQueue } from '../../../shared/telemetry/ingestion/queue.ts'
import { createSendRows } from '../../../shared/telemetry/ingestion/send-rows.ts'
import { traceRequest, traceToolCall } from '../../../shared/telemetry/tracing.ts'
import { createTrail } from '../../../shared/telemetry/trail.ts'

/** Makes so many calls a second, with the exporter, the trail and the queue of the app itself, and ends in good order. */
const { name, aSecond, seconds, events, secrets, target } = JSON.parse(process.argv[2] ?? '') as {
  readonly name: string
  readonly aSecond: number
  readonly seconds: number
  readonly events: readonly EventName[]
  readonly secrets: readonly string[]
  readonly target: Readonly<Record<'endpoint' | 'ruleId' | 'stream' | 'token', string>>
}
const connectionString = process.env['APPLICATIONINSIGHTS_CONNECTION_STRING']
const fail = (what: unknown): void => {
  throw what instanceof Error ? what : new Error(JSON.stringify(what))
}
const exporter = createExporter({ connectionString, onFailure: fail })
const send = createSendRows({ ...target, fetch, token: async () => target.token, now: () => Date.now() })
const now = (): number => performance.now()
const queue = createAuditQueue({ send, now, later, onLost: fail, random: Math.random })
const write = (_level: string, line: string): void => void process.stdout.write(`${line}\n`)
const workerId = randomBytes(9).toString('base64url')
const trail = createTrail({ format: 'json', queue, now: () => Date.now(), later, writeBeside: write, workerId })

const secret = (at: number): string => secrets[at % secrets.length] ?? ''
/** What no type lets through, and a mistake might. */
const careless = (at: number): object => ({ token: secret(at), body: { name: secret(at) }, filter: secret(at) })

async function call(at: number): Promise<void> {
  const { audit } = trail.of({ write, correlationId: `${name} call ${at}`, clientAddress: '192.0.2.7' })
  await traceToolCall(`of-load-${at}`, async (note) => {
    note(careless(at))
    await traceRequest('dataverse', { operation: `of-load-${at}`, ...careless(at) }, async () => {
      if (at % 7 === 0) throw new TypeError(secret(at))
    })
  }).catch(() => undefined)
  const event: AuditEvent = { name: 'tool.called', tool: 'of-load', userId: 'u', outcome: 'ok' }
  audit(Object.assign({}, event, careless(at)))
}

await exporter.start()
for (const event of events)
  trail.of({ write, correlationId: `${name} event` }).audit(Object.assign({ name: event }, careless(0)))
for (let second = 0; second < seconds; second += 1) {
  await Promise.all(
    Array.from({ length: aSecond }, async (_, at) => {
      await sleep((1_000 * at) / aSecond)
      await call(second * aSecond + at)
    }),
  )
}
trail.tellCounted()
/** Rows go in their order: once this one is taken, all are. An instance that ends while nobody takes them tells of a loss. */
const last = { TimeGenerated: new Date().toISOString(), EventId: `${workerId}-last`, Event: 'last' }
const alive = setInterval(() => undefined, 1_000)
let isTaken = false
while (!isTaken)
  isTaken = await queue.addAndWait(last).then(
    () => true,
    () => false,
  )
clearInterval(alive)
await queue.close(60_000)
await exporter.shutdown()
process.exit(0)
