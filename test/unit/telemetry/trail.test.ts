import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { later } from '../../../shared/telemetry/deadline.ts'
import type { AuditEvent } from '../../../shared/telemetry/events.ts'
import { type AuditQueue, createAuditQueue, type Lost } from '../../../shared/telemetry/ingestion/queue.ts'
import { createSendRows } from '../../../shared/telemetry/ingestion/send-rows.ts'
import { createTrail } from '../../../shared/telemetry/trail.ts'
import { RULE, startIngestion, STREAM, TOKEN, type Ingestion } from './ingestion/stand-in.ts'

let ingestion: Ingestion
beforeAll(async () => {
  ingestion = await startIngestion()
})
afterAll(async () => await ingestion.close())

const now = () => Date.now()
let lines: string[] = []
let lost: Lost[] = []
/** What is left in them would be sent for ever, to whoever has the port after this file. */
const queues: AuditQueue[] = []
afterEach(async () => {
  await Promise.all(queues.splice(0).map((queue) => queue.close(0)))
})
beforeEach(() => {
  lines = []
  lost = []
})

function trailOf({ isRequired = false, token = TOKEN } = {}) {
  const send = createSendRows({
    endpoint: ingestion.url,
    ruleId: RULE,
    stream: STREAM,
    fetch,
    token: async () => token,
    now,
  })
  const queue = createAuditQueue({ send, now, later, onLost: (one) => lost.push(one), random: Math.random })
  queues.push(queue)
  const write = (_level: string, line: string) => void lines.push(line)
  const trail = createTrail({
    format: 'json',
    queue,
    isRequired,
    now,
    later,
    writeBeside: write,
    workerId: `w${Math.random()}`,
  })
  const { tellCounted } = trail
  return {
    queue,
    tellCounted,
    of: (correlationId: string) => trail.of({ write, correlationId, clientAddress: '192.0.2.7' }),
  }
}
/** Whether a promise waits for anything outside of this process. */
const waits = (one: Promise<unknown>): Promise<boolean> => Promise.race([one.then(() => false), nextTurn(true)])
const CALL: AuditEvent = { name: 'tool.called', tool: 'query_crm', userId: 'u', upn: 'ada@example.org' }
const rowsOf = (correlationId: string) => ingestion.rows().filter((row) => row['CorrelationId'] === correlationId)
async function arrived(correlationId: string, count: number): Promise<void> {
  for (let at = 0; at < 160 && rowsOf(correlationId).length < count; at += 1) await sleep(50)
  expect(rowsOf(correlationId)).toHaveLength(count)
}

describe('an event', () => {
  test('is a line at once, and a row within a second, under one id', async () => {
    const { audit, settled } = trailOf().of('t-1')
    audit(CALL)
    expect(await waits(settled())).toBe(false)
    const line = JSON.parse(lines[0]!) as Record<string, string>
    expect(line).toMatchObject({ event: 'tool.called', correlationId: 't-1', clientAddress: '192.0.2.7' })
    await arrived('t-1', 1)
    const [row] = rowsOf('t-1')
    expect(row).toMatchObject({ Tool: 'query_crm', EventId: line['eventId'], ClientAddress: '192.0.2.7' })
    expect(JSON.stringify(row) + lines.join()).not.toContain('ada@')
  })

  test('has an id of its own, also where the reply to its batch was lost', async () => {
    ingestion.fail('drop-after')
    const { audit } = trailOf().of('t-2')
    for (let at = 0; at < 30; at += 1) audit(CALL)
    await arrived('t-2', 60)
    expect(new Set(rowsOf('t-2').map((row) => row['EventId'])).size).toBe(30)
  })

  test('of a flood is counted, and the events of people stay', async () => {
    const { of, queue, tellCounted } = trailOf()
    for (let at = 0; at < 5_000; at += 1) of('t-3').audit({ name: 'mcp.refused', code: 'invalid_token' })
    of('t-3').audit(CALL)
    tellCounted()
    await queue.close(60_000)
    expect(rowsOf('t-3').map((row) => row['Event'])).toEqual([...Array<string>(20).fill('mcp.refused'), 'tool.called'])
    expect(lines).toHaveLength(22)
    const counted = ingestion.rows().filter((row) => row['Event'] === 'noise.counted')
    expect(counted).toMatchObject([{ Kind: 'mcp.refused', Count: 4_980 }])
  })
})

describe('where an answer waits for the table', () => {
  test('the row is there before it is given', async () => {
    const { audit, settled } = trailOf({ isRequired: true }).of('t-4')
    audit(CALL)
    await settled()
    expect(rowsOf('t-4')).toHaveLength(1)
  })

  test('it fails where the table cannot be reached, and the line is in the log all the same', async () => {
    const { queue, of } = trailOf({ isRequired: true, token: 'of another' })
    const { audit, settled } = of('t-5')
    audit(CALL)
    await expect(settled()).rejects.toThrow('does not take events')
    expect(queue.isReachable()).toBe(false)
    expect(lines).toHaveLength(1)
  }, 15_000)

  test.each<AuditEvent>([
    { name: 'token.refused', grantId: 'g' },
    { name: 'token.issued', grantId: 'g' },
    { name: 'refresh.repeated', grantId: 'g' },
    { name: 'manage.called', userId: 'u' },
  ])('$name waits for nobody', async (event) => {
    const { audit, settled } = trailOf({ isRequired: true, token: 'of another' }).of('t-6')
    audit(event)
    expect(await waits(settled())).toBe(false)
  })
})
