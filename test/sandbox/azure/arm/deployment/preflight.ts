import { ArmError } from '../errors.ts'
import type { Place } from '../expression/scope.ts'
import type { ObjectValue } from '../expression/values.ts'
import { findResource } from '../resources/world.ts'
import type { Context } from './context.ts'
import { isNested, openNested } from './deploy.ts'
import { BEFORE_DEPLOYMENT, NeedsRunTime, openFrame } from './frame.ts'
import { inOrder, instancesOf, type Instance } from './instances.ts'
import type { Template } from './schema.ts'

/** As the validation says it, with all resources that the caller may not write. */
const unauthorised = (instance: Instance, { caller, world }: Context): ArmError[] => {
  const { identity, definition } = instance
  if (identity === undefined || definition.existing === true || !instance.enabled) return []
  const action = `${definition.type}/write`
  if (world.roles.allows(caller.objectId, action, identity.id)) return []
  return [
    new ArmError(
      'AuthorizationFailed',
      `Authorization failed for template resource '${identity.name}' of type '${definition.type}'. The client '${caller.name}' ` +
        `with object id '${caller.objectId}' does not have permission to perform action '${action}' at scope '${identity.id}'.`,
      { status: 403 },
    ),
  ]
}

const placeOf = ({ identity, definition }: Instance, place: Place, context: Context): Place => {
  const name = identity?.resourceGroup
  const deployment = { name: identity?.name ?? '', location: definition.location }
  if (name === undefined) return { ...place, deployment, resourceGroup: undefined }
  const group = findResource(context.world, `/subscriptions/${place.subscriptionId}/resourceGroups/${name}`)
  return { ...place, deployment, resourceGroup: { name, location: group?.location ?? place.deployment.location ?? '' } }
}

/** A nested deployment whose parameters only run time knows is looked at when its turn comes. */
const unlessAtRunTime = <Result>(look: () => Result): Result | undefined => {
  try {
    return look()
  } catch (error) {
    if (error instanceof NeedsRunTime) return undefined
    throw error
  }
}

const look = (template: Template, given: ObjectValue, place: Place, context: Context): ArmError[] => {
  const frame = openFrame(template, given, place, BEFORE_DEPLOYMENT)
  const instances = inOrder(instancesOf(frame))
  return instances.flatMap((instance) => {
    if (!isNested(instance) || !instance.enabled) return unauthorised(instance, context)
    const nested = unlessAtRunTime(() => openNested(instance))
    if (nested === undefined) return []
    return unlessAtRunTime(() => look(nested.template, nested.given, placeOf(instance, place, context), context)) ?? []
  })
}

/**
 * What the service checks before it deploys anything: parameters, expressions, circles, the caller's rights.
 * @see https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-invalid-template and …/common-deployment-errors
 * @throws ArmError InvalidTemplate, or InvalidTemplateDeployment with one detail for each resource
 */
export const preflight = (template: Template, given: ObjectValue, place: Place, context: Context): void => {
  const errors = look(template, given, place, context)
  if (errors.length === 0) return
  throw new ArmError(
    'InvalidTemplateDeployment',
    "The template deployment failed with error: 'Authorization failed'. See the details.",
    { status: 403, details: errors },
  )
}
