import { type Candidate, type Cost, byTurns, load, type Load } from '../measure.ts'
import { QUERY } from '../stage/session.ts'
import type { Stage } from '../stage/stage.ts'

export const HOT = {
  query: { method: 'tools/call', params: { name: 'query_crm', arguments: QUERY } },
  whoami: { method: 'tools/call', params: { name: 'whoami', arguments: {} } },
  'tools/list': { method: 'tools/list', params: {} },
} as const
export type HotCall = keyof typeof HOT
export const HOT_CALLS = Object.keys(HOT) as HotCall[]

const WARM_UP = 400
const AT_ONCE = [8, 32] as const
const LOAD_MS = 2_000

type Asked = { readonly method: string; readonly params: object }

export const callBy = (url: string, accessToken: string, call: HotCall): (() => Promise<string>) =>
  postBy(url, accessToken, HOT[call])

/** Posts as a client of 2025-11-25 does, and reads the answer to its end. */
export function postBy(url: string, accessToken: string, asked: Asked): () => Promise<string> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, ...asked })
  const headers = {
    authorization: `Bearer ${accessToken}`,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': '2025-11-25',
  }
  return async () => {
    const answer = await fetch(`${url}/mcp`, { method: 'POST', headers, body })
    const text = await answer.text()
    if (answer.status !== 200 || !text.includes('"result"')) throw new Error(`${answer.status}: ${text.slice(0, 300)}`)
    return text
  }
}

type Compared = 'ours' | 'bare' | 'listing' | 'direct'

function candidates({ ours, bare, listing, session, dataverse }: Stage, call: HotCall): Record<Compared, Candidate> {
  const { url = '', headers = {} } = dataverse.lastQuery() ?? {}
  const direct = async () => (await fetch(url, { headers })).text()
  return {
    ours: { pid: ours.pid, run: callBy(ours.url, session.accessToken(), call) },
    bare: { pid: bare.pid, run: callBy(bare.url, session.accessToken(), call) },
    listing: { pid: listing.pid, run: callBy(listing.url, session.accessToken(), call) },
    direct: { pid: process.pid, run: direct },
  }
}

export type Hot = Record<HotCall, Record<Compared, Cost>>

/** Each hot call to ours, to the bare proxy, and what it asks of Dataverse asked directly, one at a time and by turns. */
export async function measureHot(
  stage: Stage,
  rounds: { readonly rounds: number; readonly calls: number },
): Promise<Hot> {
  const costs: Partial<Hot> = {}
  for (const call of HOT_CALLS) {
    const all = candidates(stage, call)
    for (const { run } of Object.values(all))
      await byTurns({ it: { pid: process.pid, run } }, { rounds: 1, calls: WARM_UP })
    costs[call] = await byTurns(all, rounds)
  }
  return costs as Hot
}

const middle = (rounds: readonly Load[]): Load =>
  rounds.toSorted((one, other) => one.perSecond - other.perSecond)[Math.floor(rounds.length / 2)] ?? NONE
const NONE: Load = { p50: Number.NaN, p95: Number.NaN, perSecond: Number.NaN }

export type AtOnce = Record<`${(typeof AT_ONCE)[number]}`, Record<'ours' | 'bare', Load>>

/** The hot query with many under way, ours and the bare proxy by turns in alternating order; the median round of each. */
export async function measureAtOnce(stage: Stage, rounds: number): Promise<AtOnce> {
  const { ours, bare } = candidates(stage, 'query')
  const seen: Partial<AtOnce> = {}
  for (const count of AT_ONCE) {
    const loads = { ours: [] as Load[], bare: [] as Load[] }
    for (let round = 0; round < rounds; round++) {
      for (const name of round % 2 === 0 ? (['ours', 'bare'] as const) : (['bare', 'ours'] as const))
        loads[name].push(await load(count, LOAD_MS, { ours, bare }[name].run))
    }
    seen[`${count}`] = { ours: middle(loads.ours), bare: middle(loads.bare) }
  }
  return seen as AtOnce
}
