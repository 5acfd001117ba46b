import { askEntra, type MsalDeps, openMsal } from './msal-client.ts'

/** Proves the app to Entra. @throws EntraRefused, EntraFault, EntraUnavailable with the code of the refusal */
export type ProveApplication = () => Promise<void>

/**
 * One request for a token of the app's own for Dataverse: the credential, the registration and the resource are those of
 * every sign-in. The token gives no right in Dataverse, since the app is no user there; it is dropped at once.
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 */
export const createProveApplication =
  (deps: MsalDeps & { readonly dataverseUrl: string }): ProveApplication =>
  async () => {
    const client = await openMsal(deps, 'client-credentials')
    const request = { scopes: [`${deps.dataverseUrl}/.default`], skipCache: true }
    await askEntra(client, 'client-credentials', () => client.msal.acquireTokenByClientCredential(request))
  }
