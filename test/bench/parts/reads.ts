import { fileURLToPath } from 'node:url'
import { QUERY } from '../stage/session.ts'
import type { Stage } from '../stage/stage.ts'

const HOOK = fileURLToPath(new URL('../apps/reads.ts', import.meta.url))

/** Bytes of JavaScript that a new instance reads to be ready, and until it has answered a first question. */
export async function measureReads({ startOurs, session }: Stage): Promise<{ ready: number; firstQuery: number }> {
  const instance = await startOurs({ settings: { languageWorkers__node__arguments: `--import ${HOOK}` } })
  const read = async () =>
    (await instance.logs()).reduce((sum, line) => sum + Number(/^read (\d+)$/.exec(line)?.[1] ?? 0), 0)
  const ready = await read()
  await session.callAt(instance.url, 'tools/call', { name: 'query_crm', arguments: QUERY })
  const firstQuery = await read()
  await instance.close()
  return { ready, firstQuery }
}
