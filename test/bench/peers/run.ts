/** `npm run bench:peers`: the same query of other servers for Dataverse, installed as anybody would. */
import { readArguments } from '../../sandbox/demo/arguments.ts'
import { runWithin } from '../../sandbox/demo/lifetime.ts'
import { recordFigures, type Peers } from '../figures/figures.ts'
import { byTurns, type Candidate } from '../measure.ts'
import { callBy } from '../parts/hot.ts'
import { kilobytes, ms, section } from '../figures/report.ts'
import { setStage } from '../stage/stage.ts'
import { openDoor } from './door.ts'
import { installPeers } from './install.ts'
import { type Peer, startHttp, startStdio } from './peer.ts'

const HELP = `npm run bench:peers -- [--rounds N]

Installs other MCP servers for Dataverse (test/bench/peers/package.json; this needs a registry) and asks each for the
same 50 rows by turns with ours and with the bare proxy, of a Dataverse that answers fixed bytes. Ours and the bare
proxy stand behind the host of Azure Functions, the peers behind nothing: no forwarder is put in front of them, which
would add a hop of its own. Writes bench.json, part peers.

  --rounds N   by turns, 5 unless given
`
const options = readArguments(HELP, { rounds: { type: 'string', default: '5' } })
const PRIYA = 'priya.nair@harbourpine.example'
const CALLS = 100
const WARM_UP = 100
const HTTP_PORT = 41_873
const COLUMNS = ['name', '_customerid_value', 'estimatedvalue', 'estimatedclosedate']
const ODATA = {
  name: 'dataverse_query',
  arguments: { entitySetName: 'opportunities', select: COLUMNS, top: 50, formattedValues: true },
}
const RECORDS = {
  name: 'query-records',
  arguments: { entityNamePlural: 'opportunities', filter: 'statecode ge 0', maxRecords: 50 },
}
const NOBODY = ['check who asks', "query with the person's own rights: it is the application"]
const DOES_NOT: Readonly<Record<string, readonly string[]>> = {
  'ours, HTTP behind the host': [],
  'bare proxy, HTTP behind the host': [...NOBODY, 'know another query'],
  'mcp-dataverse, stdio': NOBODY,
  'mcp-dataverse, HTTP': ['know who asks: one secret for all', ...NOBODY.slice(1)],
  'powerplatform-mcp, stdio': [...NOBODY, 'choose columns', 'ask for formatted values'],
}

const asks = ({ pid, request }: Peer, call: object): Candidate & { readonly run: () => Promise<string> } => ({
  pid,
  run: async () => {
    const text = await request('tools/call', call)
    if (!text.includes('"result"') || !text.includes('estimatedvalue'))
      throw new Error(`a peer gave ${text.slice(0, 300)}`)
    return text
  },
})

await runWithin(async (lifetime) => {
  const { own } = lifetime
  installPeers()
  const { ours, bare, session, sandbox, dataverse } = await setStage(lifetime)
  const door = await own(openDoor(dataverse.url, await sandbox.entra.mintDataverseToken(PRIYA)))
  const token = session.accessToken()
  const candidates = {
    'ours, HTTP behind the host': { pid: ours.pid, run: callBy(ours.url, token, 'query') },
    'bare proxy, HTTP behind the host': { pid: bare.pid, run: callBy(bare.url, token, 'query') },
    'mcp-dataverse, stdio': asks(await own(startStdio('mcp-dataverse', door.url)), ODATA),
    'mcp-dataverse, HTTP': asks(await own(startHttp(door.url, HTTP_PORT)), ODATA),
    'powerplatform-mcp, stdio': asks(await own(startStdio('powerplatform-mcp', door.url)), RECORDS),
  }
  const bytes = new Map<string, number>()
  for (const [name, { run }] of Object.entries<{ readonly run: () => Promise<string> }>(candidates)) {
    for (let call = 0; call < WARM_UP; call++) await run()
    bytes.set(name, Buffer.byteLength(await run()))
  }
  const costs = await byTurns(candidates, { rounds: Number(options.rounds), calls: CALLS })
  const servers: Peers['servers'] = {}
  for (const [name, { p50, cpu }] of Object.entries(costs))
    servers[name] = { p50, cpu, bytes: bytes.get(name) ?? Number.NaN, doesNot: [...(DOES_NOT[name] ?? [])] }
  const rows = Object.entries(servers).map(
    ([name, one]) => [name, [ms(one.p50), ms(one.cpu), kilobytes(one.bytes), one.doesNot.join('; ')]] as const,
  )
  process.stdout.write(section('50 rows × 4 columns', ['p50', 'processor', 'reply', 'does not'], rows))
  await recordFigures({ peers: { date: new Date().toISOString(), servers } })
})
