import { plain, quoted } from '../../../doctor/wire/plain-text.ts'
import { missingScopes, words } from '../../../hooks/consent/missing-scopes.ts'
import { description } from '../description.ts'
import type { Graph } from '../graph/client.ts'
import type { Report } from '../report.ts'
import type { Resource } from './resources.ts'

type Grant = {
  readonly id: string
  readonly resourceId: string
  readonly consentType: 'AllPrincipals' | 'Principal'
  readonly scope: string
}
type RoleGrant = { readonly appRoleId: string; readonly resourceDisplayName?: string | null }
type Wish = { readonly principalId: string | undefined; readonly grantConsent: boolean; readonly dryRun: boolean }
type Needed = { readonly name: string; readonly resourceId: string; readonly scopes: readonly string[] }

const { itself } = description.permissions
const textOf = ({ name, scopes }: Pick<Needed, 'name' | 'scopes'>): string => `${name}: ${scopes.join(' ')}`

const consent = async (graph: Graph, needed: Needed, { found, wish }: { found: Grant | undefined; wish: Wish }) => {
  if (wish.dryRun) return
  const scope = needed.scopes.join(' ')
  if (found !== undefined) return graph.send('PATCH', `/oauth2PermissionGrants/${found.id}`, { scope })
  const { resourceId } = needed
  const body = { clientId: wish.principalId, consentType: 'AllPrincipals', resourceId, scope }
  return graph.send('POST', '/oauth2PermissionGrants', body, { settling: true })
}

const reportExtras = (grants: readonly Grant[], needed: readonly Needed[], report: Report): void => {
  for (const { resourceId, scope } of grants) {
    const known = needed.find((one) => one.resourceId === resourceId)
    const extra = words(scope).filter((word) => known?.scopes.includes(word) !== true)
    if (extra.length > 0)
      report.attention(
        `For everyone in the tenant the app also holds ${plain(extra.join(' '))} of ${known?.name ?? `resource ${plain(resourceId)}`}, which it ` +
          'never asks for. Take it away in the Entra admin centre: Enterprise applications, Permissions.',
      )
  }
}

/**
 * Consents for the whole tenant where that was asked for, and tells what the app holds beyond its needs.
 * Returns what still lacks consent, in words.
 * @see https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant
 */
export const repairConsent = async (
  graph: Graph,
  resources: readonly Resource[],
  wish: Wish,
  report: Report,
): Promise<string[]> => {
  const { principalId } = wish
  const named = resources.map(({ name, principal, scopes }) => ({ name, resourceId: principal.id, scopes }))
  const needed = [...named, { ...itself, resourceId: principalId ?? '' }]
  const all =
    principalId === undefined ? [] : await graph.list<Grant>(`/servicePrincipals/${principalId}/oauth2PermissionGrants`)
  const grants = all.filter(({ consentType }) => consentType === 'AllPrincipals')
  const isNeeded = ({ resourceId }: Grant): boolean => needed.some((one) => one.resourceId === resourceId)
  reportExtras(wish.grantConsent ? grants.filter((grant) => !isNeeded(grant)) : grants, needed, report)
  const unconsented: string[] = []
  for (const one of needed) {
    const found = grants.find(({ resourceId }) => resourceId === one.resourceId)
    const held = words(found?.scope)
    const part = `consent for ${textOf(one)}`
    const covered = missingScopes(grants, one).length === 0
    if (covered && held.length === one.scopes.length) report.fine(part)
    else if (wish.grantConsent) {
      await consent(graph, one, { found, wish })
      report[found === undefined ? 'made' : 'changed'](part)
    } else if (!covered) unconsented.push(textOf(one))
  }
  return unconsented
}

/** Application permissions: they let the app act without any person, and this app never does. */
export const reportApplicationPermissions = async (
  graph: Graph,
  principalId: string,
  report: Report,
): Promise<void> => {
  const roles = await graph.list<RoleGrant>(`/servicePrincipals/${principalId}/appRoleAssignments`)
  for (const { appRoleId, resourceDisplayName } of roles)
    report.attention(
      `The app holds an application permission (${plain(appRoleId)} of ${resourceDisplayName ? quoted(resourceDisplayName) : 'another application'}), by which it ` +
        'could act without any person. Take it away in the Entra admin centre: Enterprise applications, Permissions.',
    )
}
