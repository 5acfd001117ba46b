import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { bearerOf, BearerRefused, type Claims, type VerifyBearer } from '../access/bearer.ts'
import { type Access, mayAct } from '../access/role-assignments.ts'
import type { Service } from '../front/routes.ts'
import type { Entrance } from '../network/entrance.ts'
import { badParameter, forbiddenByRbac, keptOut, throttled, unauthorized, VaultError } from './errors.ts'
import { type Operation, operationOf } from './operations.ts'
import { type Item, Secrets } from './secrets.ts'

export type VaultResource = {
  readonly name: string
  /** Resource id in ARM. */
  readonly id: string
  readonly location?: string
  readonly purgeProtection?: boolean
  readonly retentionDays?: number
}

export type KeyVaultOptions = {
  /** The vaults that exist at this moment; another one's host name is not found. */
  readonly vaults: () => readonly VaultResource[]
  readonly tenantId: string
  /** `https://login.microsoftonline.com` unless given; shown in the challenge. */
  readonly authority?: string
  readonly verify: VerifyBearer
  readonly access: Access
  /** What the vault's network makes of a request; everybody comes in unless given. */
  readonly entrance?: (request: IncomingMessage, vault: VaultResource) => Entrance
}

export type KeyVault = Service & {
  /** The next requests are refused with 429. */
  readonly throttle: (requests: number, retryAfterSeconds: number) => void
  /** What a vault holds of a secret, without its values. */
  readonly versions: (vault: string, secret: string) => readonly Item[]
  /** Forgets what a vault held, as when the vault itself is purged. */
  readonly purge: (vault: string) => void
}

const DOMAIN = '.vault.azure.net'
const API_VERSIONS = ['7.0', '7.1', '7.2', '7.3', '7.4', '7.5', '7.6', '2025-07-01', '2026-04-01']

function checkApiVersion(url: URL): void {
  const version = url.searchParams.get('api-version')
  if (version === null) throw badParameter('api-version must be specified')
  if (!API_VERSIONS.includes(version))
    throw badParameter(
      `The specified version (${version}) is not recognized. Consider using the latest supported version (${API_VERSIONS.at(-1) ?? ''}).`,
    )
}

const hostOf = ({ name }: VaultResource) => `${name.toLowerCase()}${DOMAIN}`

const authenticate = async (authorization: string | undefined, options: KeyVaultOptions): Promise<Claims> => {
  const { tenantId, authority = 'https://login.microsoftonline.com', verify } = options
  try {
    return await verify(bearerOf(authorization), ['https://vault.azure.net'])
  } catch (error) {
    throw error instanceof BearerRefused ? unauthorized(error, `${authority}/${tenantId}`) : error
  }
}

function authorise(claims: Claims, { action, resource: below }: Operation, vault: VaultResource, access: Access): void {
  const resource = `${vault.id}${below}`
  if (mayAct(access, claims.oid, action, resource)) return
  throw forbiddenByRbac({ claims, action, resource, vault: vault.name, location: vault.location ?? 'westeurope' })
}

/** What the vaults hold, each since it was first written to. */
function createStore({ vaults, access }: KeyVaultOptions) {
  const held = new Map<string, Secrets>()
  const of = (name: string): Secrets => {
    const key = name.toLowerCase()
    const recovery = () => {
      const vault = vaults().find((one) => one.name.toLowerCase() === key)
      return { purgeProtection: vault?.purgeProtection ?? false, retentionDays: vault?.retentionDays ?? 90 }
    }
    const known = held.get(key) ?? new Secrets(`https://${key}${DOMAIN}`, recovery, access.now)
    held.set(key, known)
    return known
  }
  return { of, forget: (name: string) => void held.delete(name.toLowerCase()) }
}

const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-cache' }

/** Key Vault's data plane for secrets, with Azure RBAC as the permission model. */
export function createKeyVault(options: KeyVaultOptions): KeyVault {
  const store = createStore(options)
  const throttling = { left: 0, retryAfterSeconds: 0 }
  const find = (host: string) => options.vaults().find((one) => hostOf(one) === host)

  const answer = async (request: IncomingMessage) => {
    const vault = find((request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase())
    if (!vault) throw new VaultError(404, 'NotFound', 'The vault does not exist.')
    const url = new URL(request.url ?? '/', `https://${hostOf(vault)}`)
    const claims = await authenticate(request.headers.authorization, options)
    const entrance = options.entrance?.(request, vault) ?? 'open'
    if (entrance !== 'open') throw keptOut(entrance, claims, vault.name, vault.location ?? 'westeurope')
    if (throttling.left > 0) {
      throttling.left -= 1
      throw throttled(throttling.retryAfterSeconds)
    }
    checkApiVersion(url)
    const operation = operationOf(request.method ?? 'GET', url.pathname)
    authorise(claims, operation, vault, options.access)
    return operation.run(store.of(vault.name), { url, body: await text(request) })
  }

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const { status, body } = await answer(request)
      response.writeHead(status, JSON_HEADERS).end(body === undefined ? undefined : JSON.stringify(body))
    } catch (error) {
      const shown = error instanceof VaultError ? error : new VaultError(500, 'InternalServerError', String(error))
      request.resume()
      response.writeHead(shown.status, { ...JSON_HEADERS, ...shown.headers }).end(shown.body())
    }
  }

  return {
    handler: (request, response) => void respond(request, response),
    exists: (host) => find(host) !== undefined,
    throttle: (left, retryAfterSeconds) => void Object.assign(throttling, { left, retryAfterSeconds }),
    versions: (vault, secret) => store.of(vault).versions(secret),
    purge: store.forget,
  }
}
