import { createMcpEndpoint } from '../../../shared/mcp/endpoint/mcp-endpoint.ts'
import { ORGANISATION_ID } from '../../sandbox/dataverse/seed/platform/rows.ts'
import { varietyRows } from '../../sandbox/dataverse/seed/variety/variety.ts'
import { PEOPLE, type Person } from '../../sandbox/people.ts'
import { BASE, callTool, caller, sharedDeps } from '../../unit/mcp/support/harness.ts'
import { NOW, startHarness } from '../../unit/sandbox/dataverse/harness.ts'
import { oracleFor, type Oracle } from '../oracle/oracle.ts'
import { ASKERS, rowsAt } from '../suite.ts'
import { letterRows } from './letters.ts'
import { oddRows } from './rows.ts'

type Told = { readonly structuredContent: Readonly<Record<string, unknown>> }

/** A worker over a Dataverse at one moment, and SQL over the same rows. */
export type Stage = {
  readonly oracle: Oracle
  readonly call: (one: Person, args: Readonly<Record<string, unknown>>) => Promise<Told>
  readonly close: () => Promise<void>
}

export async function openStage(): Promise<Stage> {
  const base = rowsAt(NOW)
  const odd = [...oddRows(NOW), ...letterRows(base)]
  const harness = await startHarness({ now: () => NOW, rows: [...varietyRows(PEOPLE, NOW), ...odd] })
  const oracle = oracleFor([...base, ...odd], PEOPLE, NOW)
  const callers = new Map<string, ReturnType<typeof caller>>()
  for (const one of ASKERS) {
    const ids = { systemUserId: one.systemUserId ?? '', organizationId: ORGANISATION_ID }
    callers.set(wordFor(one), { ...caller(wordFor(one)), ...ids, dataverseToken: await harness.mint(one.persona) })
  }
  const now = (): number => NOW.getTime()
  const endpoint = createMcpEndpoint({
    publicBaseUrl: BASE,
    allowedOrigins: [],
    scope: 'dynamics.read',
    authenticate: async (bearer) => callers.get(bearer.replace('token-', '')),
    forget: () => undefined,
    dataverse: sharedDeps(harness.dataverse.url, now),
    limits: { toolDeadlineMs: 20_000, resultBytes: 5_000_000, defaultTop: 50, maxTop: 500 },
    cursorKey: async () => new Uint8Array(32).fill(7),
    now,
    version: '1.2.3',
    branding: { name: 'Harbour & Pine' },
  })
  const worker = { endpoint, events: [], forgotten: [] }
  return {
    oracle,
    call: async (one, args) => (await callTool(worker, 'timeline', args, wordFor(one))) as unknown as Told,
    close: async () => {
      oracle.close()
      await harness.close()
    },
  }
}

function wordFor({ persona }: Person): string {
  return persona.replaceAll(' ', '-')
}
