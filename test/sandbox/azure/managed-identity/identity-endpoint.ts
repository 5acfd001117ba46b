import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { decodeJwt } from 'jose'

export type ManagedIdentity = {
  readonly clientId: string
  readonly principalId: string
  /** Resource id in ARM. */
  readonly id: string
}
export type IdentityOptions = {
  /** The user-assigned identities of the site at this moment. */
  readonly identities: () => readonly ManagedIdentity[]
  /** Entra's part. Its refusal (no such resource in the tenant) is passed on as 400. */
  readonly mint: (ask: ManagedIdentity & { readonly resource: string }) => Promise<string>
}

export type IdentityEndpoint = {
  /** What the platform puts into the app's environment. */
  readonly environment: Readonly<Record<'IDENTITY_ENDPOINT' | 'IDENTITY_HEADER', string>>
  readonly requests: () => readonly { readonly resource: string; readonly status: number }[]
  readonly close: () => Promise<void>
}

type Answer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> }

const API_VERSION = '2019-08-01'
/** How each may name the identity that it means. */
const SELECTORS = [
  ['client_id', 'clientId'],
  ['principal_id', 'principalId'],
  ['object_id', 'principalId'],
  ['mi_res_id', 'id'],
] as const

const refusal = (status: number, message: string): Answer => ({ status, body: { statusCode: status, message } })

function select(query: URLSearchParams, identities: readonly ManagedIdentity[]): ManagedIdentity | undefined {
  const selector = SELECTORS.find(([name]) => query.has(name))
  if (!selector) return undefined
  const [parameter, member] = selector
  return identities.find((one) => one[member].toLowerCase() === query.get(parameter)?.toLowerCase())
}

async function answer(request: IncomingMessage, secret: string, options: IdentityOptions): Promise<Answer> {
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://localhost')
  if (request.method !== 'GET' || pathname !== '/msi/token') return refusal(404, 'Not found')
  if (request.headers['x-identity-header'] !== secret) return refusal(401, 'The X-IDENTITY-HEADER is missing or wrong.')
  const version = query.get('api-version')
  if (version !== API_VERSION) return refusal(400, `api-version ${version ?? '(none)'} is not supported.`)
  const resource = query.get('resource')
  if (!resource) return refusal(400, 'The parameter resource is missing.')
  // A site without a system-assigned identity has none to fall back to.
  const identity = select(query, options.identities())
  const notFound = 'No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.'
  if (!identity) return refusal(400, notFound)
  const token = await options.mint({ ...identity, resource })
  const body = { access_token: token, expires_on: String(decodeJwt(token).exp), resource, token_type: 'Bearer' }
  return { status: 200, body: { ...body, client_id: identity.clientId } }
}

/**
 * The endpoint inside App Service that hands an app the tokens of its managed identity.
 * @see https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
 */
export async function startIdentityEndpoint(options: IdentityOptions): Promise<IdentityEndpoint> {
  const secret = randomUUID()
  const seen: { resource: string; status: number }[] = []
  const server = createServer((request, response) => {
    const failed = (error: unknown) => refusal(400, error instanceof Error ? error.message : String(error))
    void answer(request, secret, options)
      .catch(failed)
      .then(({ status, body }) => {
        const resource = new URL(request.url ?? '/', 'http://localhost').searchParams.get('resource') ?? ''
        seen.push({ resource, status })
        response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body))
      })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    environment: { IDENTITY_ENDPOINT: `http://127.0.0.1:${port}/msi/token`, IDENTITY_HEADER: secret },
    requests: () => [...seen],
    close: () => {
      server.closeAllConnections()
      return new Promise((done) => server.close(() => done()))
    },
  }
}
