import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { Entra } from '../../sandbox/start-sandbox.ts'

type Claims = Readonly<Record<string, unknown>>
export type EntraProxy = {
  /** For `ENTRA_AUTHORITY_HOST`. */
  readonly url: string
  /** Claims that replace those of every id token; `undefined` takes one away. */
  readonly set: (claims: Claims) => void
  /** Seconds that every access token is said to live; `undefined` leaves it as it is. */
  readonly shorten: (lifetime: number | undefined) => void
  /** The bodies that the app posted to the token endpoint. */
  readonly posted: URLSearchParams[]
  readonly close: () => Promise<void>
}

/** An Entra whose id tokens say what a test wants, and that are signed with a key which its own JWKS names. */
export async function startEntraProxy(entra: Entra): Promise<EntraProxy> {
  const keys = await generateKeyPair('RS256')
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'proxy', alg: 'RS256', use: 'sig' }
  const posted: URLSearchParams[] = []
  let changed: Claims = {}
  let lifetime: number | undefined
  const sign = (idToken: string): Promise<string> => {
    const own = { ...decodeJwt(idToken), iss: entra.issuer.replace(entra.url, here()), ...changed }
    return new SignJWT(own).setProtectedHeader({ alg: 'RS256', kid: 'proxy' }).sign(keys.privateKey)
  }
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = 'GET', url = '/' } = request
    const { pathname } = new URL(url, entra.url)
    if (pathname.endsWith('/discovery/v2.0/keys')) return void response.end(JSON.stringify({ keys: [jwk] }))
    const body = await buffer(request)
    const isToken = pathname.endsWith('/oauth2/v2.0/token')
    if (isToken) posted.push(new URLSearchParams(body.toString()))
    const type = request.headers['content-type'] ?? 'text/plain'
    const sent = method === 'POST' ? { body: new Uint8Array(body), headers: { 'content-type': type } } : {}
    const reply = await fetch(`${entra.url}${url}`, { method, redirect: 'manual', ...sent })
    const text = await reply.text()
    const location = reply.headers.get('location')
    response.writeHead(reply.status, {
      'content-type': reply.headers.get('content-type') ?? 'text/plain',
      ...(location === null ? {} : { location }),
    })
    response.end(isToken ? await rewrite(text, sign, lifetime) : text)
  }
  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const here = (): string => `http://localhost:${(server.address() as AddressInfo).port}`
  return {
    url: here(),
    posted,
    set: (claims) => void (changed = claims),
    shorten: (seconds) => void (lifetime = seconds),
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function rewrite(text: string, sign: (idToken: string) => Promise<string>, lifetime?: number): Promise<string> {
  const body = JSON.parse(text) as { readonly id_token?: string }
  return JSON.stringify({
    ...body,
    ...(body.id_token === undefined ? {} : { id_token: await sign(body.id_token) }),
    ...(lifetime === undefined ? {} : { expires_in: lifetime, ext_expires_in: lifetime }),
  })
}
