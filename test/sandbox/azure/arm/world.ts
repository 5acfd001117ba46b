import { randomUUID } from 'node:crypto'
import { CONTROL_ROLES } from './access/roles.ts'
import { RoleAssignments, type Principals } from './access/role-assignments.ts'
import type { Dns, World } from './resources/world.ts'

export type SubscriptionOptions = {
  readonly tenantId: string
  readonly subscriptionId: string
  readonly subscriptionName?: string
  readonly principals: Principals
  /** Rights that exist before anything is deployed, e.g. the deployer's Owner on the subscription. */
  readonly rights?: readonly {
    readonly principalId: string
    readonly role: keyof typeof CONTROL_ROLES
    readonly scope?: string
  }[]
  /** Namespaces that are registered: those that every new subscription has, when left out. */
  readonly providers?: readonly string[]
  /** Names that somebody else has: `Microsoft.Web/sites/<name>` and the like. */
  readonly taken?: readonly string[]
  /** Records of the world; none, when left out. */
  readonly dns?: Dns
  readonly now: () => number
  readonly newGuid?: () => string
}

/** @see https://learn.microsoft.com/azure/azure-resource-manager/management/azure-services-resource-providers: "registered by default" */
const REGISTERED_BY_DEFAULT = [
  'Microsoft.Authorization',
  'Microsoft.Billing',
  'Microsoft.ClassicSubscription',
  'Microsoft.Commerce',
  'Microsoft.Consumption',
  'Microsoft.CostManagement',
  'Microsoft.Features',
  'Microsoft.Portal',
  'Microsoft.ResourceGraph',
  'Microsoft.Resources',
  'Microsoft.SerialConsole',
  'microsoft.support',
]

/** An empty subscription. */
export const createWorld = (options: SubscriptionOptions): World => {
  const roles = new RoleAssignments(options.principals, options.now)
  const newGuid = options.newGuid ?? randomUUID
  for (const { principalId, role, scope } of options.rights ?? [])
    roles.put({
      scope: scope ?? `/subscriptions/${options.subscriptionId}`,
      name: newGuid(),
      principalId,
      principalType: undefined,
      roleDefinitionId: CONTROL_ROLES[role],
    })
  return {
    tenantId: options.tenantId,
    subscriptionId: options.subscriptionId,
    resources: new Map(),
    roles,
    principals: options.principals,
    deletedVaults: new Map(),
    policies: new Set(),
    providers: new Set((options.providers ?? REGISTERED_BY_DEFAULT).map((name) => name.toLowerCase())),
    taken: new Set((options.taken ?? []).map((name) => name.toLowerCase())),
    dns: options.dns ?? { cname: () => undefined, txt: () => [] },
    now: options.now,
    newGuid,
    dryRun: false,
  }
}

/** The same world to look ahead in: what is written to it reaches nobody. */
export const dryRunOf = (world: World): World => ({
  ...world,
  resources: new Map(world.resources),
  deletedVaults: new Map(world.deletedVaults),
  providers: new Set(world.providers),
  dryRun: true,
})
