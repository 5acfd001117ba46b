import type { ClientStore, ClientUse } from '../../storage/ports.ts'
import type { Clients } from './client.ts'
import { cleanClientName } from './client-name.ts'
import { DocumentRefused } from './documents/document-refused.ts'

type RecordDeps = {
  readonly clients: Pick<Clients, 'forAuthorization'>
  readonly store: Pick<ClientStore, 'used'>
  readonly now: () => number
}

/** Called once a person has signed in with a client, before that sign-in's grant is made; `from` is their network. */
export type RecordClient = (clientId: string, redirectUri: string, from?: string) => Promise<void>

/**
 * Writes down which client was used, whatever its kind, so that administrators see whom their people let in. Nothing
 * depends on the row but a registration of 0.1.0, which rests in it.
 * @throws OAuthError for a client that was ended meanwhile, StorageUnavailable, KeysUnavailable
 */
export function createRecordClient({ clients, store, now }: RecordDeps): RecordClient {
  return async (clientId, redirectUri, from) => {
    const use = await describe(clients, clientId, redirectUri, from)
    if (use) await store.used(clientId, use, now())
  }
}

async function describe(
  clients: RecordDeps['clients'],
  clientId: string,
  redirectUri: string,
  from?: string,
): Promise<ClientUse | undefined> {
  try {
    const client = await clients.forAuthorization(clientId, from)
    if (!client) return undefined
    const { kind, name, redirectUris, authMethods } = client
    return { kind, name, redirectUris, authMethods }
  } catch (error) {
    if (!(error instanceof DocumentRefused)) throw error
    // Whoever serves a document could withhold it just now, so as to stand on no list.
    return { kind: 'document', name: cleanClientName(undefined), redirectUris: [redirectUri], authMethods: ['none'] }
  }
}
