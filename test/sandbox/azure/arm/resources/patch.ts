import { z } from 'zod'
import { authorise, type Caller } from '../access/authorise.ts'
import { ArmError } from '../errors.ts'
import type { ObjectValue } from '../expression/values.ts'
import { findResource, type Resource, type World } from './world.ts'

const bodySchema = z.strictObject({ properties: z.record(z.string(), z.unknown()) })
const acls = (rule: z.ZodType) =>
  z.strictObject({
    bypass: z.string(),
    defaultAction: z.enum(['Allow', 'Deny']),
    ipRules: z.array(rule),
    virtualNetworkRules: z.array(z.unknown()),
  })
const ADDRESS = z.string().regex(/^\d{1,3}(\.\d{1,3}){3}$/)

/** What of each type is changed here, in the words of its REST reference. */
const SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  'microsoft.keyvault/vaults': z.strictObject({
    publicNetworkAccess: z.enum(['Enabled', 'Disabled']),
    networkAcls: acls(z.strictObject({ value: ADDRESS })),
  }),
  'microsoft.storage/storageaccounts': z.strictObject({
    publicNetworkAccess: z.enum(['Enabled', 'Disabled']),
    networkAcls: acls(z.strictObject({ value: ADDRESS, action: z.literal('Allow') })),
  }),
}

/** Of addresses that are none of the internet, no rule is taken. @see https://learn.microsoft.com/azure/storage/common/storage-network-security-limitations */
const refusePrivate = (properties: unknown): void => {
  const { networkAcls } = properties as { networkAcls: { ipRules: readonly { value: string }[] } }
  const wrong = networkAcls.ipRules.find(({ value }) => /^(10|127|192\.168|172\.(1[6-9]|2\d|3[01]))\./.test(value))
  if (wrong !== undefined)
    throw new ArmError('InvalidValuesForRequestParameters', 'Values for request parameters are invalid: networkAcls.')
}

/** A policy of the tenant, as the rehearsal may assign one: no public access, not even for an address. */
const refuseByPolicy = ({ id, type, name }: Resource, properties: unknown, world: World): void => {
  const { publicNetworkAccess } = properties as { publicNetworkAccess: string }
  if (!world.policies.has('no-public-access') || publicNetworkAccess === 'Disabled') return
  throw new ArmError(
    'RequestDisallowedByPolicy',
    `Resource '${name}' was disallowed by policy. Policy identifiers: '[{"policyAssignment":{"name":"Deny-Public-Endpoints"}}]'.`,
    { status: 403, target: `${type} ${id}` },
  )
}

/** Changes the members that are named, each as a whole. @throws ArmError */
export const patchResource = (id: string, body: unknown, world: World, caller: Caller): Resource => {
  const resource = findResource(world, id)
  if (resource === undefined)
    throw new ArmError('ResourceNotFound', `The Resource '${id}' was not found.`, { status: 404 })
  authorise(world.roles, caller, `${resource.type}/write`, resource.id)
  const schema = SCHEMAS[resource.type.toLowerCase()]
  if (schema === undefined) throw new ArmError('NotFound', `The stand-in changes nothing of ${resource.type}.`)
  const read = schema.safeParse(bodySchema.safeParse(body).data?.properties)
  if (!read.success) throw new ArmError('InvalidRequestContent', z.prettifyError(read.error))
  refusePrivate(read.data)
  refuseByPolicy(resource, read.data, world)
  const properties: ObjectValue = { ...resource.properties, ...(read.data as ObjectValue) }
  const changed = { ...resource, declared: { ...resource.declared, ...(read.data as ObjectValue) }, properties }
  world.resources.set(id.toLowerCase(), changed)
  return changed
}
