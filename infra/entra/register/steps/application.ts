import { matches, merge } from '../compare.ts'
import { description, OUR_TAG } from '../description.ts'
import { isGraphError } from '../graph/errors.ts'
import type { Graph } from '../graph/client.ts'
import { exposedParts, firstBody, remainingParts, type Application, type Part, type Wanted } from '../parts.ts'
import { plain, quoted } from '../../../doctor/wire/plain-text.ts'
import { Stop } from '../../../hooks/run/context.ts'
import type { Report } from '../report.ts'

const SELECT =
  '$select=id,appId,uniqueName,displayName,signInAudience,tags,web,spa,publicClient,isFallbackPublicClient,api,appRoles,' +
  'optionalClaims,requiredResourceAccess,servicePrincipalLockConfiguration,keyCredentials,passwordCredentials'

const byName = (uniqueName: string): string => `/applications(uniqueName='${uniqueName}')`

/**
 * Finds a registration by its unique name, which no two applications of a tenant share. Never by display name: anybody
 * may give an application the display name of ours, and would be handed its settings.
 */
export const findApplication = (graph: Graph, uniqueName: string): Promise<Application | undefined> =>
  graph.get<Application>(`${byName(uniqueName)}?${SELECT}`)

type Serves = { readonly baseUrl: string; readonly subjects: readonly string[]; readonly principalId: string }

/**
 * Refuses an application that somebody else made under our name, or that serves another deployment: its people would
 * be sent to the wrong place. An address may have changed where our managed identity is still trusted, and the identity
 * where our address is still there. Addresses that are all elsewhere, and no trust in ours, are another deployment's.
 */
export const refuseForeign = (found: Application, { baseUrl, subjects, principalId }: Serves): void => {
  const how = 'If it is meant, add --adopt; else choose another environment name, or add --subscription.'
  const name = `The registration ${plain(found.uniqueName)} (client id ${plain(found.appId)})`
  if (found.tags?.includes(OUR_TAG) !== true)
    throw new Stop(`${name} exists already and was not made by this project: it lacks the tag ${OUR_TAG}. ${how}`)
  const addresses = found.web?.redirectUris ?? []
  const elsewhere = addresses.length > 0 && !addresses.some((address) => address.startsWith(`${baseUrl}/`))
  if (elsewhere && !subjects.includes(principalId))
    throw new Stop(
      `${name} serves another deployment, at ${addresses.map((one) => quoted(one)).join(' and ')}; going on would end its sign-ins. ${how}`,
    )
}

/** Makes the application under its unique name. */
export const makeApplication = async (graph: Graph, wanted: Wanted): Promise<Application> => {
  const { uniqueName } = wanted
  await graph.send('PATCH', byName(uniqueName), firstBody(wanted), { prefer: 'create-if-missing' })
  const made = await graph.get<Application>(`${byName(uniqueName)}?${SELECT}`, true)
  if (made !== undefined) return made
  throw new Stop(`Entra made ${uniqueName} and does not show it yet. Run the same command again in a few minutes.`)
}

const DISABLE_FIRST = /disabled first/i

/** Disables our own scopes and roles that are about to change; everything else stays as it is. */
const disableOwn = async (graph: Graph, found: Application): Promise<void> => {
  const own = new Set([description.scope.value, ...description.appRoles.map(({ value }) => value)])
  const disabled = <T extends { value: string; isEnabled: boolean }>(list: readonly T[] = []): T[] =>
    list.map((one) => (own.has(one.value) ? { ...one, isEnabled: false } : one))
  await graph.send('PATCH', `/applications/${found.id}`, {
    api: { oauth2PermissionScopes: disabled(found.api?.oauth2PermissionScopes) },
    appRoles: disabled(found.appRoles),
  })
}

type Target = { readonly found: Application; readonly fresh: boolean; readonly dryRun: boolean }

const write = async (graph: Graph, parts: readonly Part[], { found, fresh, dryRun }: Target): Promise<void> => {
  if (parts.length === 0 || dryRun) return
  const path = `/applications/${found.id}`
  const body = merge(parts.map((part) => part.body))
  try {
    await graph.send('PATCH', path, body, { settling: fresh })
  } catch (error) {
    if (!isGraphError(error, DISABLE_FIRST)) throw error
    await disableOwn(graph, found)
    await graph.send('PATCH', path, body)
  }
}

/**
 * Brings each part into its state: scopes and roles first, since Graph preauthorises no client for a scope that the
 * same request makes.
 */
export const repairApplication = async (
  graph: Graph,
  wanted: Wanted,
  target: Target,
  report: Report,
): Promise<void> => {
  const differs = ({ body }: Part): boolean => !matches(target.found, body)
  const exposed = exposedParts(target.found, wanted)
  const remaining = remainingParts(target.found, wanted)
  const first = exposed.filter(differs)
  const second = remaining.filter(differs)
  await write(graph, first, target)
  // Right after its scope was made, a replica may not know it yet.
  await write(graph, second, { ...target, fresh: target.fresh || first.length > 0 })
  for (const part of [...exposed, ...remaining]) {
    const removed = part.removes.length > 0 ? `removed ${part.removes.map((one) => plain(one)).join(', ')}` : ''
    if (first.includes(part) || second.includes(part)) report[target.fresh ? 'made' : 'changed'](part.name, removed)
    else report.fine(part.name)
  }
}
