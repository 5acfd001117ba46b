import type { StorageProxy } from '../e2e/support/storage-proxy.ts'
import type { Sandbox } from '../sandbox/start-sandbox.ts'
import { type Latency, latency, type Load, load, time } from './measure.ts'
import { loadBundle, residentBytes } from './processes.ts'
import { openSession, type Session } from './session.ts'

const SAMPLES = 10
const WARM_UP = 20
const LOAD_MS = 2_000

const hotCalls = (session: Session) =>
  [
    ['tools/list', session.listTools],
    ['whoami', session.whoami],
    ['query_crm, 25 rows', session.queryCrm],
  ] as const

/** From nothing to a first answer: the best of three bundle loads, and one new instance beside the running one. */
export async function measureStart(sandbox: Sandbox) {
  const loads = [await loadBundle(), await loadBundle(), await loadBundle()]
  const bundle = loads.reduce((best, one) => (one.milliseconds < best.milliseconds ? one : best))
  const started = performance.now()
  const instance = await sandbox.startInstance()
  const ready = performance.now() - started
  await fetch(`${instance.url}/.well-known/oauth-protected-resource`)
  const firstAnswer = performance.now() - started
  const session = await openSession(sandbox.mcpUrl, instance.url)
  const firstTool = await time(session.whoami)
  const rss = await residentBytes(instance.pid)
  await instance.close()
  return { bundle, ready, firstAnswer, firstTool, rss }
}

/** Signing in and refreshing, one at a time. */
export async function measureTokens(session: Session): Promise<(readonly [string, Latency])[]> {
  const { authorize, redeem, refresh, listTools } = session
  return [
    ['sign-in, consent page to code', await latency(SAMPLES, authorize)],
    ['code for tokens', await latency(SAMPLES, redeem, authorize)],
    ['refresh', await latency(SAMPLES, refresh)],
    ['first call with a new token', await latency(SAMPLES, listTools, refresh)],
  ]
}

/** The hot calls, one at a time and eight at once. */
export async function measureLoad(session: Session): Promise<(readonly [string, Load])[]> {
  const rows: (readonly [string, Load])[] = []
  for (const [name, call] of hotCalls(session)) {
    await latency(WARM_UP, call)
    rows.push([`${name}, one at a time`, await load(1, LOAD_MS, call)])
    rows.push([`${name}, eight at once`, await load(8, LOAD_MS, call)])
  }
  return rows
}

/** Requests that one call causes: reads and writes of storage, requests of Entra and of Dataverse. */
export async function countRequests(sandbox: Sandbox, storage: StorageProxy, session: Session) {
  const { entra, dataverse } = sandbox
  const count = async (call: () => Promise<unknown>): Promise<readonly number[]> => {
    storage.reset()
    entra.reset()
    dataverse.reset()
    await call()
    const ofEntra = Object.values(entra.counters()).reduce((sum, one) => sum + one, 0)
    return [storage.reads(), storage.writes(), ofEntra, dataverse.counters().total]
  }
  await session.refresh()
  const rows: (readonly [string, readonly number[]])[] = [
    ['refresh', await count(session.refresh)],
    ['first call with a new token', await count(session.listTools)],
  ]
  for (const [name, call] of hotCalls(session)) {
    await call()
    rows.push([name, await count(call)])
  }
  return rows
}
