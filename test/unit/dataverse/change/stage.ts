import { modelHides } from '../../../../shared/config/model-hides.ts'
import { writePolicy, type WritePolicy } from '../../../../shared/config/writes/policy.ts'
import type { AskedChange, Plan, Problem, WriteRequest } from '../../../../shared/dataverse/change/model.ts'
import type { ChangeContext } from '../../../../shared/dataverse/change/operation.ts'
import { operationOf } from '../../../../shared/dataverse/change/operations/registry.ts'
import { createHiding } from '../../../../shared/dataverse/hiding/hiding-api.ts'
import { createMetadataCache } from '../../../../shared/dataverse/metadata/cache/cache.ts'
import { createMetadata } from '../../../../shared/dataverse/metadata/metadata.ts'
import { createNamedRowsCache } from '../../../../shared/dataverse/records/named-rows.ts'
import type { WebApi } from '../../../../shared/dataverse/web-api/web-api.ts'
import type { Person } from '../../../sandbox/people.ts'
import { NOW, startHarness, type Harness } from '../../sandbox/dataverse/harness.ts'
import { CROWD } from '../../sandbox/dataverse/write/support.ts'
import { clientOf } from '../support/wire.ts'

const UNIT = '7c1d2e01-00b1-4a6b-8c2d-10a3c1a86f01'
const ORGANIZATION = '5e1f0b8c-7a4d-4c39-9d2e-3b6a8f0c1d2e'

/** Opens all that a policy can open of the tables that tests write. */
export const OPEN = policyOf({
  account: { create: true, update: true },
  contact: { create: true, update: true },
  lead: { create: true, update: ['subject', 'statecode', 'statuscode'] },
  opportunity: { create: true, update: true },
  incident: { create: true, update: ['title', 'statecode', 'statuscode', 'prioritycode'] },
  task: { create: true, update: true },
  annotation: { create: true, update: true },
  hp_project: { create: true, update: true },
})

export function policyOf(tables: Readonly<Record<string, unknown>>): WritePolicy {
  return writePolicy.parse(JSON.stringify({ tables }))
}

export type Called = { readonly context: ChangeContext; readonly api: WebApi }
export type Asking = {
  readonly as?: string
  readonly policy?: WritePolicy
  /** As MODEL_HIDES has it. */
  readonly hides?: string
  readonly now?: Date
}
export type Ask = {
  readonly entity: string
  readonly id?: string
  readonly changes: readonly AskedChange[]
  readonly acceptDuplicates?: boolean
}

export type Stage = Harness & {
  /** What a call of a person works with; metadata are kept from call to call. */
  readonly call: (asking?: Asking) => Promise<Called>
  readonly plan: (ask: Ask, asking?: Asking) => Promise<Plan>
  /** The request that a plan comes to. */
  readonly request: (plan: Plan, asking?: Asking) => Promise<WriteRequest>
}

export async function openStage(people: readonly Person[] = CROWD): Promise<Stage> {
  const harness = await startHarness({ people, now: () => NOW })
  const cache = createMetadataCache({ now: () => NOW.getTime() })
  const call: Stage['call'] = async ({ as = 'sales rep', policy = OPEN, hides, now = NOW } = {}) => {
    const { systemUserId = '' } = people.find(({ persona }) => persona === as) ?? {}
    const who = { systemUserId, businessUnitId: UNIT, organizationId: ORGANIZATION }
    const wire = clientOf(harness.dataverse.url, { token: await harness.mint(as) })
    const hiding = hides === undefined ? undefined : createHiding(modelHides.parse(hides))
    const plain = hiding ? hiding.wordless(wire) : wire
    const raw = createMetadata(plain, { cache, who, now: () => now.getTime() })
    const metadata = hiding ? hiding.metadata(raw) : raw
    const api = hiding ? hiding.api(plain, { metadata, raw }) : plain
    const context: ChangeContext = {
      dataverse: api,
      metadata,
      namedRows: createNamedRowsCache({ now: () => now.getTime() }).rowsFor(api, who),
      writable: metadata.writable,
      policy,
      dataverseUrl: harness.dataverse.url,
      now: () => now.getTime(),
    }
    return { context, api }
  }
  const plan: Stage['plan'] = async ({ entity, id, changes, acceptDuplicates = false }, asking) => {
    const tool = id === undefined ? 'create_record' : 'update_record'
    const operation = operationOf(tool)
    return await operation.plan({ tool, entity, id, changes, acceptDuplicates }, (await call(asking)).context)
  }
  const request: Stage['request'] = async ({ tool, arguments: args }, asking) =>
    await operationOf(tool).request(args, (await call(asking)).context)
  return { ...harness, call, plan, request }
}

export const codesOf = ({ problems }: Pick<Plan, 'problems'>): string[] => problems.map(({ code }: Problem) => code)

/** Every change that a hint prints, as it is to be passed. */
export function changesIn(nextStep: string): AskedChange[] {
  return [...nextStep.matchAll(/\{"column":(?:[^{}"]|"(?:[^"\\]|\\.)*")*\}/g)].map(
    ([json]) => JSON.parse(json) as AskedChange,
  )
}
