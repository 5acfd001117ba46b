import type { RoleAssignments, Principals } from '../access/role-assignments.ts'
import type { Identity } from '../deployment/identity.ts'
import type { ObjectValue } from '../expression/values.ts'

/** A resource that exists. */
export type Resource = Identity & {
  readonly location: string | undefined
  readonly tags: Readonly<Record<string, string>>
  readonly kind: string | undefined
  readonly sku: ObjectValue | undefined
  readonly identity: ObjectValue | undefined
  /** What was asked for. */
  readonly declared: ObjectValue
  /** What was asked for and what Azure adds: addresses, ids, keys' names. */
  readonly properties: ObjectValue
}

/** What a template or a client asks for. */
export type Wanted = Identity & {
  readonly location: string | undefined
  readonly tags: Readonly<Record<string, string>>
  readonly kind: string | undefined
  readonly sku: ObjectValue | undefined
  readonly identity: ObjectValue | undefined
  readonly declared: ObjectValue
}

export type DeletedVault = {
  readonly name: string
  readonly id: string
  readonly location: string
  readonly purgeProtection: boolean
  readonly deletedAt: number
  readonly scheduledPurge: number
}

/** @see https://learn.microsoft.com/azure/app-service/app-service-web-tutorial-custom-domain#2-create-the-dns-records */
export type Dns = {
  readonly cname: (host: string) => string | undefined
  readonly txt: (host: string) => readonly string[]
}

/** One subscription, and what of the rest of Azure touches it. */
export type World = {
  readonly tenantId: string
  readonly subscriptionId: string
  readonly resources: Map<string, Resource>
  readonly roles: RoleAssignments
  readonly principals: Principals
  readonly deletedVaults: Map<string, DeletedVault>
  /** Namespaces that are registered, in lower case. */
  readonly providers: Set<string>
  /** Policies of the tenant that hold here, by names of this stand-in. */
  readonly policies: Set<'no-public-access'>
  /** Names that somebody else in the world has: `<type in lower case>/<name>`. */
  readonly taken: ReadonlySet<string>
  /** What the public name servers say of a host; the records are the company's, not Azure's. */
  readonly dns: Dns
  readonly now: () => number
  readonly newGuid: () => string
  /** What-if: look at everything, change nothing outside of this copy. */
  readonly dryRun: boolean
}

export const findResource = (world: World, id: string): Resource | undefined => world.resources.get(id.toLowerCase())
