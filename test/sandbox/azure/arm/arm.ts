import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { authorise, type Caller } from './access/authorise.ts'
import type { RoleAssignment } from './access/role-assignments.ts'
import type { Context, Outputs } from './deployment/context.ts'
import { deployTemplate } from './deployment/deploy.ts'
import type { GraphClient } from './deployment/graph-resources.ts'
import { preflight } from './deployment/preflight.ts'
import { parseTemplate } from './deployment/schema.ts'
import { ArmError } from './errors.ts'
import type { Place } from './expression/scope.ts'
import type { ObjectValue } from './expression/values.ts'
import { createHandler, type Authenticate } from './http/handler.ts'
import type { Answer, RestRequest } from './http/routes.ts'
import { deleteResource } from './resources/delete.ts'
import { purgeVault } from './resources/key-vault.ts'
import type { DeletedVault, Resource, World } from './resources/world.ts'
import type { Change } from './resources/write.ts'
import { createWorld, dryRunOf, type SubscriptionOptions } from './world.ts'

/** A finished deployment at the subscription, as the history keeps it. */
export type DeploymentRecord = {
  readonly name: string
  readonly state: 'Succeeded' | 'Failed'
  readonly tags: Readonly<Record<string, string>>
  readonly templateHash: string
  readonly outputs: Outputs
  readonly changes: readonly Change[]
  readonly timestamp: number
  readonly error?: ArmError
}
export type DeploymentRequest = {
  readonly name: string
  readonly location: string
  readonly template: unknown
  readonly parameters: ObjectValue
  readonly tags?: Readonly<Record<string, string>>
  readonly caller: Caller
  /** Microsoft Graph with the caller's own token; needed for templates of the Graph extension. */
  readonly graph?: GraphClient
}
export type ArmOptions = SubscriptionOptions & {
  /** Who a bearer token of the REST face belongs to; refuses by throwing. Absent: the face answers 401. */
  readonly authenticate?: Authenticate
}
export type Arm = {
  readonly tenantId: string
  readonly subscriptionId: string
  readonly subscriptionName: string
  /** Refuses by ArmError; the history then holds a failed deployment, and what was done stays. */
  readonly deploy: (request: DeploymentRequest) => Promise<DeploymentRecord>
  readonly whatIf: (request: DeploymentRequest) => Promise<readonly Change[]>
  /** Latest first. */
  readonly deployments: () => readonly DeploymentRecord[]
  readonly resources: () => readonly Resource[]
  readonly resource: (id: string) => Resource | undefined
  readonly byType: (type: string) => readonly Resource[]
  readonly deleteResource: (id: string, caller: Caller) => readonly Resource[]
  readonly deletedVaults: () => readonly DeletedVault[]
  readonly purgeVault: (name: string, caller: Caller) => void
  readonly roleAssignments: () => readonly RoleAssignment[]
  /** For what the stand-in has no function of its own. */
  readonly world: World
  /** REST at management.azure.com, as far as `az` and the hooks use it. */
  readonly handler: (request: IncomingMessage, response: ServerResponse) => void
}

/** `environment()` of the public cloud. */
const PUBLIC_CLOUD: ObjectValue = {
  name: 'AzureCloud',
  portal: 'https://portal.azure.com',
  resourceManager: 'https://management.azure.com/',
  graph: 'https://graph.windows.net/',
  authentication: {
    loginEndpoint: 'https://login.microsoftonline.com/',
    audiences: ['https://management.core.windows.net/', 'https://management.azure.com/'],
    tenant: 'common',
    identityProvider: 'AAD',
  },
  suffixes: {
    storage: 'core.windows.net',
    keyvaultDns: '.vault.azure.net',
    sqlServerHostname: '.database.windows.net',
    acrLoginServer: '.azurecr.io',
  },
}

const canonical = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  const entries: [string, unknown][] = Object.entries(value)
  return Object.fromEntries(
    entries.sort(([left], [right]) => (left < right ? -1 : 1)).map(([name, member]) => [name, canonical(member)]),
  )
}

/** Equal for templates that say the same. */
export const templateHash = (template: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(canonical(template)))
    .digest('hex')
    .slice(0, 20)

class Subscription {
  readonly world: World
  readonly name: string
  readonly records: DeploymentRecord[] = []

  constructor(options: ArmOptions) {
    this.world = createWorld(options)
    this.name = options.subscriptionName ?? 'Contoso'
  }

  async deploy(request: DeploymentRequest): Promise<DeploymentRecord> {
    const context = this.context(request, this.world)
    const record = {
      name: request.name,
      tags: request.tags ?? {},
      templateHash: templateHash(request.template),
      changes: context.changes,
      timestamp: this.world.now(),
    }
    try {
      const outputs = await this.run(request, context)
      const done: DeploymentRecord = { ...record, state: 'Succeeded', outputs }
      this.records.unshift(done)
      return done
    } catch (error) {
      if (error instanceof ArmError && !['InvalidTemplate', 'InvalidTemplateDeployment'].includes(error.code))
        this.records.unshift({ ...record, state: 'Failed', outputs: {}, error })
      throw error
    }
  }

  async whatIf(request: DeploymentRequest): Promise<readonly Change[]> {
    const context = this.context(request, dryRunOf(this.world))
    await this.run(request, context)
    return context.changes
  }

  private context({ caller, graph }: DeploymentRequest, world: World): Context {
    return { world, caller, graph, environment: PUBLIC_CLOUD, subscriptionName: this.name, changes: [] }
  }

  private async run(request: DeploymentRequest, context: Context): Promise<Outputs> {
    const { world, caller } = context
    const scope = `/subscriptions/${world.subscriptionId}`
    authorise(world.roles, caller, 'Microsoft.Resources/deployments/write', scope)
    const place: Place = {
      tenantId: world.tenantId,
      subscriptionId: world.subscriptionId,
      subscriptionName: context.subscriptionName,
      resourceGroup: undefined,
      deployment: { name: request.name, location: request.location },
      deployer: { objectId: caller.objectId, userPrincipalName: caller.name },
      environment: context.environment,
      now: new Date(world.now()).toISOString(),
    }
    const template = parseTemplate(request.template)
    preflight(template, request.parameters, place, context)
    return deployTemplate(template, request.parameters, place, context)
  }
}

const restDeployment = z.object({
  location: z.string(),
  properties: z.object({
    mode: z.literal('Incremental'),
    template: z.unknown(),
    parameters: z.record(z.string(), z.object({ value: z.unknown() })),
  }),
})

/** Answered when it is done, where the service says that it has begun and is asked again. */
const deployByRest = async (
  subscription: Subscription,
  name: string,
  { body, caller }: RestRequest,
): Promise<Answer> => {
  const { location, properties } = restDeployment.parse(body)
  const values = Object.entries(properties.parameters).map(([parameter, { value }]) => [parameter, value])
  const parameters = Object.fromEntries(values) as ObjectValue
  const { outputs } = await subscription.deploy({ name, location, template: properties.template, parameters, caller })
  return { status: 200, body: { name, location, properties: { provisioningState: 'Succeeded', outputs } } }
}

/** Azure Resource Manager for one subscription. */
export const createArm = (options: ArmOptions): Arm => {
  const subscription = new Subscription(options)
  const { world } = subscription
  const all = (): readonly Resource[] => [...world.resources.values()]
  return {
    tenantId: options.tenantId,
    subscriptionId: options.subscriptionId,
    subscriptionName: subscription.name,
    world,
    deploy: (request) => subscription.deploy(request),
    whatIf: (request) => subscription.whatIf(request),
    deployments: () => subscription.records,
    resources: all,
    resource: (id) => world.resources.get(id.toLowerCase()),
    byType: (type) => all().filter((one) => one.type.toLowerCase() === type.toLowerCase()),
    deleteResource: (id, caller) => deleteResource(id, world, caller),
    deletedVaults: () => [...world.deletedVaults.values()],
    purgeVault: (name, caller) => {
      const scope = `/subscriptions/${world.subscriptionId}`
      authorise(world.roles, caller, 'Microsoft.KeyVault/locations/deletedVaults/purge/action', scope)
      purgeVault(world, name)
    },
    roleAssignments: () => world.roles.list(),
    handler: createHandler(world, subscription.name, options.authenticate, (name, request) =>
      deployByRest(subscription, name, request),
    ),
  }
}
