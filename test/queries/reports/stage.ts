import { modelHides } from '../../../shared/config/model-hides.ts'
import { BUILT_IN_TERMS } from '../../../shared/dataverse/query/terms/built-in.ts'
import type { Term } from '../../../shared/dataverse/query/terms/term.ts'
import type { WireFetch } from '../../../shared/dataverse/web-api/wire-fetch.ts'
import { createHiders } from '../../../shared/dataverse/hiding/hiders.ts'
import { BUILT_IN_CATALOGUE } from '../../../shared/reports/catalogue/built-in.ts'
import type { Catalogue } from '../../../shared/reports/catalogue/catalogue.ts'
import { createMcpEndpoint } from '../../../shared/mcp/endpoint/mcp-endpoint.ts'
import { oracleFor, type Oracle } from '../oracle/oracle.ts'
import { ASKERS, rowsAt } from '../suite.ts'
import { askHere } from '../../sandbox/dataverse/http/in-process.ts'
import { ORGANISATION_ID } from '../../sandbox/dataverse/seed/platform/rows.ts'
import type { SeedRow } from '../../sandbox/dataverse/seed/tools.ts'
import { varietyRows } from '../../sandbox/dataverse/seed/variety/variety.ts'
import { PEOPLE, type Person } from '../../sandbox/people.ts'
import { BASE, caller, sharedDeps, type Harness as Worker } from '../../unit/mcp/support/harness.ts'
import { startHarness, type Harness } from '../../unit/sandbox/dataverse/harness.ts'

/** A worker over a Dataverse at one moment, and SQL over the same rows at the same moment. */
export type Stage = {
  readonly harness: Harness
  readonly oracle: Oracle
  readonly worker: Worker
  /** Another worker over the same Dataverse, with a setting of what models do not get. */
  readonly workerWith: (hides: string, wire?: WireFetch) => Worker
  /** Lets the worker's clock, not Dataverse's, go on. */
  readonly later: (ms: number) => void
  readonly close: () => Promise<void>
}

export type StageOptions = {
  /** Where it is another moment than now: years ago, all that lies around it is past. */
  readonly seededAt?: Date
  /** Rows beyond those of the seeds; one with the id of a seeded row replaces it. */
  readonly rows?: readonly SeedRow[]
  /** The reports that are offered; the built-in ones where nothing is said. */
  readonly catalogue?: Catalogue
  /** The company's words; the built-in ones where nothing is said. */
  readonly terms?: readonly Term[]
}

/** @param now where the clock stands still */
export async function openStage(
  now: Date,
  { seededAt = now, rows = [], catalogue = BUILT_IN_CATALOGUE, terms = BUILT_IN_TERMS }: StageOptions = {},
): Promise<Stage> {
  let clock = seededAt
  const harness = await startHarness({ now: () => clock, rows: [...varietyRows(PEOPLE, seededAt), ...rows] })
  clock = now
  const callers = new Map<string, ReturnType<typeof caller>>()
  for (const one of ASKERS) {
    const ids = { systemUserId: one.systemUserId ?? '', organizationId: ORGANISATION_ID }
    callers.set(bearerOf(one), { ...caller(one.persona), ...ids, dataverseToken: await harness.mint(one.persona) })
  }
  const oracle = oracleFor(rows.length === 0 ? rowsAt(seededAt) : [...rowsAt(seededAt), ...rows], PEOPLE, now)
  const close = async (): Promise<void> => {
    oracle.close()
    await harness.close()
  }
  let time = now.getTime()
  const made = { url: harness.dataverse.url, callers, now: () => time, catalogue, terms }
  const workerWith = (hides?: string, wire?: WireFetch): Worker => workerOver(made, hides, wire)
  return { harness, oracle, worker: workerWith(), workerWith, later: (ms) => void (time += ms), close }
}

/** The name under which {@link Stage.worker} knows a person. */
export function bearerOf({ persona }: Person): string {
  return persona.replaceAll(' ', '-')
}

type Made = {
  readonly url: string
  readonly callers: ReadonlyMap<string, ReturnType<typeof caller>>
  readonly now: () => number
  readonly catalogue: Catalogue
  readonly terms: readonly Term[]
}

function workerOver({ url, callers, now, catalogue, terms }: Made, hides?: string, wire: WireFetch = askHere): Worker {
  const hiders = createHiders(hides === undefined ? [] : modelHides.parse(hides))
  const endpoint = createMcpEndpoint({
    publicBaseUrl: BASE,
    allowedOrigins: [],
    scope: 'dynamics.read',
    authenticate: async (bearer) => callers.get(bearer.replace('token-', '')),
    forget: () => undefined,
    dataverse: { ...sharedDeps(url, now), fetch: wire, hiders, terms: async () => terms },
    limits: { toolDeadlineMs: 40_000, resultBytes: 5_000_000, defaultTop: 50, maxTop: 500 },
    cursorKey: async () => new Uint8Array(32).fill(7),
    now,
    version: '1.2.3',
    branding: { name: 'Harbour & Pine' },
    catalogue,
  })
  return { endpoint, events: [], forgotten: [] }
}
