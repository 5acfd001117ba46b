import { usageOf } from '../../chaos/instances/usage.ts'
import type { Lifetime } from '../../sandbox/demo/lifetime.ts'
import { PEOPLE } from '../../sandbox/people.ts'
import { startManyTables } from './many-tables.ts'
import { growthOf, type Grown, type Side } from './turns.ts'
import { accessTokenOf, startWorld, textOf } from './world.ts'

const FEW = 100
const MANY = 1_500
const CALLS = 60
const CALLED = {
  list_entities: {},
  'list_entities, one word': { search: 'meter' },
  'a wrong entity name': { entity: 'new_projectordr12', top: 1 },
} as const

type Organization = { readonly pid: number; readonly url: string; readonly tokens: readonly string[] }

/** People of three languages by turns, one call after the other, over HTTP. */
function sideOf({ pid, url, tokens }: Organization, name: keyof typeof CALLED): Side {
  const tool = name.startsWith('list_entities') ? 'list_entities' : 'query_crm'
  const params = { name: tool, arguments: CALLED[name] }
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })
  let asked = 0
  const run = async () => {
    const headers = {
      authorization: `Bearer ${tokens[asked++ % tokens.length] ?? ''}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
    }
    const text = await textOf(`${url}/mcp`, { method: 'POST', headers, body })
    const isRefused = text.includes('"isError":true')
    if (isRefused !== (tool === 'query_crm')) throw new Error(`${name} gave ${text.slice(0, 300)}`)
    return text
  }
  return { pid, calls: CALLS, run }
}

/** Calls that look at all tables, where there are few and where there are many; and what the worker then holds. */
export async function measureMetadata(lifetime: Lifetime, rounds: number) {
  const sandbox = await startWorld(lifetime)
  const people = PEOPLE.filter(({ systemUserId, disabled }) => systemUserId !== undefined && !disabled).slice(0, 3)
  const tokens: string[] = []
  for (const { upn } of people) tokens.push(await accessTokenOf(sandbox, upn))
  const start = async (count: number): Promise<Organization> => {
    const dataverse = await lifetime.own(startManyTables(sandbox.dataverse.url, count))
    const { url, pid } = await sandbox.startInstance({ DATAVERSE_URL: dataverse.url })
    return { url, pid, tokens }
  }
  const [few, many] = [await start(FEW), await start(MANY)]
  const grown: Record<string, Grown> = {}
  for (const name of Object.keys(CALLED) as (keyof typeof CALLED)[]) {
    const [small, large] = [sideOf(few, name), sideOf(many, name)]
    for (const { run } of [small, large]) for (let call = 0; call < CALLS; call++) await run()
    grown[name] = await growthOf(small, large, rounds)
  }
  const resident = ({ pid }: Organization) => usageOf(pid)?.residentBytes ?? Number.NaN
  const memory = {
    [`bytes resident, ${FEW} tables`]: resident(few),
    [`bytes resident, ${MANY} tables`]: resident(many),
  }
  return { grown, memory }
}
