import { createMcpEndpoint } from '../../../shared/mcp/endpoint/mcp-endpoint.ts'
import { oracleFor, type Oracle } from '../oracle/oracle.ts'
import { ASKERS, rowsAt } from '../suite.ts'
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
  readonly close: () => Promise<void>
}

export type StageOptions = {
  /** Where it is another moment than now: years ago, all that lies around it is past. */
  readonly seededAt?: Date
  /** Rows beyond those of the seeds; one with the id of a seeded row replaces it. */
  readonly rows?: readonly SeedRow[]
}

/** @param now where the clock stands still */
export async function openStage(now: Date, { seededAt = now, rows = [] }: StageOptions = {}): Promise<Stage> {
  let clock = seededAt
  const harness = await startHarness({ now: () => clock, rows: [...varietyRows(PEOPLE, seededAt), ...rows] })
  clock = now
  const callers = new Map<string, ReturnType<typeof caller>>()
  for (const one of ASKERS) {
    const ids = { systemUserId: one.systemUserId ?? '', organizationId: ORGANISATION_ID }
    callers.set(bearerOf(one), { ...caller(one.persona), ...ids, dataverseToken: await harness.mint(one.persona) })
  }
  const oracle = oracleFor([...rowsAt(seededAt), ...rows], PEOPLE, now)
  const close = async (): Promise<void> => {
    oracle.close()
    await harness.close()
  }
  return { harness, oracle, worker: workerOver(harness, callers, now), close }
}

/** The name under which {@link Stage.worker} knows a person. */
export function bearerOf({ persona }: Person): string {
  return persona.replaceAll(' ', '-')
}

function workerOver(harness: Harness, callers: ReadonlyMap<string, ReturnType<typeof caller>>, at: Date): Worker {
  const now = (): number => at.getTime()
  const endpoint = createMcpEndpoint({
    publicBaseUrl: BASE,
    allowedOrigins: [],
    scope: 'dynamics.read',
    authenticate: async (bearer) => callers.get(bearer.replace('token-', '')),
    forget: () => undefined,
    dataverse: sharedDeps(harness.dataverse.url, now),
    limits: { toolDeadlineMs: 40_000, resultBytes: 5_000_000, defaultTop: 50, maxTop: 500 },
    cursorKey: async () => new Uint8Array(32).fill(7),
    now,
    version: '1.2.3',
    branding: { name: 'Harbour & Pine' },
  })
  return { endpoint, events: [], forgotten: [] }
}
