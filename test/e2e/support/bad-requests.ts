import { Agent, request as httpRequest } from 'node:http'
import { forge } from './token-forge.ts'

export type BadRequest = {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const JSON_TYPE = { 'content-type': 'application/json' }
const LIST = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'

const formOf = (path: string, fields: Readonly<Record<string, string>>): BadRequest => ({
  method: 'POST',
  path,
  headers: FORM,
  body: new URLSearchParams(fields).toString(),
})
const bearing = (token: string): BadRequest => ({
  method: 'POST',
  path: '/mcp',
  headers: { ...JSON_TYPE, authorization: `Bearer ${token}` },
  body: LIST,
})
const refreshing = (token: string, client_id: string, more: Readonly<Record<string, string>> = {}): BadRequest =>
  formOf('/oauth/token', { grant_type: 'refresh_token', refresh_token: token, client_id, ...more })
const redeeming = (code: string, client_id: string): BadRequest =>
  formOf('/oauth/token', { grant_type: 'authorization_code', code, client_id, code_verifier: 'v'.repeat(43) })

/** One of each kind that a stranger may send, new at each call; `clientId` is a client that the server knows. */
export const badRequests = (clientId: string): Readonly<Record<string, BadRequest>> => ({
  'a bearer that is no token of ours': bearing('eyJhbGciOiJub25lIn0.e30.'),
  'a mistyped access token': bearing(forge('access').slice(0, -1)),
  'a made-up access token': bearing(forge('access')),
  'a refresh token as a bearer': bearing(forge('refresh')),
  'a made-up refresh token': refreshing(forge('refresh'), clientId),
  'a mistyped refresh token': refreshing(forge('refresh').slice(0, -1), clientId),
  'a made-up refresh token of a client that is made up': refreshing(forge('refresh'), 'made-up'),
  'a refresh token with a secret that nobody has': refreshing(forge('refresh'), clientId, { client_secret: 'x' }),
  'a made-up code': redeeming(forge('code'), clientId),
  'a made-up token to revoke': formOf('/oauth/revoke', { token: forge('refresh'), client_id: clientId }),
  'a made-up access token to revoke': formOf('/oauth/revoke', { token: forge('access'), client_id: clientId }),
  'a registration that leads elsewhere': {
    method: 'POST',
    path: '/oauth/register',
    headers: JSON_TYPE,
    body: '{"redirect_uris":["https://evil.example/"]}',
  },
  'a made-up client': { method: 'GET', path: '/oauth/authorize?client_id=made-up&redirect_uri=https://evil.example' },
  'a made-up state': { method: 'GET', path: `/oauth/callback?state=AAAAAAAAAAAA.${forge('code')}&code=x` },
  'a transaction that is made up': formOf('/oauth/authorize', { transaction: 'eyJ.e.y.J.x', decision: 'continue' }),
  'a made-up token of an administrator': {
    method: 'POST',
    path: '/manage',
    headers: { ...JSON_TYPE, authorization: 'Bearer a.b.c' },
    body: '{"command":"check"}',
  },
})

export type Sender = { readonly send: (bad: BadRequest) => Promise<number>; readonly close: () => void }

/** Sends over kept connections, and gives the status. */
export function createSender(base: string, connections: number): Sender {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const send = ({ method, path, headers, body = '' }: BadRequest): Promise<number> =>
    new Promise((resolve, reject) => {
      const sized = { ...headers, ...(body && { 'content-length': String(Buffer.byteLength(body)) }) }
      const sent = httpRequest(`${base}${path}`, { agent, method, headers: sized }, (answer) => {
        answer.resume().on('end', () => resolve(answer.statusCode ?? 0))
      })
      sent.on('error', reject)
      sent.end(body)
    })
  return { send, close: () => agent.destroy() }
}
