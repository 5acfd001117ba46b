import { createMetadata } from '../../../shared/dataverse/metadata/metadata.ts'
import { BUILT_IN_TERMS } from '../../../shared/dataverse/query/terms/built-in.ts'
import type { Term } from '../../../shared/dataverse/query/terms/term.ts'
import { createDataverseClient } from '../../../shared/dataverse/web-api/client.ts'
import type { WireFetch } from '../../../shared/dataverse/web-api/wire-fetch.ts'
import type { AnalysisDeps } from '../../../shared/reports/analysis/compute/compute-analysis.ts'
import { askHere } from '../../sandbox/dataverse/http/in-process.ts'
import { ORGANISATION_ID } from '../../sandbox/dataverse/seed/platform/rows.ts'
import type { SeedRow } from '../../sandbox/dataverse/seed/tools.ts'
import { varietyRows } from '../../sandbox/dataverse/seed/variety/variety.ts'
import { PEOPLE, type Person } from '../../sandbox/people.ts'
import { caller, sharedDeps } from '../../unit/mcp/support/harness.ts'
import { startHarness, type Harness } from '../../unit/sandbox/dataverse/harness.ts'
import { oracleFor, type Oracle } from '../oracle/oracle.ts'
import { ASKERS, rowsAt } from '../suite.ts'

/** A Dataverse at one moment, what a call of each person has of it, and SQL over the same rows. */
export type Stage = {
  readonly harness: Harness
  readonly oracle: Oracle
  /** Of one call: requests are counted from 0, all else is as warm as the calls before have made it. */
  readonly call: (person: Person, options?: CallOptions) => AnalysisDeps
  readonly close: () => Promise<void>
}

export type CallOptions = {
  /** From now on. */
  readonly deadlineMs?: number
  /** Stands still where nothing is said. */
  readonly now?: () => number
  readonly fetch?: WireFetch
  /** Those that are built in where nothing is said. */
  readonly terms?: readonly Term[]
}

export async function stageAt(now: Date, rows: readonly SeedRow[] = []): Promise<Stage> {
  const harness = await startHarness({ now: () => now, rows: [...varietyRows(PEOPLE, now), ...rows] })
  const tokens = new Map<Person, string>()
  for (const person of ASKERS) tokens.set(person, await harness.mint(person.persona))
  const oracle = oracleFor(rows.length === 0 ? rowsAt(now) : [...rowsAt(now), ...rows], PEOPLE, now)
  const instant = now.getTime()
  const shared = sharedDeps(harness.dataverse.url, () => instant)
  const call: Stage['call'] = (person, { deadlineMs = 120_000, now: clock = () => instant, ...rest } = {}) => {
    const ids = { systemUserId: person.systemUserId ?? '', organizationId: ORGANISATION_ID }
    const who = { ...caller(person.persona), ...ids }
    const deadline = clock() + deadlineMs
    const client = createDataverseClient({
      url: harness.dataverse.url,
      token: tokens.get(person) ?? '',
      fetch: rest.fetch ?? askHere,
      deadline,
      now: clock,
      random: Math.random,
    })
    return {
      dataverse: client,
      metadata: createMetadata(client, {
        cache: shared.cache,
        who,
        now: clock,
        terms: async () => rest.terms ?? BUILT_IN_TERMS,
      }),
      now: clock,
      namedRows: shared.namedRows.rowsFor(client, who),
      systemUserId: who.systemUserId,
      limits: { deadline },
    }
  }
  const close = async (): Promise<void> => {
    oracle.close()
    await harness.close()
  }
  return { harness, oracle, call, close }
}
