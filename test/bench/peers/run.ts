/** `npm run bench:peers`: the same query of other servers for Dataverse, installed as anybody would. */
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { build } from '../../../infra/build.ts'
import { readArguments, readNumber } from '../../sandbox/demo/arguments.ts'
import { type Lifetime, runWithin } from '../../sandbox/demo/lifetime.ts'
import { startFunctionsHost } from '../../sandbox/functions-host/start.ts'
import { recordFigures, type Peers } from '../figures/figures.ts'
import { byTurns, type Candidate } from '../measure.ts'
import { callBy, postBy } from '../parts/hot.ts'
import { setStage } from '../stage/stage.ts'
import { openDoor } from './door.ts'
import { installPeers } from './install.ts'
import { type HttpPeer, type Peer, startHttp, startStdio } from './peer.ts'
import { peersReport } from './report.ts'

const HELP = `npm run bench:peers -- [--rounds N]

Installs other MCP servers for Dataverse (test/bench/peers/package.json; this needs a registry) and asks each for the
same 50 rows by turns with ours and with the bare proxy, of a Dataverse that answers fixed bytes. Ours and the bare
proxy stand behind the host of Azure Functions, the peers behind nothing; the quicker of them by HTTP also behind that
host and a check of the bearer, without which it serves nobody, and a hop from there to its own server. Writes
bench.json, part peers.

  --rounds N   by turns, 5 unless given
`
const options = readArguments(HELP, { rounds: { type: 'string', default: '5' } })
const rounds = readNumber(HELP, 'rounds', options.rounds)
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
const OURS = 'ours, HTTP behind the host'
const GUARDED = 'mcp-dataverse, HTTP behind the host and a bearer check'
const GUARDED_DIR = `${fileURLToPath(new URL('../../..', import.meta.url))}dist.bench-guarded`
const NOBODY = ['check who asks', "query with the person's own rights: it is the application"]
const DOES_NOT: Readonly<Record<string, readonly string[]>> = {
  [OURS]: [],
  'bare proxy, HTTP behind the host': [...NOBODY, 'know another query'],
  'mcp-dataverse, stdio': NOBODY,
  [GUARDED]: NOBODY.slice(1),
  'mcp-dataverse, HTTP': ['know who asks: one secret for all', ...NOBODY.slice(1)],
  'powerplatform-mcp, stdio': [...NOBODY, 'choose columns', 'ask for formatted values'],
}

type Asking = Candidate & { readonly run: () => Promise<string> }

const asks = ({ pid, request }: Peer, call: object): Asking => ({
  pid,
  run: async () => readBy(await request('tools/call', call)),
})

/** A peer as a deployment would have to run it: behind the host, which lets in whoever has a bearer that it knows. */
async function guard({ pid, url, headers }: HttpPeer, token: string, { own }: Lifetime): Promise<Asking> {
  await build({ entry: 'test/bench/apps/guarded-peer.ts', outdir: GUARDED_DIR })
  const env = {
    PEER_URL: url,
    PEER_HEADERS: JSON.stringify(headers),
    BEARER_SHA256: createHash('sha256').update(token).digest('hex'),
  }
  const host = await own(startFunctionsHost({ appDir: GUARDED_DIR, env }))
  const stranger = await fetch(`${host.url}/mcp`, { method: 'POST', headers: { authorization: 'Bearer none' } })
  if (stranger.status !== 401) throw new Error(`a stranger was answered with ${stranger.status}`)
  const run = postBy(host.url, token, { method: 'tools/call', params: ODATA })
  return { pid: host.pid, behind: pid, run: async () => readBy(await run()) }
}

function readBy(text: string): string {
  if (!text.includes('"result"') || !text.includes('estimatedvalue'))
    throw new Error(`a peer gave ${text.slice(0, 300)}`)
  return text
}

await runWithin(async (lifetime) => {
  const { own } = lifetime
  installPeers()
  const { ours, bare, session, sandbox, dataverse } = await setStage(lifetime)
  const door = await own(openDoor(dataverse.url, await sandbox.entra.mintDataverseToken(PRIYA)))
  const token = session.accessToken()
  const http = await own(startHttp(door.url, HTTP_PORT))
  const candidates = {
    [OURS]: { pid: ours.pid, run: callBy(ours.url, token, 'query') },
    'bare proxy, HTTP behind the host': { pid: bare.pid, run: callBy(bare.url, token, 'query') },
    'mcp-dataverse, stdio': asks(await own(startStdio('mcp-dataverse', door.url)), ODATA),
    'mcp-dataverse, HTTP': asks(http, ODATA),
    [GUARDED]: await guard(http, token, lifetime),
    'powerplatform-mcp, stdio': asks(await own(startStdio('powerplatform-mcp', door.url)), RECORDS),
  }
  const bytes = new Map<string, number>()
  for (const [name, { run }] of Object.entries<{ readonly run: () => Promise<string> }>(candidates)) {
    for (let call = 0; call < WARM_UP; call++) await run()
    bytes.set(name, Buffer.byteLength(await run()))
  }
  const costs = await byTurns(candidates, { rounds, calls: CALLS })
  const servers: Peers['servers'] = {}
  for (const [name, { p50, cpu }] of Object.entries(costs))
    servers[name] = { p50, cpu, bytes: bytes.get(name) ?? Number.NaN, doesNot: [...(DOES_NOT[name] ?? [])] }
  process.stdout.write(peersReport(servers))
  const ratio = costs[OURS].p50 / costs[GUARDED].p50
  process.stdout.write(`Ours to the peer behind the host, time: ${ratio.toFixed(2)}\n`)
  await recordFigures({ peers: { date: new Date().toISOString(), ratio, servers } })
})
