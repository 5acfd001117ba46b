import { invalidTemplate } from '../errors.ts'
import { evaluateText } from '../expression/evaluate.ts'
import type { Place, Scope } from '../expression/scope.ts'
import { toText } from '../expression/values.ts'
import type { ResourceDefinition } from './schema.ts'

/** Where a resource is in Azure. */
export type Identity = {
  readonly id: string
  readonly type: string
  readonly name: string
  readonly subscriptionId: string
  /** Undefined: a resource of the subscription. */
  readonly resourceGroup: string | undefined
}

const RESOURCE_GROUP = 'microsoft.resources/resourcegroups'

/** `ns/type/sub` and `name/subname` as the end of an id. */
const pathOf = (type: string, name: string): string => {
  const [provider = '', ...types] = type.split('/')
  const names = name.split('/')
  if (types.length !== names.length)
    throw invalidTemplate(
      `The template resource '${name}' for type '${type}' has incorrect segment lengths. A nested resource type must ` +
        'have identical number of segments as its resource name.',
    )
  return `providers/${provider}/${types.map((segment, at) => `${segment}/${names[at] ?? ''}`).join('/')}`
}

/** The group in an id, if it lies in one. */
export const groupOf = (id: string): string | undefined => /\/resourceGroups\/([^/]+)/i.exec(id)?.[1]

/**
 * The id of a resource of a template deployed in a place.
 * @throws ArmError InvalidTemplate when the name has not as many segments as the type
 */
export const identify = (definition: ResourceDefinition, scope: Scope, place: Place): Identity => {
  const text = (value: string | undefined): string | undefined =>
    value === undefined ? undefined : toText(evaluateText(value, scope))
  const { type } = definition
  const name = text(definition.name)
  if (name === undefined) throw invalidTemplate(`A resource of type '${type}' has no name.`)
  const subscriptionId = text(definition.subscriptionId) ?? place.subscriptionId
  if (type.toLowerCase() === RESOURCE_GROUP) {
    const id = `/subscriptions/${subscriptionId}/resourceGroups/${name}`
    return { id, type, name, subscriptionId, resourceGroup: name }
  }
  const extended = text(definition.scope)
  const ownGroup = text(definition.resourceGroup) ?? place.resourceGroup?.name
  const base =
    extended ?? `/subscriptions/${subscriptionId}${ownGroup === undefined ? '' : `/resourceGroups/${ownGroup}`}`
  const whole = base.startsWith('/')
    ? base
    : `/subscriptions/${subscriptionId}/resourceGroups/${ownGroup ?? ''}/providers/${base}`
  return { id: `${whole}/${pathOf(type, name)}`, type, name, subscriptionId, resourceGroup: groupOf(whole) ?? ownGroup }
}
