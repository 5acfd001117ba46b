import { checkLayers } from '../bicep/check-layers.ts'
import { snapshot } from '../bicep/snapshot.ts'
import { description } from '../../../infra/entra/register/description.ts'
import { scopesOf, servicePrincipalOf } from '../../sandbox/entra/directory/queries.ts'
import type { Directory } from '../../sandbox/entra/directory/types.ts'
import { BASE_URL, IDENTITY, SUBSCRIPTION, TENANT } from './tenant.ts'

export const LAYER = new URL('../../../infra/entra/main.bicep', import.meta.url).pathname

export type Resource = { readonly type: string; readonly properties: Readonly<Record<string, unknown>> }

/**
 * The layer's resources as the template asks for them, run-time values as expressions; in the order of deployment.
 * Needs the Bicep CLI: call `findBicep()` first.
 */
export const layer = async (parameters: Readonly<Record<string, unknown>> = {}) => {
  const [found] = await checkLayers([LAYER])
  const { template, problems } = found ?? { template: undefined, problems: [] }
  if (template === undefined || problems.length > 0) throw new Error(JSON.stringify(problems))
  const always = {
    environmentName: 'contoso-prod',
    resourceGroupName: 'rg-contoso-prod',
    publicBaseUrl: BASE_URL,
    managedIdentityPrincipalId: IDENTITY,
  }
  const place = { subscriptionId: SUBSCRIPTION, tenantId: TENANT, location: 'westeurope' }
  const { predictedResources, outputs } = await snapshot(template, { ...always, ...parameters }, place)
  return { resources: predictedResources as unknown as readonly Resource[], outputs }
}

/** What only run time knows, once the layer's first resources are there. */
export type Known = { readonly directory: Directory; readonly clientId: string }

const idOf = ({ directory }: Known, appId: string): string => {
  const principal = servicePrincipalOf(directory, appId)
  if (principal === undefined) throw new Error(`no service principal of ${appId}`)
  return principal.id
}

const { graph, dataverse } = description.permissions
const API = { graph, dataverse }
type Api = keyof typeof API

const permissionsOf = ({ directory }: Known, api: Api, wanted: Api) => {
  const principal = servicePrincipalOf(directory, API[api].appId)
  return (principal === undefined ? [] : scopesOf(directory, principal))
    .filter(({ value }) => API[wanted].scopes.includes(value))
    .map(({ id }) => ({ id, type: 'Scope' }))
}

const LOOK_UP =
  /^\[map\(filter\(reference\('(graph|dataverse)'\)\.oauth2PermissionScopes, lambda\('scope', contains\(variables\('permissions'\)\.(graph|dataverse)\.scopes, lambdaVariables\('scope'\)\.value\)\)\), lambda\('scope', createObject\('id', lambdaVariables\('scope'\)\.id, 'type', 'Scope'\)\)\)\]$/

/** One expression that run time would evaluate. Throws for every other one, so that none is taken for right unseen. */
const evaluate = (expression: string, known: Known): unknown => {
  const lookUp = LOOK_UP.exec(expression)
  if (lookUp) return permissionsOf(known, lookUp[1] as Api, lookUp[2] as Api)
  const fixed: Record<string, () => unknown> = {
    "[reference('application').appId]": () => known.clientId,
    "[reference('servicePrincipal').id]": () => idOf(known, known.clientId),
    "[reference('graph').id]": () => idOf(known, graph.appId),
    "[reference('dataverse').id]": () => idOf(known, dataverse.appId),
    [`[format('{0}{1}/v2.0', environment().authentication.loginEndpoint, '${TENANT}')]`]: () =>
      `https://login.microsoftonline.com/${TENANT}/v2.0`,
  }
  if (/^\[reference\(resourceId\(.*format\('application-.*\)\.outputs\.clientId\.value\]$/.test(expression))
    return known.clientId
  const value = fixed[expression]
  if (value === undefined) throw new Error(`an expression that this test does not know: ${expression}`)
  return value()
}

/** Puts run-time values in the place of their expressions. */
export const resolve = (value: unknown, known: Known): unknown => {
  if (typeof value === 'string') return value.startsWith('[') ? evaluate(value, known) : value
  if (Array.isArray(value)) return value.map((one) => resolve(one, known))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, resolve(member, known)]))
}
