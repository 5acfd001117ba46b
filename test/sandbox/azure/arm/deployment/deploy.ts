import { ArmError, invalidTemplate } from '../errors.ts'
import { evaluateDeep } from '../expression/evaluate.ts'
import type { Place } from '../expression/scope.ts'
import { isObject, type ObjectValue, type Value } from '../expression/values.ts'
import { findResource } from '../resources/world.ts'
import { applyResource } from './apply.ts'
import type { Context, Output, Outputs } from './context.ts'
import { openFrame, type Frame } from './frame.ts'
import { readGraphResource, writeGraphResource } from './graph-resources.ts'
import { inOrder, instancesOf, type Instance } from './instances.ts'
import { nestedSchema, parseTemplate, type Template } from './schema.ts'
import { resolveType } from './parameters.ts'

type Results = Map<string, { readonly properties: Value; readonly full: Value }>

const NESTED = 'microsoft.resources/deployments'
export const isNested = ({ definition }: Instance): boolean => definition.type.toLowerCase() === NESTED

const notFound = (id: string): ArmError => {
  const [, group, path] = /\/resourceGroups\/([^/]+)\/providers\/(.+)$/i.exec(id) ?? []
  return new ArmError(
    'ResourceNotFound',
    `The Resource '${path ?? id}' under resource group '${group ?? ''}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
    { status: 404 },
  )
}

/** `reference()` and `resourceInfo()` as a running deployment answers them. */
const referencesOf = (instances: () => readonly Instance[], results: Results, { world }: Context) => {
  const find = (name: string): Instance | undefined =>
    instances().find((one) => one.key.toLowerCase() === name || one.identity?.id.toLowerCase() === name)
  return {
    reference: (target: string, full: boolean): Value => {
      const name = target.toLowerCase()
      const instance = find(name)
      const done = results.get(instance?.key.toLowerCase() ?? name)
      if (done !== undefined) return full ? done.full : done.properties
      if (instance?.enabled === false) throw invalidTemplate(`The resource '${target}' is not defined in the template.`)
      const id = instance?.identity?.id ?? target
      const resource = findResource(world, id)
      if (resource === undefined) throw notFound(id)
      const { location = '', tags, properties } = resource
      return full ? { id, location, tags, properties } : properties
    },
    resourceInfo: (symbol: string): Value => {
      const instance = find(symbol.toLowerCase())
      if (instance?.identity === undefined)
        throw invalidTemplate(`The resource '${symbol}' is not defined in the template.`)
      const { id, name, type } = instance.identity
      return { id, name, type, apiVersion: instance.definition.apiVersion ?? '' }
    },
  }
}

/** The place in which the template of a nested deployment is worked out: its own group, its own name. */
export const nestedPlace = ({ identity, definition }: Instance, place: Place, { world }: Context): Place => {
  const deployment = { name: identity?.name ?? '', location: definition.location ?? place.deployment.location }
  const name = identity?.resourceGroup
  if (name === undefined) return { ...place, resourceGroup: undefined, deployment }
  const group = findResource(world, `/subscriptions/${place.subscriptionId}/resourceGroups/${name}`)
  if (group === undefined)
    throw new ArmError('ResourceGroupNotFound', `Resource group '${name}' could not be found.`, { status: 404 })
  return { ...place, deployment, resourceGroup: { name: group.name, location: group.location ?? '' } }
}

/** Template and parameter values of a nested deployment; the parameters are worked out in the outer template. */
export const openNested = ({ definition, scope }: Instance): { template: Template; given: ObjectValue } => {
  const { template, parameters = {} } = nestedSchema.parse(definition.properties)
  const given = Object.entries(parameters).map(([name, parameter]) => {
    const value = evaluateDeep(parameter, scope)
    if (!isObject(value) || value['value'] === undefined)
      throw invalidTemplate(`The parameter '${name}' of a nested deployment has no value.`)
    return [name, value['value']] as const
  })
  return { template: parseTemplate(template), given: Object.fromEntries(given) }
}

const deployNested = async (instance: Instance, place: Place, context: Context): Promise<Value> => {
  const { template, given } = openNested(instance)
  const outputs = await deployTemplate(template, given, nestedPlace(instance, place, context), context)
  return { provisioningState: 'Succeeded', outputs }
}

const deployInstance = async (instance: Instance, frame: Frame, context: Context, results: Results): Promise<void> => {
  const key = instance.key.toLowerCase()
  const { definition, scope } = instance
  if (instance.identity === undefined) {
    if (context.graph === undefined)
      throw new Error(`${definition.type} needs Microsoft Graph, which this deployment has not`)
    const properties = evaluateDeep(definition.properties ?? {}, scope)
    if (!isObject(properties)) throw invalidTemplate(`The properties of '${instance.key}' are not an object.`)
    if (definition.existing === true) {
      const found = await readGraphResource(context.graph, definition.type, properties)
      results.set(key, { properties: found, full: found })
      return
    }
    const { object, change } = await writeGraphResource(
      context.graph,
      definition.type,
      properties,
      context.world.dryRun,
    )
    context.changes.push(change)
    results.set(key, { properties: object, full: object })
  } else if (definition.existing === true) {
    // Looked up when an expression asks for it: reference() refuses one that is not there.
  } else if (isNested(instance)) {
    const properties = await deployNested(instance, frame.place, context)
    results.set(key, { properties, full: { id: instance.identity.id, properties } })
  } else context.changes.push(applyResource(instance, context))
}

const failed = (error: ArmError, instance: Instance): ArmError => {
  if (!isNested(instance)) return error
  return new ArmError(
    'DeploymentFailed',
    `The resource operation of '${instance.identity?.name ?? ''}' completed with terminal provisioning state 'Failed'.`,
    { target: instance.identity?.id ?? '', details: error.code === 'DeploymentFailed' ? error.details : [error] },
  )
}

const outputsOf = ({ template, scope }: Frame): Outputs =>
  Object.fromEntries(
    Object.entries(template.outputs ?? {})
      .filter(([, output]) => output.condition === undefined || evaluateDeep(output.condition, scope) === true)
      .map(([name, output]): [string, Output] => {
        const type = resolveType(output, template).type ?? 'string'
        return [name, { type, value: evaluateDeep(output.value, scope) }]
      }),
  )

/**
 * Deploys a template in incremental mode: what it does not name stays as it is.
 * @see https://learn.microsoft.com/azure/azure-resource-manager/templates/deployment-modes
 * @throws ArmError; what was deployed before the error stays deployed
 */
export const deployTemplate = async (
  template: Template,
  given: ObjectValue,
  place: Place,
  context: Context,
): Promise<Outputs> => {
  const results: Results = new Map()
  const instances: Instance[] = []
  const frame = openFrame(
    template,
    given,
    place,
    referencesOf(() => instances, results, context),
  )
  instances.push(...instancesOf(frame))
  for (const instance of inOrder(instances)) {
    if (!instance.enabled) continue
    try {
      await deployInstance(instance, frame, context, results)
    } catch (error) {
      throw error instanceof ArmError ? failed(error, instance) : error
    }
  }
  return outputsOf(frame)
}
