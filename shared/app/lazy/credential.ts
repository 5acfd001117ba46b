import type { TokenCredential } from '@azure/identity'
import type { Config } from '../../config/config.ts'
import { loadOnce } from './load-once.ts'

/** The app's own identity towards Azure. */
export type Credential = TokenCredential

/** The app's managed identity; on a developer's machine whoever is signed in there. Loaded at its first use. */
export function createCredential({ development, entra }: Config): Credential {
  const load = loadOnce('the identity', async (): Promise<Credential> => {
    const { DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity')
    const clientId = entra.managedIdentityClientId
    if (clientId) return new ManagedIdentityCredential({ clientId })
    if (development) return new DefaultAzureCredential()
    throw new TypeError('no managed identity is configured')
  })
  return { getToken: async (scopes, options) => (await load()).getToken(scopes, options) }
}
