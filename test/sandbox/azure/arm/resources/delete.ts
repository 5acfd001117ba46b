import { authorise, type Caller } from '../access/authorise.ts'
import { ArmError } from '../errors.ts'
import { toText } from '../expression/values.ts'
import { softDelete } from './key-vault.ts'
import { findResource, type Resource, type World } from './world.ts'

const isWithin = (id: string, scope: string): boolean =>
  id.toLowerCase() === scope.toLowerCase() || id.toLowerCase().startsWith(`${scope.toLowerCase()}/`)

/** @see https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources: a lock on or below holds */
const refuseLocked = (scope: string, within: readonly Resource[], world: World): void => {
  const lockedAt = (lock: Resource): string => lock.id.replace(/\/providers\/Microsoft\.Authorization\/locks\/.*$/i, '')
  const locks = [...world.resources.values()].filter(
    (one) => one.type.toLowerCase() === 'microsoft.authorization/locks',
  )
  const held = locks.filter((lock) => within.includes(lock) || isWithin(scope, lockedAt(lock)))
  if (held.length === 0) return
  throw new ArmError(
    'ScopeLocked',
    `The scope '${scope}' cannot perform delete operation because following scope(s) are locked: '${held.map(lockedAt).join(', ')}'. Please remove the lock and try again.`,
    { status: 409 },
  )
}

const remove = (resource: Resource, world: World): void => {
  world.resources.delete(resource.id.toLowerCase())
  if (resource.type.toLowerCase() === 'microsoft.keyvault/vaults') softDelete(resource, world)
  if (resource.type.toLowerCase() === 'microsoft.managedidentity/userassignedidentities')
    world.principals.removeManagedIdentity(toText(resource.properties['principalId']))
}

/**
 * Deletes a resource or a group with all below it; returns what went.
 * @throws ArmError ResourceNotFound, AuthorizationFailed, ScopeLocked
 */
export const deleteResource = (id: string, world: World, caller: Caller): readonly Resource[] => {
  const resource = findResource(world, id)
  if (resource === undefined)
    throw new ArmError('ResourceNotFound', `The Resource '${id}' was not found.`, { status: 404 })
  authorise(world.roles, caller, `${resource.type}/delete`, id)
  const within = [...world.resources.values()].filter((one) => isWithin(one.id, id))
  if (resource.type.toLowerCase() !== 'microsoft.authorization/locks') refuseLocked(id, within, world)
  for (const one of within) remove(one, world)
  world.roles.removeBelow(id)
  return within
}
