import { invalidExpression } from '../../errors.ts'
import { toText, type Value } from '../values.ts'
import { count, text } from './arguments.ts'
import type { Function } from '../evaluate.ts'

const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** `Type/subtype` and its names, one for each segment after the first, as the end of an id. */
const providerPath = (name: string, type: string, names: readonly string[]): string => {
  const [provider, ...segments] = type.split('/')
  if (segments.length === 0 || segments.length !== names.length)
    throw invalidExpression(
      `The template function '${name}': the type '${type}' requires '${segments.length}' resource name argument(s).`,
    )
  return `providers/${provider ?? ''}/${segments.map((segment, at) => `${segment}/${names[at] ?? ''}`).join('/')}`
}

const strings = (args: readonly Value[]): string[] => args.map(toText)
const typeAt = (parts: readonly string[]): number => parts.findIndex((part) => part.includes('/'))

const resourceId: Function = (args, { place }) => {
  const parts = strings(args)
  const at = typeAt(parts)
  const [type = '', ...names] = parts.slice(at)
  const before = parts.slice(0, Math.max(at, 0))
  const subscriptionId = before.find((part) => GUID.test(part)) ?? place.subscriptionId
  const group = before.find((part) => !GUID.test(part)) ?? place.resourceGroup?.name
  const path = providerPath('resourceId', type, names)
  return group === undefined
    ? `/subscriptions/${subscriptionId}/${path}`
    : `/subscriptions/${subscriptionId}/resourceGroups/${group}/${path}`
}

const subscriptionResourceId: Function = (args, { place }) => {
  const parts = strings(args)
  const [type = '', ...names] = parts.slice(typeAt(parts))
  const subscriptionId = GUID.test(parts[0] ?? '') ? parts[0] : place.subscriptionId
  return `/subscriptions/${subscriptionId ?? ''}/${providerPath('subscriptionResourceId', type, names)}`
}

/** Of .NET's format strings those of fixed width; what is no letter of theirs stands for itself. */
const utcNow: Function = (args, { place }) => {
  const [, yyyy = '', MM = '', dd = '', HH = '', mm = '', ss = ''] =
    /^(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)/.exec(place.now) ?? []
  const parts: Readonly<Record<string, string>> = { yyyy, MM, dd, HH, mm, ss }
  const style = args.length === 0 ? 'yyyyMMddTHHmmssZ' : text('utcNow', args, 0)
  return style.replace(/yyyy|MM|dd|HH|mm|ss/g, (part) => parts[part] ?? '')
}

/** @see https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource and …-deployment */
export const RESOURCES: Readonly<Record<string, Function>> = {
  resourceId,
  subscriptionResourceId,
  tenantResourceId: (args) => {
    const [type = '', ...names] = strings(args)
    return `/${providerPath('tenantResourceId', type, names)}`
  },
  extensionResourceId: (args) => {
    const [base = '', type = '', ...names] = strings(args)
    return `${base}/${providerPath('extensionResourceId', type, names)}`
  },
  reference: (args, scope) => {
    count('reference', args, 1, 3)
    return scope.reference(text('reference', args, 0), toText(args[2] ?? null).toLowerCase() === 'full')
  },
  resourceInfo: (args, scope) => scope.resourceInfo(text('resourceInfo', args, 0)),
  parameters: (args, scope) => scope.parameter(text('parameters', args, 0)),
  variables: (args, scope) => scope.variable(text('variables', args, 0)),
  copyIndex: (args, scope) => {
    const name = typeof args[0] === 'string' ? args[0] : ''
    const offset = args.find((value) => typeof value === 'number') ?? 0
    const index = scope.copyIndexes.get(name.toLowerCase())
    if (index === undefined) throw invalidExpression("The function 'copyIndex' is used outside of a copy loop.")
    return index + offset
  },
  deployment: (_, { place }) => ({
    name: place.deployment.name,
    ...(place.deployment.location === undefined ? {} : { location: place.deployment.location }),
    properties: { templateHash: '', mode: 'Incremental' },
  }),
  deployer: (_, { place }) => ({ ...place.deployer, tenantId: place.tenantId }),
  environment: (_, { place }) => place.environment,
  tenant: (_, { place }) => ({ tenantId: place.tenantId, countryCode: 'DE', displayName: 'Contoso' }),
  subscription: (_, { place }) => ({
    id: `/subscriptions/${place.subscriptionId}`,
    subscriptionId: place.subscriptionId,
    tenantId: place.tenantId,
    displayName: place.subscriptionName,
  }),
  resourceGroup: (_, { place }) => {
    if (place.resourceGroup === undefined)
      throw invalidExpression("The template function 'RESOURCEGROUP' is not expected at this location.")
    const { name, location } = place.resourceGroup
    return { id: `/subscriptions/${place.subscriptionId}/resourceGroups/${name}`, name, location }
  },
  utcNow,
}
