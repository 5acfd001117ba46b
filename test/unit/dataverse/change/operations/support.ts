import { writePolicy } from '../../../../../shared/config/writes/policy.ts'
import type { AskedChange, Plan, Problem, Scalar } from '../../../../../shared/dataverse/change/model.ts'
import type { ChangeContext, Operation } from '../../../../../shared/dataverse/change/operation.ts'
import { acting, creating } from '../../../../../shared/dataverse/change/writer/write-message.ts'
import { createWriter, type Sent } from '../../../../../shared/dataverse/change/writer/writer.ts'
import type { Metadata } from '../../../../../shared/dataverse/metadata/model.ts'
import { createNamedRowsCache } from '../../../../../shared/dataverse/records/named-rows.ts'
import { Row } from '../../../../../shared/dataverse/rows/rows.ts'
import type { SandboxWorker, Who } from '../../support/sandbox-worker.ts'

/** Opens what every operation needs, and nothing else. */
export const POLICY = {
  opportunity: { update: ['statecode'], create: true },
  opportunityclose: { create: true },
  incident: { update: ['statecode'] },
  incidentresolution: { create: true },
  lead: { update: ['statecode'] },
  account: { create: true },
  contact: { create: true },
  task: { create: true },
  phonecall: { create: true },
  appointment: { create: true },
  annotation: { create: true },
}

export const policyOf = (tables: object): ChangeContext['policy'] => writePolicy.parse(JSON.stringify({ tables }))

export type Setting = {
  readonly who?: Who
  readonly policy?: object
  /** Epoch milliseconds. */
  readonly now?: number
  /** As a model is given it. */
  readonly seen?: (metadata: Metadata) => Metadata
}

/** A call of a person, by a clock that stands still. */
export function contextOf(worker: SandboxWorker, { who = 'rep', policy = POLICY, now, seen }: Setting = {}): ChangeContext {
  const { api, metadata: raw } = worker.call(who)
  const metadata = seen ? seen(raw) : raw
  const asker = { organizationId: 'o', systemUserId: who }
  return {
    dataverse: api,
    metadata,
    namedRows: createNamedRowsCache({ now: () => 0 }).rowsFor(api, asker),
    writable: (table) => metadata.writable(table),
    policy: policyOf(policy),
    dataverseUrl: worker.dataverse.url,
    now: () => now ?? Date.now(),
  }
}

/** `{ result: 'won' }` as a model writes it. */
export function changes(values: Readonly<Record<string, Scalar | Omit<AskedChange, 'column'>>>): AskedChange[] {
  return Object.entries(values).map(([column, value]) =>
    typeof value === 'object' && value !== null ? { column, ...value } : { column, to: value },
  )
}

type Asked = { readonly id?: string; readonly entity?: string; readonly [name: string]: unknown }

/** What an operation makes of `values`, beside the id and the entity that stand apart. */
export async function planned(operation: Operation, asked: Asked, context: ChangeContext): Promise<Plan> {
  const { id, entity, ...values } = asked
  const { tool } = operation
  const given = changes(values as Parameters<typeof changes>[0])
  return await operation.plan({ tool, id, entity, changes: given, acceptDuplicates: false }, context)
}

export const codes = ({ problems }: Plan): Problem['code'][] => problems.map(({ code }) => code)

/** What was planned and has nothing in its way, sent as its tool would. */
export async function send(
  worker: SandboxWorker,
  operation: Operation,
  plan: Plan,
  setting: Setting & { readonly id?: string } = {},
): Promise<Sent> {
  if (plan.problems.length > 0) throw new Error(`not ready: ${JSON.stringify(plan.problems)}`)
  const request = await operation.request(plan.arguments, contextOf(worker, setting))
  const writer = createWriter({
    url: worker.dataverse.url,
    token: worker.call(setting.who ?? 'rep').token,
    fetch,
    deadline: Date.now() + 20_000,
    now: () => Date.now(),
    random: () => 0,
  })
  if (request.kind === 'update') throw new Error('no operation changes columns')
  const message =
    request.kind === 'create' ? creating(request, setting.id ?? crypto.randomUUID(), false) : acting(request)
  return await writer.send(message, Date.now() + 20_000)
}

/** A row as a person reads it. */
export async function read(worker: SandboxWorker, path: string, who: Who = 'rep'): Promise<Row> {
  return await worker.call(who).api.get(path, Row)
}

/** A new row, made without any of ours. */
export async function make(worker: SandboxWorker, set: string, body: object, who: Who = 'rep'): Promise<Row> {
  const answer = await fetch(`${worker.dataverse.url}/api/data/v9.2/${set}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${worker.call(who).token}`,
      'content-type': 'application/json',
      prefer: 'return=representation',
    },
    body: JSON.stringify(body),
  })
  if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`)
  return Row.parse(await answer.json())
}
