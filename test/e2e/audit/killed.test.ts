// Not in a bare npm test: starts built instances of the app.
import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import type { FunctionsHost } from '../../sandbox/functions-host/start.ts'
import { STREAM_MODE } from '../../sandbox/start-sandbox.ts'
import { callTool, connect, PRIYA, type Session } from '../support/oauth.ts'
import { eventually, useSandbox } from '../support/suite.ts'

jest.setTimeout(240_000)
const sandbox = useSandbox({ deployed: true, audit: true })
let session: Session
beforeAll(async () => {
  session = await connect(sandbox(), PRIYA)
})

/** Names a call: its own text is searched for, and `AUDIT_DETAILS=full` has the words in the event. */
const nameOf = (round: string, at: number): string => `call-${round}-${at}-`
const NAME = /call-[a-z]{1,12}-\d{1,6}-/

type Told = { readonly correlationId: string; readonly eventId: string }
/** The events of calls, by the name of each, as a host's log has them (text, of which a value with blanks is JSON). */
async function inLog(host: FunctionsHost): Promise<Map<string, Told>> {
  const found = (await host.logs()).flatMap((line): [string, Told][] => {
    const name = line.includes('tool.called') ? NAME.exec(line)?.[0] : undefined
    const [correlationId, eventId] = ['correlationId', 'eventId'].map(
      (id) => new RegExp(`\\b${id}=(\\S+)`).exec(line)?.[1],
    )
    return name !== undefined && correlationId !== undefined && eventId !== undefined
      ? [[name, { correlationId, eventId }]]
      : []
  })
  return new Map(found)
}

function inTable(): Map<string, Told> {
  const found = sandbox()
    .auditTable!.rows()
    .flatMap((row): [string, Told][] => {
      const name = NAME.exec(JSON.stringify(row['Queries'] ?? ''))?.[0]
      return name === undefined
        ? []
        : [[name, { correlationId: String(row['CorrelationId']), eventId: String(row['EventId']) }]]
    })
  return new Map(found)
}

/** Eight people who ask without a pause until their worker is gone; the names of the calls that were answered. */
async function askUntilKilled(host: FunctionsHost, round: string, enough: number): Promise<string[]> {
  const answered: string[] = []
  let last = 0
  let isOver = false
  const ask = async (): Promise<void> => {
    while (!isOver) {
      const name = nameOf(round, (last += 1))
      const query = { entity: 'account', select: ['name'], filter: `name ne '${name}'`, top: 1 }
      const answer = await callTool(host.url, session.access, 'query_crm', query).catch(() => undefined)
      if (answer?.status === 200 && answer.text.includes('"returned":1')) answered.push(name)
    }
  }
  const people = Array.from({ length: 8 }, ask)
  await eventually(() => answered.length >= enough, 120_000)
  await host.kill()
  isOver = true
  await Promise.all(people)
  return answered
}

/**
 * Where the stand-in is unlike Azure's host. There the line goes to the host by the worker's one gRPC stream, as the
 * answer does after it (`RpcLog`, `InvocationResponse`: Azure/azure-functions-nodejs-worker, `src/WorkerContext.ts` and
 * `src/eventHandlers/InvocationHandler.ts`), and a stream keeps its order: a host that has the answer has the line. Here
 * host and worker are one process and die together; the line goes by a pipe, written before the answer, and both are
 * the kernel's by then. In stream mode Azure's worker answers by a connection of its own, and of two connections nobody
 * promises an order: the line is written first, and that is all. What a host that dies has not sent on is beyond both.
 */
describe('a worker that is killed (SIGKILL) under load', () => {
  test.each([
    ['at its first calls', 'first', 1, {}],
    ['soon', 'soon', 25, {}],
    ['later', 'later', 60, {}],
    ['in stream mode', 'streamed', 30, STREAM_MODE],
  ])(
    '%s: each answered call is in the table or in the log, under an id of its own',
    async (_when, round, enough, mode) => {
      const host = await sandbox().startInstance({ AUDIT_DETAILS: 'full', ...mode })
      const answered = await askUntilKilled(host, round, enough)
      const [log, table] = [await inLog(host), inTable()]
      expect(answered.length).toBeGreaterThanOrEqual(enough)
      expect(answered.filter((name) => !log.has(name) && !table.has(name))).toEqual([])
      const told = answered.map((name) => log.get(name) ?? table.get(name))
      expect(new Set(told.map((one) => one?.correlationId)).size).toBe(answered.length)
      // What has come both ways is known for one and the same.
      const both = answered.filter((name) => log.has(name) && table.has(name))
      expect(both.map((name) => log.get(name))).toEqual(both.map((name) => table.get(name)))
      const ids = sandbox()
        .auditTable!.rows()
        .map(({ EventId }) => EventId)
      expect(new Set(ids).size).toBe(ids.length)
    },
  )
})
