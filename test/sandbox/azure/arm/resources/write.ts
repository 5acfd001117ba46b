import { authorise, type Caller } from '../access/authorise.ts'
import { ArmError } from '../errors.ts'
import { equal, isObject, type ObjectValue, type Value } from '../expression/values.ts'
import { kindOf } from './kinds.ts'
import { findResource, type Resource, type Wanted, type World } from './world.ts'

export type PropertyChange = {
  readonly path: string
  readonly before: Value | undefined
  readonly after: Value | undefined
}
export type Change = {
  readonly kind: 'Create' | 'Modify' | 'NoChange'
  readonly id: string
  readonly type: string
  readonly name: string
  readonly delta: readonly PropertyChange[]
}

/** What differs between what is and what will be, one line a value. */
export const differences = (before: Value | undefined, after: Value | undefined, path = ''): PropertyChange[] => {
  if (before !== undefined && after !== undefined && isObject(before) && isObject(after))
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) =>
      differences(before[name], after[name], path === '' ? name : `${path}.${name}`),
    )
  // A member that is null is the same as none: Bicep's way to leave one out.
  const same =
    (before ?? null) === (after ?? null) || (before !== undefined && after !== undefined && equal(before, after))
  return same ? [] : [{ path, before, after }]
}

const namespaceOf = (type: string): string => type.split('/')[0] ?? ''

/**
 * Deploying a template registers the providers of its own resources, if the caller may.
 * @see https://learn.microsoft.com/azure/azure-resource-manager/management/resource-providers-and-types#registration
 */
const ensureProvider = (type: string, world: World, caller: Caller): void => {
  const namespace = namespaceOf(type)
  if (world.providers.has(namespace.toLowerCase())) return
  const scope = `/subscriptions/${world.subscriptionId}`
  if (!world.roles.allows(caller.objectId, `${namespace}/register/action`, scope))
    throw new ArmError(
      'MissingSubscriptionRegistration',
      `The subscription is not registered to use namespace '${namespace}'. See https://aka.ms/rps-not-found for how to register subscriptions.`,
      { status: 409 },
    )
  world.providers.add(namespace.toLowerCase())
}

const parentOf = ({ id, type }: Wanted): string | undefined =>
  type.split('/').length > 2 ? id.replace(/\/[^/]+\/[^/]+$/, '') : undefined

const checkPlace = (wanted: Wanted, world: World, before: Resource | undefined): void => {
  const { id, type, name, resourceGroup, location } = wanted
  if (resourceGroup !== undefined && resourceGroup !== name) {
    const group = findResource(world, `/subscriptions/${wanted.subscriptionId}/resourceGroups/${resourceGroup}`)
    if (group === undefined)
      throw new ArmError('ResourceGroupNotFound', `Resource group '${resourceGroup}' could not be found.`, {
        status: 404,
      })
  }
  const parent = parentOf(wanted)
  if (parent !== undefined && findResource(world, parent) === undefined)
    throw new ArmError(
      'ParentResourceNotFound',
      `Failed to perform 'write' on resource(s) of type '${type}', because the parent resource '${parent}' could not be found.`,
      { status: 404 },
    )
  const base = /^(\/subscriptions\/.+)\/providers\/[^/]+\/[^/]+\/[^/]+$/.exec(id)?.[1]
  if (base?.includes('/providers/') === true && findResource(world, base) === undefined && parent === undefined)
    throw new ArmError('ResourceNotFound', `The Resource '${base}' was not found.`, { status: 404 })
  if (
    before?.location !== undefined &&
    location !== undefined &&
    before.location !== location &&
    type !== 'Microsoft.Resources/resourceGroups'
  )
    throw new ArmError(
      'InvalidResourceLocation',
      `The resource '${name}' already exists in location '${before.location}' in resource group '${resourceGroup ?? ''}'. A resource with the same name cannot be created in location '${location}'. Please select a new resource name.`,
      { status: 409 },
    )
}

const facets = (resource: Wanted): ObjectValue => ({
  ...(resource.location === undefined ? {} : { location: resource.location }),
  ...(resource.kind === undefined ? {} : { kind: resource.kind }),
  ...(resource.sku === undefined ? {} : { sku: resource.sku }),
  ...(resource.identity === undefined ? {} : { identity: resource.identity }),
  tags: resource.tags,
  properties: resource.declared,
})

/**
 * Creates or updates one resource as a PUT does.
 * @throws ArmError as the service refuses it; Error for a type that the stand-in does not know
 */
export const writeResource = (wanted: Wanted, world: World, caller: Caller): Change => {
  const kind = kindOf(wanted.type)
  authorise(world.roles, caller, `${wanted.type}/write`, wanted.id)
  ensureProvider(wanted.type, world, caller)
  const before = findResource(world, wanted.id)
  checkPlace(wanted, world, before)
  kind.check?.(wanted, world, before)
  const properties = { ...wanted.declared, ...kind.runTime?.(wanted, world, before) }
  world.resources.set(wanted.id.toLowerCase(), { ...wanted, properties })
  const delta = before === undefined ? [] : differences(facets(before), facets(wanted))
  const changeKind = before === undefined ? 'Create' : delta.length === 0 ? 'NoChange' : 'Modify'
  return { kind: changeKind, id: wanted.id, type: wanted.type, name: wanted.name, delta }
}
