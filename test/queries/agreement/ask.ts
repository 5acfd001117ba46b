import { createMcpEndpoint } from '../../../shared/mcp/endpoint/mcp-endpoint.ts'
import { ORGANISATION_ID } from '../../sandbox/dataverse/seed/platform/rows.ts'
import { varietyRows } from '../../sandbox/dataverse/seed/variety/variety.ts'
import { PEOPLE, type Person } from '../../sandbox/people.ts'
import {
  BASE,
  callTool,
  caller,
  sharedDeps,
  type Harness as Worker,
  type ToolAnswer,
} from '../../unit/mcp/support/harness.ts'
import { startHarness, type Harness } from '../../unit/sandbox/dataverse/harness.ts'
import { oracleFor } from '../oracle/oracle.ts'
import { ASKERS } from '../suite.ts'
import type { World } from './world.ts'
import { rowsAsObjects } from '../../unit/mcp/support/rows.ts'

/** The ids of an answer, sorted, or the code of a refusal. */
export type Answer = { readonly ids: readonly string[] } | { readonly refused: string }

export type Stage = {
  /** One answer as the model gets it. */
  readonly call: (person: Person, args: Readonly<Record<string, unknown>>) => Promise<ToolAnswer>
  readonly ask: (person: Person, args: Readonly<Record<string, unknown>>, id: string) => Promise<Answer>
  readonly sql: (person: Person, sql: string) => Answer
  readonly close: () => Promise<void>
}

function workerOver(harness: Harness, callers: ReadonlyMap<string, ReturnType<typeof caller>>, at: Date): Worker {
  const now = (): number => at.getTime()
  const endpoint = createMcpEndpoint({
    publicBaseUrl: BASE,
    allowedOrigins: [],
    scope: 'dynamics.read',
    authenticate: async (bearer) => callers.get(bearer.replace('token-', '').replaceAll('-', ' ')),
    forget: () => undefined,
    dataverse: sharedDeps(harness.dataverse.url, now),
    limits: { toolDeadlineMs: 120_000, resultBytes: 5_000_000, defaultTop: 50, maxTop: 5000 },
    cursorKey: async () => new Uint8Array(32).fill(7),
    now,
    version: '1.2.3',
    branding: { name: 'Harbour & Pine' },
  })
  return { endpoint, events: [], forgotten: [] }
}

async function callersOf(harness: Harness): Promise<ReadonlyMap<string, ReturnType<typeof caller>>> {
  const callers = new Map<string, ReturnType<typeof caller>>()
  for (const one of ASKERS) {
    const ids = { systemUserId: one.systemUserId ?? '', organizationId: ORGANISATION_ID }
    callers.set(one.persona, { ...caller(one.persona), ...ids, dataverseToken: await harness.mint(one.persona) })
  }
  return callers
}

const sorted = (ids: readonly unknown[]): Answer => ({ ids: ids.map(String).sort() })

/** Every page of an answer; the total has to be the number of its rows. */
async function everyRow(call: (args: unknown) => Promise<ToolAnswer>, args: unknown, id: string): Promise<Answer> {
  const rows: Readonly<Record<string, unknown>>[] = []
  let next: unknown = Object.assign({ ids: true }, args)
  let total: number | undefined
  while (next !== undefined) {
    const { structuredContent: content, content: texts } = await call(next)
    if (!content || content.error) return { refused: content?.error?.code ?? texts[0]?.text ?? 'no answer' }
    rows.push(...rowsAsObjects(content))
    total ??= content.total
    next = content.cursor === undefined ? undefined : { cursor: content.cursor }
  }
  if (total !== rows.length) return { refused: `${rows.length} rows of a total of ${total}` }
  return sorted(rows.map((row) => row[id]))
}

/** What a busy machine says, and no answer to a question. */
const BUSY = new Set(['timeout', 'unreachable'])

async function patiently(ask: () => Promise<Answer>, attempts = 5): Promise<Answer> {
  const answer = await ask()
  return attempts > 1 && 'refused' in answer && BUSY.has(answer.refused) ? await patiently(ask, attempts - 1) : answer
}

/** query_crm over a Dataverse at one moment, with SQL over the same rows. */
export async function stageOf({ now, rows }: World): Promise<Stage> {
  const harness = await startHarness({ now: () => now, rows: varietyRows(PEOPLE, now) })
  const worker = workerOver(harness, await callersOf(harness), now)
  const oracle = oracleFor(rows, PEOPLE, now)
  const call = (person: Person, args: unknown): Promise<ToolAnswer> =>
    callTool(worker, 'query_crm', args, person.persona.replaceAll(' ', '-'))
  return {
    call,
    ask: (person, args, id) => patiently(() => everyRow((one) => call(person, one), args, id)),
    sql: (person, sql) => {
      const answer = oracle.answer(person, sql)
      return answer === 'denied' ? { refused: answer } : sorted(answer.rows.map((row) => Object.values(row)[0] ?? null))
    },
    close: async () => {
      oracle.close()
      await harness.close()
    },
  }
}
