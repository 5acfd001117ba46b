import { createHash } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export type Seen = {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: string
}
export type Answer = { status?: number; headers?: Record<string, string | string[]>; body?: string | object }
type Handler = (seen: Seen) => Answer
export type Routes = Record<string, Handler>

export type Bridge = {
  /** The authorization server and MCP server, on 127.0.0.1. */
  readonly origin: string
  readonly mcpUrl: string
  readonly seen: Seen[]
  /** Replace one, to see what the client makes of it. */
  readonly routes: Routes
  close(): Promise<void>
}

async function listen(routes: Routes, seen: Seen[]): Promise<{ server: Server; port: number }> {
  const server = createServer((request, response) => {
    void (async () => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x')
      const { method = 'GET', headers } = request
      const one: Seen = { method, path: pathname, query: searchParams, headers, body: await text(request) }
      seen.push(one)
      const answer: Answer = routes[`${method} ${pathname}`]?.(one) ?? { status: 404, body: { error: 'not found' } }
      const isJson = typeof answer.body === 'object'
      response.writeHead(answer.status ?? 200, {
        'content-type': isJson ? 'application/json' : 'text/html',
        'cache-control': 'no-store',
        ...answer.headers,
      })
      response.end(isJson ? JSON.stringify(answer.body) : answer.body)
    })().catch(() => response.destroy())
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return { server, port: (server.address() as AddressInfo).port }
}

const form = (seen: Seen) => new URLSearchParams(seen.body)
const redirect = (location: string, cookies: string[] = []): Answer => ({
  status: 303,
  headers: { location, 'set-cookie': cookies },
})

function authorizationRoutes(
  origin: () => string,
  entra: () => string,
  state: { verifier?: string; query?: URLSearchParams },
) {
  const back = (parameters: Record<string, string>) => {
    const target = new URL(state.query?.get('redirect_uri') ?? '')
    target.search = new URLSearchParams({
      ...parameters,
      state: state.query?.get('state') ?? '',
      iss: origin(),
    }).toString()
    return redirect(target.href)
  }
  const routes: Routes = {
    'GET /authorize': ({ query }) => {
      state.query = query
      return {
        headers: { 'set-cookie': '__Host-consent=c1; path=/; secure; samesite=strict; httponly' },
        body: `<form method="post" action=""><input type="hidden" name="tx" value="a&amp;b">
          <button name="decision" value="approve">Continue</button><button name="cancel" value="1">Cancel</button></form>`,
      }
    },
    'POST /authorize': (seen) => {
      const trusted = seen.headers.origin === origin() && seen.headers.cookie === '__Host-consent=c1'
      if (!trusted || form(seen).get('tx') !== 'a&b') return { status: 403, body: 'forged' }
      if (form(seen).get('cancel') === '1') return back({ error: 'access_denied' })
      return redirect(`${entra()}/pick?state=s`, ['__Host-state=s; path=/; secure; samesite=lax; httponly'])
    },
    'GET /callback': (seen) => {
      if (!seen.headers.cookie?.includes('__Host-state=s')) return { status: 400, body: 'no state cookie' }
      if (seen.query.get('user') === 'tom') return { status: 403, body: '<a href="/back?x=1&amp;y=2">Back</a>' }
      return back({ code: `code-of-${seen.query.get('user') ?? ''}` })
    },
    'POST /token': (seen) => {
      const challenge = createHash('sha256')
        .update(form(seen).get('code_verifier') ?? '')
        .digest('base64url')
      const isCode = form(seen).get('grant_type') === 'authorization_code'
      if (isCode && challenge !== state.query?.get('code_challenge'))
        return { status: 400, body: { error: 'invalid_grant' } }
      const token = isCode ? 'first' : 'second'
      return { body: { access_token: token, refresh_token: `r-${token}`, token_type: 'Bearer', expires_in: 3600 } }
    },
    'POST /revoke': () => ({ status: 200 }),
  }
  return routes
}

const metadataRoutes = (origin: () => string): Routes => ({
  'GET /.well-known/oauth-protected-resource/mcp': () => ({
    body: { resource: `${origin()}/mcp`, authorization_servers: [origin()], scopes_supported: ['dynamics.read'] },
  }),
  'GET /.well-known/oauth-authorization-server': () => ({
    body: {
      issuer: origin(),
      authorization_endpoint: `${origin()}/authorize`,
      token_endpoint: `${origin()}/token`,
      registration_endpoint: `${origin()}/register`,
      revocation_endpoint: `${origin()}/revoke`,
      scopes_supported: ['dynamics.read', 'offline_access'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['client_secret_post', 'none'],
      authorization_response_iss_parameter_supported: true,
      client_id_metadata_document_supported: true,
    },
  }),
  'POST /register': ({ body }) => ({ status: 201, body: { ...(JSON.parse(body) as object), client_id: 'c-1' } }),
})

/** A bridge in front of a sign-in, small enough to be wrong on purpose; the account picker is on another site. */
export async function startBridge(): Promise<Bridge> {
  const seen: Seen[] = []
  const ports = { app: 0, entra: 0 }
  const origin = () => `http://127.0.0.1:${ports.app}`
  const entraRoutes: Routes = {
    'GET /pick': () => ({
      headers: { 'set-cookie': 'sso=1; path=/' },
      body: `<form method="post" action="/pick"><button name="account" value="tom@x.example">Tom</button>
        <button name="account" value="ann@x.example">Ann</button><button name="cancel" value="1">Cancel</button></form>`,
    }),
    'POST /pick': (one) => redirect(`${origin()}/callback?user=${form(one).get('account')?.split('@')[0] ?? 'nobody'}`),
  }
  const routes: Routes = {
    ...metadataRoutes(origin),
    ...authorizationRoutes(origin, () => `http://localhost:${ports.entra}`, {}),
    'POST /mcp': () => ({
      status: 401,
      headers: {
        'www-authenticate': `Bearer resource_metadata="${origin()}/.well-known/oauth-protected-resource/mcp", scope="dynamics.read"`,
      },
    }),
  }
  const app = await listen(routes, seen)
  const entra = await listen(entraRoutes, seen)
  Object.assign(ports, { app: app.port, entra: entra.port })
  const close = async () => {
    for (const { server } of [app, entra]) {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
  return { origin: origin(), mcpUrl: `${origin()}/mcp`, seen, routes, close }
}
