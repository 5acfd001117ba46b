import type { WritePolicy } from '../../../../../shared/config/writes/policy.ts'
import type { AskedChange, Plan, Scalar, WriteTool } from '../../../../../shared/dataverse/change/model.ts'
import type { Operation } from '../../../../../shared/dataverse/change/operation.ts'
import type { Row } from '../../../../../shared/dataverse/rows/rows.ts'
import { operationOf } from '../../../../../shared/dataverse/change/operations/registry.ts'
import { person, type Person } from '../../../../sandbox/people.ts'
import { ANALYST, REP, type Loose, type Reply } from '../../../sandbox/dataverse/harness.ts'
import { CROWD } from '../../../sandbox/dataverse/write/support.ts'
import { changesIn, codesOf, openStage, policyOf, type Asking, type Stage } from '../stage.ts'

/** Opens what every operation needs, and nothing else. */
const TABLES = {
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

/** That policy with other entries; `undefined` leaves one out. */
export const policyWith = (tables: Readonly<Record<string, unknown>> = {}): WritePolicy =>
  policyOf({ ...TABLES, ...tables })

/** Sells in Germany, on the clock of Berlin. */
export const SELLER = 'seller'
const seller: Person = {
  ...person(ANALYST),
  persona: SELLER as Person['persona'],
  name: 'Mia Brandt',
  upn: 'mia.brandt@harbourpine.example',
  oid: '0a3c1a86-6f0e-4d8e-9a51-5b0f7c1d2e0c',
  systemUserId: '7c1d2e01-000c-4a6b-8c2d-10a3c1a86f0c',
  businessUnit: 'Germany Sales',
  roles: ['Salesperson'],
}

/** What is asked for: `id`, `entity` and `acceptDuplicates` stand apart, all else is an argument. */
export type Asked = { readonly [name: string]: Scalar | Omit<AskedChange, 'column'> | undefined }

export type Ops = Stage & {
  readonly planned: (
    tool: WriteTool,
    asked: Asked | readonly AskedChange[],
    asking?: Asking,
    id?: string,
  ) => Promise<Plan>
  /** Sends what was planned as its tool would; a new row under that key. */
  readonly sent: (plan: Plan, asking?: Asking, key?: string) => Promise<Reply>
  /** A row that tests begin with. @returns its id */
  readonly made: (set: string, body: Loose, as?: string) => Promise<string>
  readonly operation: (tool: WriteTool) => Promise<Operation>
}

export async function openOps(): Promise<Ops> {
  const stage = await openStage([...CROWD, seller])
  const withPolicy = (asking: Asking = {}): Asking => ({ policy: policyWith(), ...asking })
  const planned: Ops['planned'] = async (tool, asked, asking, id) => {
    const { context } = await stage.call(withPolicy(asking))
    const given = Array.isArray(asked) ? { changes: asked as readonly AskedChange[], id } : parted(asked as Asked)
    return await operationOf(tool).plan({ tool, acceptDuplicates: false, ...given }, context)
  }
  const sent: Ops['sent'] = async (plan, asking, key = crypto.randomUUID()) => {
    if (plan.problems.length > 0) throw new Error(`not ready: ${JSON.stringify(plan.problems)}`)
    const request = await stage.request(plan, withPolicy(asking))
    if (request.kind === 'update') throw new Error('no operation changes columns')
    const isNew = request.kind === 'create'
    const body = isNew ? { ...request.body, [request.entity.idColumn]: key } : request.body
    const path = isNew ? request.entity.entitySet : request.path
    return await stage.send(asking?.as ?? REP, 'POST', path, {
      body,
      ...(isNew && { prefer: 'return=representation' }),
    })
  }
  const made: Ops['made'] = async (set, body, as = REP) => {
    const reply = await stage.send(as, 'POST', set, { body, prefer: 'return=representation' })
    if (reply.status !== 201) throw new Error(`${reply.status} ${reply.text}`)
    const key = Object.keys(reply.body as object).find((name) => name === 'activityid' || name === `${singular(set)}id`)
    return String(reply.body[key ?? ''])
  }
  return { ...stage, planned, sent, made, operation: async (tool) => await Promise.resolve(operationOf(tool)) }
}

const singular = (set: string): string => set.replace(/ies$/, 'y').replace(/s$/, '')

function parted({ id, entity, ...values }: Asked) {
  const changes = Object.entries(values).flatMap(([column, value]): AskedChange[] => {
    if (value === undefined) return []
    return [typeof value === 'object' && value !== null ? { column, ...value } : { column, to: value }]
  })
  return { changes, ...(typeof id === 'string' && { id }), ...(typeof entity === 'string' && { entity }) }
}

/** The lines of a plan, in short: what each argument comes to. */
export const lines = ({ arguments: { changes } }: Plan): Record<string, Scalar> =>
  Object.fromEntries(changes.map(({ column, to }) => [column, to]))

/** A request's body, whatever the request is. */
export async function bodyOf(ops: Ops, plan: Plan, asking?: Asking): Promise<Row> {
  return (await ops.request(plan, { policy: policyWith(), ...asking })).body
}

export { changesIn, codesOf }
