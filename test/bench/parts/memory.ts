import { usageOf } from '../../chaos/instances/usage.ts'
import type { Stage } from '../stage/stage.ts'

const ACCOUNTS = { entity: 'account', select: ['name', 'industrycode', 'telephone1'], top: 30 }
const MIXED = [
  ['tools/list', {}],
  ['tools/call', { name: 'whoami', arguments: {} }],
  ['tools/call', { name: 'query_crm', arguments: { entity: 'opportunity', top: 50 } }],
  ['tools/call', { name: 'query_crm', arguments: ACCOUNTS }],
  ['tools/call', { name: 'search', arguments: { query: 'harbour' } }],
  ['tools/call', { name: 'list_entities', arguments: {} }],
  ['tools/call', { name: 'get_entity_metadata', arguments: { entity: 'contact' } }],
  ['tools/call', { name: 'run_report', arguments: { report: 'my-open-opportunities' } }],
  ['prompts/list', {}],
  ['resources/list', {}],
] as const

/** Bytes that the worker holds resident once it has started, and after so many calls of every kind. */
export async function measureMemory({ startOurs, session }: Stage, calls: number): Promise<Memory> {
  const instance = await startOurs()
  const resident = () => usageOf(instance.pid)?.residentBytes ?? Number.NaN
  const started = resident()
  for (let index = 0; index < calls; index++) {
    const [method, params] = MIXED[index % MIXED.length] ?? MIXED[0]
    const result = (await session.callAt(instance.url, method, params)) as { readonly isError?: true }
    if (result.isError) throw new Error(`${method} ${JSON.stringify(params)} failed`)
  }
  const after = resident()
  await instance.close()
  return { started, after }
}

export type Memory = { readonly started: number; readonly after: number }
