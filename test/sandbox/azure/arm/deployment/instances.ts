import { invalidTemplate } from '../errors.ts'
import { evaluateDeep, evaluateText } from '../expression/evaluate.ts'
import { expressionIn, parse, type Node } from '../expression/parse.ts'
import type { Scope } from '../expression/scope.ts'
import { toText } from '../expression/values.ts'
import type { Frame } from './frame.ts'
import { identify, type Identity } from './identity.ts'
import type { ResourceDefinition } from './schema.ts'

/** A resource of a template, once for each turn of its loop. */
export type Instance = {
  /** Symbolic name with its index, or the id where the template has no symbolic names. */
  readonly key: string
  readonly symbol: string
  readonly definition: ResourceDefinition
  readonly scope: Scope
  /** Undefined for resources of an extension. */
  readonly identity: Identity | undefined
  readonly enabled: boolean
}

const loopsOf = (definition: ResourceDefinition, scope: Scope): Scope[] => {
  if (definition.copy === undefined) return [scope]
  const { name, count } = definition.copy
  const turns = typeof count === 'number' ? count : evaluateText(count, scope)
  if (typeof turns !== 'number') throw invalidTemplate(`The count of the copy loop '${name}' is not an integer.`)
  return Array.from({ length: turns }, (_, index) => ({
    ...scope,
    copyIndexes: new Map([...scope.copyIndexes, ['', index], [name.toLowerCase(), index]]),
  }))
}

const isEnabled = (definition: ResourceDefinition, scope: Scope): boolean => {
  const value = definition.condition === undefined ? true : evaluateDeep(definition.condition, scope)
  if (typeof value !== 'boolean')
    throw invalidTemplate(`A condition is not a Boolean: '${String(definition.condition)}'.`)
  return value
}

/** All instances that the template asks for, in the order in which it names them. */
export const instancesOf = ({ template, scope, place }: Frame): Instance[] => {
  const symbolic = !Array.isArray(template.resources)
  return Object.entries(template.resources).flatMap(([symbol, definition]) => {
    const loops = loopsOf(definition, scope)
    return loops.map((own, index) => {
      const extension = definition.extension ?? definition.import
      const identity = extension === undefined ? identify(definition, own, place) : undefined
      const key = symbolic ? (definition.copy === undefined ? symbol : `${symbol}[${index}]`) : (identity?.id ?? symbol)
      return {
        key,
        symbol: symbolic ? symbol : key,
        definition,
        scope: own,
        identity,
        enabled: isEnabled(definition, own),
      }
    })
  })
}

/** Every `reference('…')` in a part of a template whose target is written there literally. */
const referencesIn = (part: unknown): string[] => {
  const inNode = (node: Node): string[] => {
    if (node.kind === 'literal') return []
    if (node.kind === 'member') return [...inNode(node.of), ...inNode(node.key)]
    const [first] = node.args
    const own = ['reference', 'resourceinfo'].includes(node.name.toLowerCase()) && first?.kind === 'literal'
    return [...(own ? [String(first.value)] : []), ...node.args.flatMap(inNode)]
  }
  if (typeof part === 'string') {
    const expression = expressionIn(part)
    return expression === undefined ? [] : inNode(parse(expression))
  }
  return typeof part === 'object' && part !== null ? Object.values(part).flatMap(referencesIn) : []
}

const namesOf = (instance: Instance): string[] =>
  [instance.key, instance.symbol, instance.definition.copy?.name, instance.identity?.id, instance.identity?.name]
    .filter((name) => name !== undefined)
    .map((name) => name.toLowerCase())

const dependenciesOf = (instance: Instance): string[] => {
  const { dependsOn = [], properties } = instance.definition
  // The template of a nested deployment has symbols of its own.
  const { template: _, ...rest } = (properties ?? {}) as Record<string, unknown>
  const own = typeof properties === 'string' ? properties : rest
  const named = dependsOn.map((name) => toText(evaluateText(name, instance.scope)))
  return [...named, ...referencesIn(own)].map((name) => name.toLowerCase())
}

/**
 * The instances so that each comes after those it depends on: by dependsOn and by reference().
 * @see https://learn.microsoft.com/azure/azure-resource-manager/templates/resource-dependency
 * @throws ArmError InvalidTemplate for a circle
 */
export const inOrder = (instances: readonly Instance[]): Instance[] => {
  const needs = new Map<Instance, Instance[]>(
    instances.map((instance) => {
      const wanted = new Set(dependenciesOf(instance))
      return [
        instance,
        instances.filter((other) => other !== instance && namesOf(other).some((name) => wanted.has(name))),
      ]
    }),
  )
  const ordered: Instance[] = []
  const open = new Set<Instance>()
  const visit = (instance: Instance): void => {
    if (ordered.includes(instance)) return
    if (open.has(instance))
      throw invalidTemplate(`Circular dependency detected on resource: '${instance.identity?.id ?? instance.key}'.`)
    open.add(instance)
    needs.get(instance)?.forEach(visit)
    open.delete(instance)
    ordered.push(instance)
  }
  instances.forEach(visit)
  return ordered
}
