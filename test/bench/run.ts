import { availableParallelism } from 'node:os'
import { build } from '../../infra/build.ts'
import { startStorageProxy } from '../e2e/support/storage-proxy.ts'
import { startSandbox } from '../sandbox/start-sandbox.ts'
import { residentBytes } from './processes.ts'
import { kilobytes, latencyCells, loadCells, megabytes, ms, section, tokens as inTokens } from './report.ts'
import { countRequests, measureLoad, measureStart, measureTokens } from './scenarios.ts'
import { openSession } from './session.ts'
import { measureSizes } from './sizes.ts'

/** Prints timings and request counts of the built app against the sandbox; judges nothing. */
async function bench(): Promise<void> {
  const print = (text: string) => void process.stdout.write(text)
  const { startBytes } = await build()
  const sandbox = await startSandbox()
  const storage = await startStorageProxy(sandbox.azurite)
  try {
    print(`Node ${process.version}, ${availableParallelism()} cores. Client, Entra and Dataverse share one process.\n`)
    const { bundle, ready, firstAnswer, firstTool, rss } = await measureStart(sandbox)
    print(
      section(
        'Cold start',
        ['time', 'memory'],
        [
          [`bundle loaded (${(startBytes / 1e6).toFixed(2)} MB)`, [ms(bundle.milliseconds), megabytes(bundle.rss)]],
          ['process started to host ready', [ms(ready)]],
          ['process started to first answer', [ms(firstAnswer)]],
          ['first tool call of the instance', [ms(firstTool), megabytes(rss)]],
        ],
      ),
    )
    const session = await openSession(sandbox.mcpUrl, sandbox.app.url)
    const tokens = await measureTokens(session)
    print(
      section(
        'Tokens',
        ['p50', 'p95'],
        tokens.map(([name, row]) => [name, latencyCells(row)]),
      ),
    )
    const load = await measureLoad(session)
    print(
      section(
        'Hot calls',
        ['p50', 'p95', 'per second'],
        load.map(([name, row]) => [name, loadCells(row)]),
      ),
    )
    const sizes = await measureSizes(session)
    print(
      section(
        'What a model reads',
        ['bytes', 'tokens'],
        sizes.map(([name, bytes]) => [name, [kilobytes(bytes), inTokens(bytes)]]),
      ),
    )
    const counted = await sandbox.startInstance({ TABLES_CONNECTION_STRING: storage.connectionString })
    const counts = await countRequests(sandbox, storage, await openSession(sandbox.mcpUrl, counted.url))
    const columns = ['reads', 'writes', 'Entra', 'Dataverse']
    print(
      section(
        'Requests caused',
        columns,
        counts.map(([name, row]) => [name, row.map(String)]),
      ),
    )
    print(`\nMemory of the instance after all calls: ${megabytes(await residentBytes(sandbox.app.pid))}\n`)
  } finally {
    await Promise.all([sandbox.close(), storage.close()])
  }
}

await bench()
