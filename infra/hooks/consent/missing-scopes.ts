/** A grant as the directory shows it; a member may be absent. */
export type Grant = {
  readonly resourceId?: string | undefined
  readonly consentType?: string | undefined
  readonly scope?: string | undefined
}
export type Needed = { readonly resourceId: string; readonly scopes: readonly string[] }

/** The scopes of a grant, which are parted by spaces. */
export const words = (scope: string | undefined): string[] => (scope ?? '').split(' ').filter(Boolean)

/**
 * What of an API's scopes is not granted for everyone. A scope is one of its resource: `User.Read` of another API, or of
 * somebody's own, gives nothing of Microsoft Graph.
 * @see https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant
 */
export const missingScopes = (grants: readonly Grant[], { resourceId, scopes }: Needed): string[] => {
  const held = grants
    .filter((grant) => grant.consentType === 'AllPrincipals' && grant.resourceId === resourceId)
    .flatMap(({ scope }) => words(scope))
  return scopes.filter((scope) => !held.includes(scope))
}
