import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { bearerOf, BearerRefused, type Claims, type VerifyBearer } from '../access/bearer.ts'
import { type Access, mayAct, mayManage } from '../access/role-assignments.ts'
import { createProxy } from '../front/proxy.ts'
import type { Service } from '../front/routes.ts'
import type { Entrance } from '../network/entrance.ts'
import {
  invalidAuthentication,
  keptOut,
  keysNotPermitted,
  noAuthentication,
  permissionMismatch,
  sendTableError,
  TableError,
} from './errors.ts'
import { asEmulatorTransaction, type Needed, rightsNeeded } from './operations.ts'
import { azuriteAuthority, createServers, type StorageAccount } from './servers.ts'

export type { StorageAccount } from './servers.ts'

export type TablesOptions = {
  readonly accounts: () => readonly StorageAccount[]
  readonly tenantId: string
  readonly authority?: string
  readonly verify: VerifyBearer
  readonly access: Access
  /** What the account's network makes of a request; everybody comes in unless given. */
  readonly entrance?: (request: IncomingMessage, account: StorageAccount) => Entrance
}

export type Tables = Service & {
  /** Starts what the accounts need and makes their tables; without it the first request does, and waits for it. */
  readonly sync: () => Promise<void>
  /** Drops an account with its data. */
  readonly remove: (account: string) => Promise<void>
  readonly close: () => Promise<void>
}

const DOMAIN = '.table.core.windows.net'
/** Azure Storage's own application id is an audience, too. */
const STORAGE_APP = 'e406a681-f3d4-42a8-90b6-c2b029497af1'

const mayDo = (access: Access, oid: string, account: StorageAccount, { plane, action, table }: Needed): boolean => {
  const resource = `${account.id}/tableServices/default${table === undefined ? '' : `/tables/${table}`}`
  return plane === 'actions' ? mayManage(access, oid, action, resource) : mayAct(access, oid, action, resource)
}

async function authenticate(
  request: IncomingMessage,
  account: StorageAccount,
  options: TablesOptions,
): Promise<Claims> {
  const { tenantId, authority = 'https://login.microsoftonline.com', verify } = options
  const { authorization } = request.headers
  const signed = new URL(request.url ?? '/', 'https://account').searchParams.has('sig')
  const byKey = signed || /^SharedKey(Lite)? /i.test(authorization ?? '')
  if (byKey && !account.allowSharedKeyAccess) throw keysNotPermitted()
  if (authorization === undefined) throw noAuthentication(`${authority}/${tenantId}`)
  try {
    return await verify(bearerOf(authorization), [
      'https://storage.azure.com',
      `https://${account.name}${DOMAIN}`,
      STORAGE_APP,
    ])
  } catch (error) {
    throw error instanceof BearerRefused ? invalidAuthentication(`${authority}/${tenantId}`) : error
  }
}

/**
 * Azure Table Storage: the real Azurite behind the rules that it lacks, those of accounts, tokens and roles.
 * @see https://learn.microsoft.com/azure/storage/tables/authorize-access-azure-active-directory
 */
export async function startTables(options: TablesOptions): Promise<Tables> {
  const { accounts, access } = options
  const servers = createServers(access.now)
  const proxy = createProxy((await azuriteAuthority()).ca)
  const find = (host: string) => accounts().find(({ name }) => `${name}${DOMAIN}` === host)

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const account = find((request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase())
    if (!account) throw new TableError(404, 'ResourceNotFound', 'The specified resource does not exist.')
    if ((options.entrance?.(request, account) ?? 'open') !== 'open') throw keptOut()
    const { oid } = await authenticate(request, account, options)
    const body = await buffer(request)
    const { pathname } = new URL(request.url ?? '/', 'https://account')
    const needed = rightsNeeded(request.method ?? 'GET', pathname, body)
    if (!needed.every((one) => mayDo(access, oid, account, one))) throw permissionMismatch()
    const sent = pathname === '/$batch' ? asEmulatorTransaction(body, account.name) : body
    const headers: Record<string, string> = sent === body ? {} : { 'content-length': String(sent.length) }
    proxy.forward({ port: await servers.of(account), tls: true }, request, response, { body: sent, headers })
  }
  const refuse = (error: unknown, request: IncomingMessage, response: ServerResponse): void => {
    const shown = error instanceof TableError ? error : new TableError(500, 'InternalError', String(error))
    request.resume()
    sendTableError(response, shown, access.now())
  }

  return {
    handler: (request, response) => {
      serve(request, response).catch((error: unknown) => refuse(error, request, response))
    },
    exists: (host) => find(host) !== undefined,
    sync: async () => {
      const wanted = accounts().filter(({ tables }) => tables.length > 0)
      await Promise.all(wanted.map((account) => servers.of(account)))
    },
    remove: servers.remove,
    close: async () => {
      proxy.close()
      await servers.close()
    },
  }
}
