import type { CurrentSwitches } from '../../grants/switches/current-switches.ts'
import { sha256 } from '../../tokens/token.ts'
import type { AuthMethod, ClientKind, ClientRow, ClientStore } from '../../storage/ports.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { isMetadataDocumentUrl } from './documents/client-id-metadata-document.ts'
import { cleanClientName } from './client-name.ts'
import type { ClientIds } from './registration/client-ids.ts'

/** A client, however it became known. */
export type Client = {
  readonly kind: ClientKind
  readonly clientId: string
  readonly name: string
  readonly redirectUris: readonly string[]
  /** Addresses of its metadata document that are not admitted here. */
  readonly leftOut?: readonly string[]
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
   * For the consent page and the sign-in: reads a metadata document where the client id is the address of one.
   * @param from the network that asks, for which the reading is done
   * @throws OAuthError for a client that an administrator ended, DocumentRefused, StorageUnavailable, KeysUnavailable
   */
  readonly forAuthorization: (clientId: string, from?: string) => Promise<Client | undefined>
  /**
   * For the token endpoint, where nothing is fetched: a document's client is public, and its grant names it. Whether a
   * client was ended is asked only once its grant is known: whoever makes up a token should cost no more reads.
   * @throws StorageUnavailable, KeysUnavailable
   */
  readonly forToken: (clientId: string) => Promise<Client | undefined>
}

type ClientDeps = {
  /** Registrations of 0.1.0. */
  readonly store: Pick<ClientStore, 'read'>
  readonly ids: ClientIds
  readonly switches: Pick<CurrentSwitches, 'fresh'>
  readonly staticClient?: StaticClient | undefined
  readonly documents?:
    | { readonly find: (clientId: string, from?: string) => Promise<Omit<Client, 'authMethods' | 'kind'>> }
    | undefined
}

export function createClients({ store, ids, switches, staticClient, documents }: ClientDeps): Clients {
  const known = async (clientId: string): Promise<Client | undefined> => {
    if (staticClient?.clientId === clientId) return fromStatic(staticClient)
    if (!ROW_ID.test(clientId)) return fromId(ids, clientId)
    const row = await store.read(clientId)
    return row && fromRow(clientId, row)
  }
  const isDocument = (clientId: string) => documents !== undefined && isMetadataDocumentUrl(clientId)
  const find = async (clientId: string, from?: string): Promise<Client | undefined> =>
    documents && isDocument(clientId)
      ? { ...(await documents.find(clientId, from)), kind: 'document', authMethods: ['none'] }
      : known(clientId)
  return {
    forAuthorization: async (clientId, from) => {
      const client = await find(clientId, from)
      if (client && (await switches.fresh()).isClientOff(clientId))
        throw new OAuthError('unauthorized_client', 'An administrator has ended the access of this app.', {
          status: 403,
          cause: 'the client was ended',
        })
      return client
    },
    forToken: async (clientId) =>
      isDocument(clientId)
        ? { kind: 'document', clientId, name: '', redirectUris: [], authMethods: ['none'] }
        : known(clientId),
  }
}

/** Ids that 0.1.0 gave: only these are worth a read of storage. */
const ROW_ID = /^dmi_[A-Za-z0-9_-]{22}$/

function fromStatic({ clientId, secretHash, redirectUris }: StaticClient): Client {
  const common = { kind: 'static', clientId, name: clientId, redirectUris } as const
  if (secretHash === undefined) return { ...common, authMethods: ['none'] }
  return { ...common, authMethods: ['client_secret_post', 'client_secret_basic'], secretHash }
}

/** The secret is derived for public clients too: an id of one kind takes the same path as one of the other. */
async function fromId(ids: ClientIds, clientId: string): Promise<Client | undefined> {
  const registration = await ids.open(clientId)
  if (!registration) return undefined
  const { name, redirectUris, authMethod } = registration
  const secretHash = sha256(await ids.secretOf(clientId))
  return { kind: 'registered', clientId, name, redirectUris, authMethods: [authMethod], secretHash }
}

/** Names were cleaned by gentler rules when the row was written. */
function fromRow(clientId: string, { name, redirectUris, authMethod, secretHash }: ClientRow): Client {
  return {
    kind: 'registered',
    clientId,
    name: cleanClientName(name),
    redirectUris,
    authMethods: [authMethod],
    ...(secretHash === undefined ? {} : { secretHash }),
  }
}
