/** `npm run test:clients`: clients' own packages, installed as anybody would, connect to the sandbox. */
import { build } from '../../infra/build.ts'
import { startSharedAzurite } from '../sandbox/azurite.ts'
import { readArguments, refuse } from '../sandbox/demo/arguments.ts'
import { type Lifetime, runWithin } from '../sandbox/demo/lifetime.ts'
import { startSandbox } from '../sandbox/start-sandbox.ts'
import { buildCsharp } from './runner/dotnet.ts'
import { installPackages, typecheck } from './runner/install.ts'
import { createJudge } from './runner/judge.ts'
import { driftOf, MODES, readRecord, type Row, writeRecord } from './runner/record.ts'
import { CSHARP, type Entry, loadCheck, nameOf, ROSTER, versionOf } from './runner/roster.ts'
import { resultOf } from './runner/visits.ts'

const HELP = `npm run test:clients -- [--only NAME] [--record]

Installs the packages of test/clients, starts the sandbox in both modes of the host, and lets each package connect with
nothing but the address: it signs in as two people, lists tools, asks for rows and refreshes. What comes of it is held
against test/clients/recorded.json. Installing needs a registry; the rest needs no network.

  --only NAME  one package: ${ROSTER.map(({ file }) => file).join(', ')}
  --record     writes the results into recorded.json
  --help       this text
`
const options = readArguments(HELP, { only: { type: 'string' }, record: { type: 'boolean' } })
const line = (row: Row) => `${row.package.padEnd(33)} ${row.version.padEnd(18)} ${row.mode.padEnd(9)} ${row.result}`

function chosen(): readonly Entry[] {
  if (options.only === undefined) return ROSTER
  const entries = ROSTER.filter(({ file }) => file === options.only)
  return entries.length > 0 ? entries : refuse(`--only ${options.only} is none of the packages`, HELP)
}

/** What can run here: the C# client only where dotnet is. */
function prepared(entries: readonly Entry[]): readonly Entry[] {
  installPackages()
  typecheck()
  if (!entries.includes(CSHARP)) return entries
  const missing = buildCsharp()
  if (missing === undefined) return entries
  console.log(`${nameOf(CSHARP)} not run: ${missing}`)
  return entries.filter((entry) => entry !== CSHARP)
}

/** As an administrator admits them: two by name, and the path of those that no name stands for. */
const BY_NAME = { CLIENTS: 'inspector, mcp-remote', LOOPBACK_REDIRECTS: '/callback' }

async function runMode(mode: Row['mode'], entries: readonly Entry[], own: Lifetime['own']): Promise<Row[]> {
  const sandbox = await own(
    startSandbox({ deployed: true, settings: { ...BY_NAME, HTTP_STREAMS: String(mode === 'stream') } }),
  )
  const judge = createJudge()
  const rows: Row[] = []
  for (const entry of entries) {
    const result = await resultOf(sandbox, await loadCheck(entry), judge)
    const row = { package: nameOf(entry), version: versionOf(entry), mode, result }
    console.log(line(row))
    rows.push(row)
  }
  return rows
}

async function run({ own }: Lifetime): Promise<void> {
  await build()
  const entries = prepared(chosen())
  console.log(line({ package: 'package', version: 'version', mode: 'mode' as never, result: 'result' }))
  await own(startSharedAzurite().then((close) => ({ close })))
  const rows: Row[] = []
  for (const mode of MODES) rows.push(...(await runMode(mode, entries, own)))
  if (options.record) {
    writeRecord(rows, readRecord())
    return
  }
  const drift = driftOf(rows, readRecord())
  if (drift.length > 0) throw new Error(`not as recorded in test/clients/recorded.json\n  ${drift.join('\n  ')}`)
  console.log('All as recorded.')
}

await runWithin(run)
