import type { AuthMethod, ClientRow, ClientStore } from '../../storage/ports.ts'
import { isMetadataDocumentUrl } from './client-id-metadata-document.ts'

/** A client, however it became known. */
export type Client = {
  readonly clientId: string
  readonly name: string
  readonly redirectUris: readonly string[]
  /** How it may prove itself at the token endpoint; a registered client only by what it registered. */
  readonly authMethods: readonly AuthMethod[]
  readonly secretHash?: string
}

export type StaticClient = {
  readonly clientId: string
  readonly secretHash?: string | undefined
  readonly redirectUris: readonly string[]
}

export type Clients = {
  /**
   * For the consent page: reads a metadata document where the client id is the address of one.
   * @throws DocumentRefused, StorageUnavailable
   */
  readonly forAuthorization: (clientId: string) => Promise<Client | undefined>
  /** For the token endpoint, where nothing is fetched: a document's client is public, and its grant names it. */
  readonly forToken: (clientId: string) => Promise<Client | undefined>
}

type ClientDeps = {
  readonly store: ClientStore
  readonly staticClient?: StaticClient | undefined
  readonly documents?: { readonly find: (clientId: string) => Promise<Omit<Client, 'authMethods'>> } | undefined
  readonly now: () => number
}

export function createClients({ store, staticClient, documents, now }: ClientDeps): Clients {
  const known = async (clientId: string): Promise<Client | undefined> => {
    if (staticClient?.clientId === clientId) return fromStatic(staticClient)
    const row = REGISTERED_ID.test(clientId) ? await store.read(clientId) : undefined
    return row && row.expiresAt > now() ? fromRow(clientId, row) : undefined
  }
  const isDocument = (clientId: string) => documents !== undefined && isMetadataDocumentUrl(clientId)
  return {
    forAuthorization: async (clientId) =>
      documents && isDocument(clientId)
        ? { ...(await documents.find(clientId)), authMethods: ['none'] }
        : known(clientId),
    forToken: async (clientId) =>
      isDocument(clientId) ? { clientId, name: '', redirectUris: [], authMethods: ['none'] } : known(clientId),
  }
}

/** Client ids of ours; anything else is not worth a storage read. */
const REGISTERED_ID = /^dmi_[A-Za-z0-9_-]{22}$/
export const newClientId = (random: (size: number) => Buffer): string => `dmi_${random(16).toString('base64url')}`

function fromStatic({ clientId, secretHash, redirectUris }: StaticClient): Client {
  if (secretHash === undefined) return { clientId, name: clientId, redirectUris, authMethods: ['none'] }
  return {
    clientId,
    name: clientId,
    redirectUris,
    authMethods: ['client_secret_post', 'client_secret_basic'],
    secretHash,
  }
}

function fromRow(clientId: string, { name, redirectUris, authMethod, secretHash }: ClientRow): Client {
  return {
    clientId,
    name,
    redirectUris,
    authMethods: [authMethod],
    ...(secretHash === undefined ? {} : { secretHash }),
  }
}
