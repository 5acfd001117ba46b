// Longer than the budget: one table of what can break, read as a whole.
import { answerOf, type Fault, htmlOf, type Passed, type Served } from './breaking-proxy.ts'

const RESOURCE = '/.well-known/oauth-protected-resource'
const SERVER = '/.well-known/oauth-authorization-server'
const OPENID = '/.well-known/openid-configuration'

type Document = Record<string, unknown>

const JSON_TYPE = { 'content-type': 'application/json' }
const CHATGPT = 'https://chatgpt.com/connector_platform_oauth_redirect'

/** Changes the JSON document at an address, or at one below it. */
const document = (at: string, change: (document: Document) => void, of = 'GET'): Fault => ({
  answer: (answer, { path, method }) => {
    if (!path.startsWith(at) || method !== of || answer.status >= 300) return answer
    const changed = JSON.parse(answer.body) as Document
    change(changed)
    return { ...answer, body: JSON.stringify(changed) }
  },
})
const bothDocuments = (change: (document: Document) => void): Fault => ({
  answer: (answer, request) =>
    [SERVER, OPENID].reduce((seen, at) => document(at, change).answer?.(seen, request) ?? seen, answer),
})
const without = (member: string, value: string) => (metadata: Document) => {
  metadata[member] = (metadata[member] as string[]).filter((one) => one !== value)
}
const keepRedirects = (registered: Document, pattern: RegExp): void => {
  registered.redirect_uris = (registered.redirect_uris as string[]).filter((uri) => pattern.test(uri))
}
const instead = (matches: (request: Passed) => boolean, answer: () => Served): Fault => ({
  instead: (request) => (matches(request) ? answer() : undefined),
})
const at =
  (method: string, path: string) =>
  (request: Passed): boolean =>
    request.method === method && request.path.startsWith(path)
const isChunkedForm = (request: Passed): boolean => request.path.startsWith('/oauth/') && request.chunked
const hasToken = ({ headers }: Passed): boolean => headers.has('authorization')
export const header = (path: string, name: string, value?: string, method?: string): Fault => ({
  answer: (answer, request) => {
    if (!request.path.startsWith(path) || (method !== undefined && request.method !== method)) return answer
    if (value === undefined) answer.headers.delete(name)
    else answer.headers.set(name, value)
    return answer
  },
})
const location = (change: (location: string) => string): Fault => ({
  answer: (answer) => {
    const found = answer.headers.get('location')
    if (found !== null) answer.headers.set('location', change(found))
    return answer
  },
})
const consentPage = (headers: Readonly<Record<string, string>>): Fault => ({
  answer: (answer, { path }) => {
    if (path === '/oauth/authorize' && answer.status === 200)
      for (const [name, value] of Object.entries(headers)) answer.headers.set(name, value)
    return answer
  },
})
/** What matches is taken for ChatGPT's own address. */
const redirectBecomes = (matching: RegExp): Fault => ({
  request: (one) => {
    if (one.path === '/oauth/authorize' && matching.test(one.query.get('redirect_uri') ?? ''))
      one.query.set('redirect_uri', CHATGPT)
    return one
  },
})
/** As the app itself refuses what is too much. */
const limited = (as: 'json' | 'html') => {
  const sentence = 'Too many requests from this address. Wait and try again.'
  if (as === 'html') return htmlOf(429, sentence, { 'retry-after': '42' })
  const error = { error: 'temporarily_unavailable', error_description: sentence }
  return answerOf(429, JSON.stringify(error), { ...JSON_TYPE, 'retry-after': '42' })
}
const cloudflare = () => htmlOf(403, 'Just a moment...', { server: 'cloudflare', 'cf-mitigated': 'challenge' })
const frontDoor = () => htmlOf(403, 'The request is blocked.', { 'x-azure-ref': '0abc' })
const wrongRedirect = ({ path, query }: Passed) =>
  path === '/oauth/authorize' && query.get('redirect_uri')?.startsWith('https://evil.example') === true

/** What is broken, and the one finding that must name it. */
export type Broken = readonly [what: string, finding: string, fault: Fault]

export const DOCUMENT_FAULTS: readonly Broken[] = [
  ['issuer with a slash', 'failed issuer-mismatch', bothDocuments((one) => (one.issuer = `${String(one.issuer)}/`))],
  [
    'issuer in capitals',
    'failed issuer-mismatch',
    document(OPENID, (one) => (one.issuer = String(one.issuer).toUpperCase())),
  ],
  ['no S256', 'failed pkce-missing', bothDocuments((one) => delete one.code_challenge_methods_supported)],
  ['plain alone', 'failed pkce-missing', bothDocuments((one) => (one.code_challenge_methods_supported = ['plain']))],
  [
    'no iss promised',
    'failed iss-not-announced',
    bothDocuments((one) => delete one.authorization_response_iss_parameter_supported),
  ],
  ['no refresh', 'failed refresh-not-offered', bothDocuments(without('grant_types_supported', 'refresh_token'))],
  ['no offline_access', 'failed offline-access-missing', bothDocuments(without('scopes_supported', 'offline_access'))],
  [
    'no public clients',
    'failed public-clients-missing',
    bothDocuments(without('token_endpoint_auth_methods_supported', 'none')),
  ],
  ['no code', 'failed response-type-missing', bothDocuments(without('response_types_supported', 'code'))],
  ['no revocation', 'failed revocation-missing', bothDocuments((one) => delete one.revocation_endpoint)],
  ['server document is missing', 'failed server-metadata-missing', instead(at('GET', SERVER), () => answerOf(404))],
  [
    'server document is a page',
    'failed server-metadata-not-json',
    instead(at('GET', SERVER), () => htmlOf(200, 'My app')),
  ],
  ['no OpenID copy', 'warning openid-configuration-missing', instead(at('GET', OPENID), () => answerOf(404))],
  ['HEAD is unknown', 'failed head-not-answered', instead(at('HEAD', SERVER), () => answerOf(404))],
  [
    'resource document is a page',
    'failed resource-metadata-not-json',
    instead(at('GET', `${RESOURCE}/mcp`), () => htmlOf(200, 'My app')),
  ],
  [
    'resource document is missing',
    'failed resource-metadata-missing',
    instead(at('GET', `${RESOURCE}/mcp`), () => answerOf(404)),
  ],
  [
    'resource with a slash',
    'failed resource-mismatch',
    document(`${RESOURCE}/mcp`, (one) => (one.resource = `${String(one.resource)}/`)),
  ],
  [
    'two sign-in servers',
    'failed authorization-servers-wrong',
    document(`${RESOURCE}/mcp`, (one) => (one.authorization_servers as string[]).push('https://login.example')),
  ],
  [
    'sign-in server with a slash',
    'failed authorization-servers-wrong',
    document(
      `${RESOURCE}/mcp`,
      (one) => (one.authorization_servers = [`${(one.authorization_servers as string[])[0] ?? ''}/`]),
    ),
  ],
  [
    'offline_access for /mcp',
    'failed offline-access-misplaced',
    document(`${RESOURCE}/mcp`, (one) => (one.scopes_supported = ['dynamics.read', 'offline_access'])),
  ],
  [
    'the copies differ',
    'failed server-documents-differ',
    document(OPENID, (one) => {
      one.token_endpoint = String(one.token_endpoint).replace(/token$/, 'nope')
      one.authorization_endpoint = String(one.authorization_endpoint).replace(/oauth.*/, 'login')
    }),
  ],
  [
    'plain beside S256',
    'failed pkce-plain',
    bothDocuments((one) => (one.code_challenge_methods_supported as string[]).push('plain')),
  ],
  ['another scope', 'failed scope-missing', document(`${RESOURCE}/mcp`, (one) => (one.scopes_supported = ['x']))],
  ['offline_access alone', 'failed scope-missing', bothDocuments(without('scopes_supported', 'dynamics.read'))],
  [
    'tokens in the query',
    'failed bearer-method-wrong',
    document(`${RESOURCE}/mcp`, (one) => (one.bearer_methods_supported = ['query'])),
  ],
  [
    'token address elsewhere',
    'failed endpoint-elsewhere',
    bothDocuments((one) => (one.token_endpoint = 'https://evil.example/token')),
  ],
  [
    'a user name in the token address',
    'failed endpoint-malformed',
    bothDocuments((one) => (one.token_endpoint = String(one.token_endpoint).replace('://', '://user:word@'))),
  ],
  [
    'a fragment in the address of the page',
    'failed endpoint-malformed',
    bothDocuments((one) => (one.authorization_endpoint = `${String(one.authorization_endpoint)}#top`)),
  ],
]

export const CHALLENGE_FAULTS: readonly Broken[] = [
  [
    'a challenge to a document with another sign-in server',
    'failed authorization-servers-wrong',
    {
      request: (one) => (one.path === '/meta.json' ? { ...one, path: `${RESOURCE}/mcp` } : one),
      answer: (answer, { path }) => {
        const found = answer.headers.get('www-authenticate')
        if (path === '/mcp' && found !== null)
          answer.headers.set('www-authenticate', found.replace(/\/\.well-known\/[^"]*/, '/meta.json'))
        if (path !== '/meta.json') return answer
        const read = JSON.parse(answer.body) as Document
        return { ...answer, body: JSON.stringify({ ...read, authorization_servers: ['https://evil.example'] }) }
      },
    },
  ],
  ['no challenge', 'failed challenge-missing', header('/mcp', 'www-authenticate', undefined, 'POST')],
  [
    'a challenge without address',
    'failed challenge-incomplete',
    header('/mcp', 'www-authenticate', 'Bearer scope="dynamics.read", error="invalid_token"'),
  ],
  [
    'a challenge to elsewhere',
    'failed challenge-elsewhere',
    header('/mcp', 'www-authenticate', 'Bearer resource_metadata="https://evil.example/x", error="invalid_token"'),
  ],
  ['GET is 405 at once', 'failed get-before-challenge', instead(at('GET', '/mcp'), () => answerOf(405))],
  [
    'empty bodies are 500',
    'failed body-refused-before-challenge',
    instead(
      (one) => at('POST', '/mcp')(one) && one.body === '',
      () => answerOf(500, 'oops'),
    ),
  ],
  [
    'chunks are 411 before anything else',
    'failed chunked-refused-before-challenge',
    instead(
      (one) => at('POST', '/mcp')(one) && one.chunked,
      () => answerOf(411, '{}', JSON_TYPE),
    ),
  ],
  [
    'chunks are 400',
    'failed body-refused-before-challenge',
    instead(
      (one) => at('POST', '/mcp')(one) && one.chunked,
      () => answerOf(400, '{}', JSON_TYPE),
    ),
  ],
  [
    'lists are 422',
    'failed body-refused-before-challenge',
    instead(
      (one) => at('POST', '/mcp')(one) && one.body === '[]',
      () => answerOf(422, '{}'),
    ),
  ],
  [
    'the token is taken away',
    'failed invalid-token-unsaid',
    { request: (one) => (one.headers.delete('authorization'), one) },
  ],
  [
    'no token needed',
    'failed mcp-open',
    instead(
      (one) => at('POST', '/mcp')(one) && !hasToken(one) && one.body.includes('discover'),
      () => answerOf(200, '{}', { 'content-type': 'application/json' }),
    ),
  ],
  [
    'no /mcp',
    'failed mcp-missing',
    instead(
      (one) => at('POST', '/mcp')(one) && one.body.includes('discover'),
      () => answerOf(404, '{}'),
    ),
  ],
  [
    'Easy Auth at /mcp',
    'failed redirected-to-sign-in',
    instead(
      (one) => at('POST', '/mcp')(one) && one.body.includes('discover'),
      () =>
        answerOf(401, '', {
          'www-authenticate': 'Bearer realm="x" authorization_uri="https://login.windows.net/common"',
        }),
    ),
  ],
]

export const CLIENT_FAULTS: readonly Broken[] = [
  ['no CORS', 'warning cors-missing', header('/', 'access-control-allow-origin')],
  ['no CORS for ChatGPT', 'warning cors-chatgpt-missing', header('/mcp', 'access-control-allow-origin')],
  [
    'foreign pages admitted',
    'failed foreign-origin-accepted',
    { request: (one) => (one.path === '/mcp' && one.headers.delete('origin'), one) },
  ],
  ['a WAF before registration', 'failed blocked-by-waf', instead(at('POST', '/oauth/register'), cloudflare)],
  ['another WAF', 'failed blocked-by-waf', instead(at('POST', '/oauth/register'), frontDoor)],
  [
    'registration fails',
    'failed registration-failed',
    instead(at('POST', '/oauth/register'), () =>
      answerOf(500, '{"error":"server_error"}', { 'content-type': 'application/json' }),
    ),
  ],
  [
    'registration refuses ChatGPT',
    'failed registration-refused',
    instead(at('POST', '/oauth/register'), () =>
      answerOf(400, '{"error":"invalid_client_metadata"}', { 'content-type': 'application/json' }),
    ),
  ],
  [
    'too many registrations',
    'failed registration-limit',
    instead(at('POST', '/oauth/register'), () =>
      answerOf(429, '{"error":"temporarily_unavailable"}', { 'content-type': 'application/json' }),
    ),
  ],
  [
    'one of ChatGPT’s addresses is left out',
    'failed chatgpt-redirect-refused',
    document('/oauth/register', (one) => keepRedirects(one, /^(?!https:\/\/chatgpt\.com\/connector\/)/), 'POST'),
  ],
  [
    'chunks are broken on the way',
    'warning chunked-failed',
    instead(isChunkedForm, () => answerOf(400, 'bad request')),
  ],
  ['chunks meet a firewall', 'failed blocked-by-waf', instead(isChunkedForm, frontDoor)],
  [
    'strangers may register',
    'failed foreign-redirect-accepted',
    {
      instead: (one) =>
        at('POST', '/oauth/register')(one) && one.body.includes('evil.example')
          ? answerOf(201, '{"client_id":"x"}', { 'content-type': 'application/json' })
          : undefined,
    },
  ],
  [
    'a foreign redirect is followed',
    'failed open-redirect',
    instead(wrongRedirect, () => answerOf(302, '', { location: 'https://evil.example/callback?code=x' })),
  ],
  ['no consent cookie', 'failed consent-cookie-missing', header('/oauth/authorize', 'set-cookie')],
  [
    'a cookie for the whole domain',
    'failed consent-cookie-missing',
    header(
      '/oauth/authorize',
      'set-cookie',
      '__Host-consent=x; Secure; HttpOnly; SameSite=Lax; Path=/; Domain=example.com',
    ),
  ],
  ['no policy', 'failed csp-missing', header('/oauth/authorize', 'content-security-policy')],
  [
    'a policy that stops the form',
    'failed csp-form-action',
    header(
      '/oauth/authorize',
      'content-security-policy',
      "default-src 'none'; frame-ancestors 'none'; form-action 'self'",
    ),
  ],
  [
    'a policy with a star beside none',
    'failed csp-missing',
    header('/oauth/authorize', 'content-security-policy', "default-src 'none'; frame-ancestors 'none' *"),
  ],
  ...["script-src * 'self'", "script-src 'unsafe-inline'", 'default-src https:', 'img-src data:'].map(
    (scripts): Broken => [
      `a policy of ${scripts}`,
      'failed csp-scripts',
      header('/oauth/authorize', 'content-security-policy', `${scripts}; frame-ancestors 'none'`),
    ],
  ),
  ['a page as text', 'failed page-type-wrong', consentPage({ 'content-type': 'text/plain' })],
  [
    'tokens that are kept',
    'failed tokens-cacheable',
    header('/oauth/token', 'cache-control', 'public, max-age=3600', 'POST'),
  ],
  [
    'a page in place of revocation',
    'failed revocation-failed',
    instead(at('POST', '/oauth/revoke'), () => htmlOf(200, 'Log in')),
  ],
  ['redirects by their beginning', 'failed open-redirect', redirectBecomes(/^https:\/\/chatgpt\.com\/connector.*x$/)],
  ['hosts by their beginning', 'failed open-redirect', redirectBecomes(/^https:\/\/chatgpt\.com\.evil/)],
  [
    'hosts by their beginning, when they register',
    'failed foreign-redirect-accepted',
    {
      request: (one) =>
        at('POST', '/oauth/register')(one)
          ? { ...one, body: one.body.replace('https://chatgpt.com.evil.example/callback', CHATGPT) }
          : one,
    },
  ],
  [
    'one address more is registered',
    'failed registration-incomplete',
    document('/oauth/register', (one) => (one.redirect_uris as string[]).push('https://evil.example/cb'), 'POST'),
  ],
  [
    'preflights of foreign pages',
    'failed foreign-origin-accepted',
    {
      answer: (answer, { method, path, headers }) => {
        if (method === 'OPTIONS' && path === '/mcp')
          answer.headers.set('access-control-allow-origin', headers.get('origin') ?? '')
        return answer
      },
    },
  ],
  [
    'too many calls: registration',
    'failed rate-limited',
    instead(at('POST', '/oauth/register'), () => limited('json')),
  ],
  ['too many calls: page', 'failed rate-limited', instead(at('GET', '/oauth/authorize'), () => limited('html'))],
  ['a page that is kept', 'failed page-cacheable', header('/oauth/authorize', 'cache-control', 'public, max-age=600')],
  ['no referrer', 'failed referrer-policy', header('/oauth/authorize', 'referrer-policy', 'no-referrer')],
  ['errors without iss', 'failed iss-missing', location((to) => to.replace(/&iss=[^&]*/, ''))],
  ['errors with a slash in iss', 'failed iss-wrong', location((to) => `${to}%2F`)],
  ['errors with another state', 'failed state-changed', location((to) => to.replace(/state=[^&]*/, 'state=x'))],
  [
    'errors stay on a page',
    'failed errors-not-returned',
    instead(
      (one) => one.path === '/oauth/authorize' && !one.query.has('code_challenge'),
      () => htmlOf(400, 'Bad request'),
    ),
  ],
  [
    'no PKCE needed',
    'failed pkce-not-required',
    instead(
      (one) => one.path === '/oauth/authorize' && !one.query.has('code_challenge'),
      () => htmlOf(200, 'Connect'),
    ),
  ],
  [
    'tokens fail',
    'failed token-endpoint-failed',
    instead(at('POST', '/oauth/token'), () =>
      answerOf(500, '{"error":"server_error"}', { 'content-type': 'application/json' }),
    ),
  ],
  ['a page in place of tokens', 'failed blocked-by-waf', instead(at('POST', '/oauth/token'), cloudflare)],
  [
    'any code opens',
    'failed made-up-code-accepted',
    instead(at('POST', '/oauth/token'), () =>
      answerOf(200, '{"access_token":"dma_abc"}', { 'content-type': 'application/json' }),
    ),
  ],
  ['revocation fails', 'failed revocation-failed', instead(at('POST', '/oauth/revoke'), () => answerOf(404))],
]

/** The whole host answers like this. */
/** What a cache in front says of itself, and where. */
const CACHED: readonly (readonly [path: string, name: string, value: string, method: string])[] = [
  ['/health', 'x-cache', 'TCP_HIT', 'GET'],
  ['/health', 'x-cache', 'Hit from cloudfront', 'GET'],
  ['/health', 'cf-cache-status', 'STALE', 'GET'],
  ['/health', 'age', '7', 'GET'],
  ['/mcp', 'x-cache', 'TCP_REMOTE_HIT', 'POST'],
  ['/mcp', 'age', '1', 'POST'],
  [SERVER, 'age', '301', 'GET'],
]
/** And what says that it keeps nothing, or no longer than the documents allow. */
export const UNCACHED: typeof CACHED = [
  ['/health', 'x-cache', 'TCP_MISS', 'GET'],
  ['/health', 'x-cache', 'CONFIG_NOCACHE', 'GET'],
  ['/health', 'cf-cache-status', 'DYNAMIC', 'GET'],
  ['/health', 'age', '0', 'GET'],
  ['/mcp', 'x-cache', 'whitelisted', 'POST'],
  [SERVER, 'age', '299', 'GET'],
  [SERVER, 'x-cache', 'TCP_HIT', 'GET'],
]

export const HOST_FAULTS: readonly Broken[] = [
  ...CACHED.map(([path, name, value, method]): Broken => [
    `${method} ${path}, ${name}: ${value}`,
    'failed answers-cached',
    header(path, name, value, method),
  ]),
  [
    'nothing is deployed',
    'failed no-functions',
    instead(
      () => true,
      () => answerOf(404),
    ),
  ],
  [
    'Azure’s start page',
    'failed platform-page',
    instead(
      () => true,
      () => htmlOf(200, 'Your Functions 4.0 app is up and running'),
    ),
  ],
  [
    'no such site',
    'failed site-not-found',
    instead(
      () => true,
      () => htmlOf(404, '404 Web Site not found'),
    ),
  ],
  [
    'stopped',
    'failed app-stopped',
    instead(
      () => true,
      () => htmlOf(403, 'This web app is stopped.'),
    ),
  ],
  [
    'access restrictions',
    'failed ip-restricted',
    instead(
      () => true,
      () => htmlOf(403, 'Ip Forbidden', { 'x-ms-forbidden-ip': '203.0.113.9' }),
    ),
  ],
  [
    'a login in front',
    'failed redirected-to-sign-in',
    instead(
      () => true,
      () => answerOf(302, '', { location: 'https://login.microsoftonline.com/common/oauth2/authorize?client_id=x' }),
    ),
  ],
  [
    'a redirect',
    'failed redirected',
    instead(
      () => true,
      () => answerOf(301, '', { location: 'https://www.example.com/' }),
    ),
  ],
  ['bot protection', 'failed blocked-by-waf', instead(() => true, cloudflare)],
  [
    'restarting',
    'failed app-unavailable',
    instead(
      () => true,
      () => answerOf(503, 'The service is unavailable.'),
    ),
  ],
  [
    'another app',
    'failed not-this-app',
    instead(
      () => true,
      () => htmlOf(200, 'Welcome to my shop'),
    ),
  ],
  [
    'below /api',
    'failed route-prefix',
    {
      instead: ({ path }) =>
        path.startsWith('/api/') ? answerOf(401, '', { 'www-authenticate': 'Bearer' }) : answerOf(404),
    },
  ],
]
