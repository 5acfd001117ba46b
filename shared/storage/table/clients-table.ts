import type { TableClient } from '@azure/data-tables'
import * as z from 'zod'
import type { ClientStore, ClientUse, KnownClient } from '../ports.ts'
import { clientKey } from './client-key.ts'
import { attempt, listRows, readEntity, time, write } from './table.ts'

const ROW = 'registration'
const WORTH_A_WRITE_MS = 86_400_000
/** The last day that Azure can store: no sweep deletes the row. */
const NEVER = new Date('9999-12-31T00:00:00Z')

const addresses = z.string().transform((text) => z.array(z.string()).parse(JSON.parse(text)))
const Registration = z.object({
  name: z.string(),
  redirectUris: addresses,
  authMethod: z.enum(['none', 'client_secret_post', 'client_secret_basic']),
  secretHash: z.string().optional(),
})
const Use = z.object({ firstUsedAt: time.optional(), lastUsedAt: time.optional(), expiresAt: time.optional() })
type Use = z.output<typeof Use>
const Known = z.object({
  partitionKey: z.string(),
  clientId: z.string().optional(),
  name: z.string(),
  kind: z.string().optional(),
  redirectUris: addresses,
  firstUsedAt: time.optional(),
  lastUsedAt: time.optional(),
})
const COLUMNS = ['PartitionKey', 'clientId', 'name', 'kind', 'redirectUris', 'firstUsedAt', 'lastUsedAt']

/** Table `clients`: partition = `clientKey`. */
export function createClientsTable(table: TableClient): ClientStore {
  return {
    read: async (clientId) => {
      const found = await readEntity(table, Registration, clientKey(clientId), ROW)
      if (!found) return undefined
      const { secretHash, ...row } = found
      return secretHash === undefined ? row : { ...row, secretHash }
    },
    used: async (clientId, use, at) => {
      const found = await readEntity(table, Use, clientKey(clientId), ROW)
      if (found?.lastUsedAt !== undefined && at - found.lastUsedAt < WORTH_A_WRITE_MS) return
      const entity = toEntity(clientId, use, at, found)
      if (found) await attempt(() => table.updateEntity(entity, 'Merge'), [404])
      else await write(table, () => table.createEntity(entity), [409])
    },
    describe: async (clientId) => {
      const found = await readEntity(table, Known, clientKey(clientId), ROW)
      return found && toKnown(found)
    },
    list: async (most) => (await listRows(table, { select: COLUMNS }, Known, most)).map(toKnown),
  }
}

/** Of 0.1.0 the id stands in the row's key alone. */
function toKnown({ partitionKey, clientId = partitionKey, name, redirectUris, ...rest }: z.output<typeof Known>) {
  const { kind, firstUsedAt, lastUsedAt } = rest
  const known: KnownClient = {
    clientId,
    name,
    redirectUris,
    ...(kind !== undefined && { kind }),
    ...(firstUsedAt !== undefined && { firstUsedAt }),
    ...(lastUsedAt !== undefined && { lastUsedAt }),
  }
  return known
}

function toEntity(clientId: string, { kind, name, redirectUris, authMethods }: ClientUse, at: number, found?: Use) {
  return {
    partitionKey: clientKey(clientId),
    rowKey: ROW,
    clientId,
    kind,
    name,
    redirectUris: JSON.stringify(redirectUris),
    authMethod: authMethods.join(' '),
    firstUsedAt: new Date(found?.firstUsedAt ?? at),
    lastUsedAt: new Date(at),
    // A registration of 0.1.0 that is in use would otherwise end with its row.
    ...(found?.expiresAt === undefined ? {} : { expiresAt: NEVER }),
  }
}
