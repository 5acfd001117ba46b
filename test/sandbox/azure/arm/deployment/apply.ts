import { authorise } from '../access/authorise.ts'
import { ArmError } from '../errors.ts'
import { evaluateDeep } from '../expression/evaluate.ts'
import { isObject, toText, type ObjectValue, type Value } from '../expression/values.ts'
import { differences, writeResource, type Change } from '../resources/write.ts'
import { findResource } from '../resources/world.ts'
import type { Context } from './context.ts'
import type { Identity } from './identity.ts'
import type { Instance } from './instances.ts'

const asObject = (value: Value | undefined): ObjectValue => (value !== undefined && isObject(value) ? value : {})
const asObjectOrNone = (value: Value | undefined): ObjectValue | undefined =>
  value !== undefined && isObject(value) ? value : undefined

/** Members that are null are not sent. */
const withoutNulls = (value: Value): Value => {
  if (Array.isArray(value)) return (value as readonly Value[]).map(withoutNulls)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .map(([name, member]) => [name, withoutNulls(member)]),
  )
}

const scopeOfAssignment = ({ id }: Identity): string =>
  id.replace(/\/providers\/Microsoft\.Authorization\/roleAssignments\/[^/]+$/i, '')

const applyRoleAssignment = ({ identity, definition, scope }: Instance, context: Context): Change => {
  const { world, caller } = context
  if (identity === undefined) throw new Error('a role assignment without an id')
  const properties = asObject(evaluateDeep(definition.properties, scope))
  const target = scopeOfAssignment(identity)
  if (target.includes('/providers/') && findResource(world, target) === undefined)
    throw new ArmError('ResourceNotFound', `The Resource '${target}' was not found.`, { status: 404 })
  const type = properties['principalType']
  const [description, condition] = [properties['description'], properties['condition']]
  const request = {
    scope: target,
    name: identity.name,
    principalId: toText(properties['principalId'] ?? ''),
    principalType: type === undefined || type === null ? undefined : toText(type),
    roleDefinitionId: toText(properties['roleDefinitionId'] ?? ''),
    ...(description === undefined || description === null ? {} : { description: toText(description) }),
    ...(condition === undefined || condition === null ? {} : { condition: toText(condition) }),
  }
  authorise(world.roles, caller, 'Microsoft.Authorization/roleAssignments/write', identity.id, {
    RoleDefinitionId: request.roleDefinitionId.split('/').at(-1) ?? '',
    PrincipalId: request.principalId,
  })
  const { before, after } = world.dryRun
    ? world.roles.check(request)
    : { before: world.roles.get(identity.id), after: world.roles.put(request) }
  const delta =
    before === undefined
      ? []
      : differences({ description: before.description ?? '' }, { description: after.description ?? '' })
  const kind = before === undefined ? 'Create' : delta.length === 0 ? 'NoChange' : 'Modify'
  return { kind, id: identity.id, type: definition.type, name: identity.name, delta }
}

/** Deploys one resource of Azure. */
export const applyResource = (instance: Instance, context: Context): Change => {
  const { identity, definition, scope } = instance
  if (identity === undefined) throw new Error(`${definition.type} is not a resource of Azure`)
  if (definition.type.toLowerCase() === 'microsoft.authorization/roleassignments')
    return applyRoleAssignment(instance, context)
  const read = (part: unknown): Value | undefined =>
    part === undefined ? undefined : withoutNulls(evaluateDeep(part, scope))
  const tags = Object.fromEntries(
    Object.entries(asObject(read(definition.tags))).map(([name, value]) => [name, toText(value)]),
  )
  const location = read(definition.location)
  const kind = read(definition.kind)
  const wanted = {
    ...identity,
    tags,
    location: location === undefined ? undefined : toText(location).toLowerCase().replaceAll(' ', ''),
    kind: kind === undefined ? undefined : toText(kind),
    sku: asObjectOrNone(read(definition.sku)),
    identity: asObjectOrNone(read(definition.identity)),
    declared: asObject(read(definition.properties)),
  }
  return writeResource(wanted, context.world, context.caller)
}
