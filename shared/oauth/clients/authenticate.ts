import type { Parameters } from '../../http/form.ts'
import type { Incoming } from '../../http/message.ts'
import type { AuthMethod } from '../../storage/ports.ts'
import { constantTimeEqual, sha256 } from '../../tokens/token.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import type { Client, Clients } from './client.ts'

type Presented = { readonly clientId: string; readonly secret?: string; readonly method: AuthMethod }

/**
 * The client that asks, by exactly the method it registered.
 * @throws OAuthError `invalid_client`; with a challenge only where Basic was used
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3
 */
export async function authenticateClient(request: Incoming, form: Parameters, clients: Clients): Promise<Client> {
  const authorization = request.headers.get('authorization')
  const basic = authorization !== null
  const presented = basic ? fromBasic(authorization, form) : fromForm(form)
  const client = await clients.forToken(presented.clientId)
  const proven = isProven(client, presented)
  if (!client || !proven) throw invalidClient(basic).blaming({ clientId: presented.clientId })
  return client
}

/** A wrong secret, a wrong method and an unknown client take the same path. */
function isProven(client: Client | undefined, { method, secret }: Presented): boolean {
  const matches = constantTimeEqual(sha256(secret ?? ''), client?.secretHash ?? '')
  if (!client?.authMethods.includes(method)) return false
  return method === 'none' || matches
}

function fromForm(form: Parameters): Presented {
  const clientId = form.get('client_id')
  const secret = form.get('client_secret')
  if (clientId === undefined) throw invalidClient(false)
  return secret === undefined ? { clientId, method: 'none' } : { clientId, secret, method: 'client_secret_post' }
}

function fromBasic(authorization: string, form: Parameters): Presented {
  const encoded = /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(authorization)?.[1]
  const [id, ...rest] = Buffer.from(encoded ?? '', 'base64')
    .toString('utf8')
    .split(':')
  const clientId = decode(id ?? '')
  const bodyId = form.get('client_id')
  if (!clientId || rest.length === 0 || form.has('client_secret') || (bodyId !== undefined && bodyId !== clientId))
    throw invalidClient(true)
  return { clientId, secret: decode(rest.join(':')), method: 'client_secret_basic' }
}

/** RFC 6749 §2.3.1: both parts are form-encoded inside the header. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return ''
  }
}

function invalidClient(basic: boolean): OAuthError {
  const headers = basic ? { 'www-authenticate': 'Basic realm="OAuth"' } : {}
  return new OAuthError('invalid_client', 'The client is unknown, or did not prove itself the way it registered.', {
    headers,
  })
}
