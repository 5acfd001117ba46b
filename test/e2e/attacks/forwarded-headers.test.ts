// Not in a bare npm test: starts built instances of the app.
import { beforeAll, describe, expect, test } from '@jest/globals'
import { buildAuthorizeUrl } from '../../sandbox/chatgpt/authorize.ts'
import { STREAM_MODE } from '../../sandbox/start-sandbox.ts'
import { newParty, type Party } from '../support/oauth.ts'
import { raw, type RawAnswer, type RawRequest } from '../support/raw.ts'
import { useSandbox } from '../support/suite.ts'

const EVIL = 'evil.example'

/** Whatever some proxy or framework takes for the address that was asked, each alone. */
const FORGED: Readonly<Record<string, string>> = {
  host: EVIL,
  'x-forwarded-host': EVIL,
  'x-forwarded-server': EVIL,
  'x-forwarded-proto': 'http',
  'x-forwarded-scheme': 'http',
  'x-forwarded-ssl': 'off',
  'x-forwarded-port': '8443',
  'x-forwarded-prefix': `//${EVIL}`,
  'x-forwarded-path': `//${EVIL}`,
  'x-forwarded-uri': `https://${EVIL}/mcp`,
  forwarded: `for=192.0.2.1;host=${EVIL};proto=http`,
  'x-host': EVIL,
  'x-real-host': EVIL,
  'x-proxy-host': EVIL,
  'x-original-host': EVIL,
  'x-original-url': `https://${EVIL}/oauth/authorize`,
  'x-rewrite-url': `https://${EVIL}/`,
  'x-http-host-override': EVIL,
  'x-http-method-override': 'DELETE',
  'x-envoy-original-path': `//${EVIL}`,
  'x-envoy-external-address': EVIL,
  'x-ms-original-url': `https://${EVIL}/`,
  'x-azure-fdid': EVIL,
  'disguised-host': EVIL,
  'was-default-hostname': EVIL,
  'x-waws-unencoded-url': `//${EVIL}`,
  'front-end-https': 'off',
  'cf-visitor': '{"scheme":"http"}',
  'base-url': `https://${EVIL}`,
  referer: `https://${EVIL}/`,
  via: `1.1 ${EVIL}`,
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const JSON_TYPE = { 'content-type': 'application/json' }
type Ask = readonly [what: string, path: string, request?: RawRequest]

const form = (fields: string, headers: object = {}): RawRequest => ({
  method: 'POST',
  headers: { ...FORM, 'content-length': String(fields.length), ...headers },
  body: [fields],
})
const json = (value: unknown): RawRequest => {
  const text = JSON.stringify(value)
  return { method: 'POST', headers: { ...JSON_TYPE, 'content-length': String(text.length) }, body: [text] }
}

/** Every endpoint, answered well where it can be without a person, and refused in each way that shows an address. */
const asks = ({ client, discovery }: Party): readonly Ask[] => {
  const authorize = (more: Readonly<Record<string, string>> = {}) => {
    const { pathname, search } = new URL(buildAuthorizeUrl(discovery, client, more).url)
    return pathname + search
  }
  const registration = { redirect_uris: [client.redirectUri], token_endpoint_auth_method: 'none' }
  return [
    ...['/oauth-protected-resource', '/oauth-protected-resource/mcp', '/oauth-authorization-server'].map(
      (path): Ask => [`GET ${path}`, `/.well-known${path}`],
    ),
    ['GET openid-configuration', '/.well-known/openid-configuration'],
    ['HEAD a document', '/.well-known/oauth-authorization-server', { method: 'HEAD' }],
    ['home', '/'],
    ['home as a page', '/', { headers: { accept: 'text/html' } }],
    ['health', '/health'],
    ['what is not there', '/nowhere'],
    ['a wrong method', '/oauth/token'],
    ['the challenge', '/mcp', json({})],
    ['the challenge of GET', '/mcp'],
    ['a token that is none', '/mcp', { headers: { authorization: 'Bearer x' } }],
    ['preflight', '/mcp', { method: 'OPTIONS', headers: { 'access-control-request-method': 'POST' } }],
    ['registration', '/oauth/register', json(registration)],
    ['registration refused', '/oauth/register', json({ redirect_uris: ['https://other.example/x'] })],
    ['consent', authorize()],
    ['authorize refused, sent back', authorize({ response_type: 'x' })],
    ['authorize refused, shown', authorize({ client_id: 'nobody' })],
    ['consent without its page', '/oauth/authorize', form('transaction=x&answer=continue')],
    ['callback of nobody', '/oauth/callback?state=x&code=y'],
    ['token refused', '/oauth/token', form(`grant_type=refresh_token&refresh_token=x&client_id=${client.clientId}`)],
    ['revocation', '/oauth/revoke', form(`token=x&client_id=${client.clientId}`)],
    ['one’s own connections', '/me'],
    ['manage without a token', '/manage', json({ command: 'keys' })],
  ]
}

const UNLIKE = new Set(['date', 'content-length'])
const masked = (text: string): string => text.replace(/[\w-]{16,}|\b\d{10}\b/g, '…')

/** All of an answer but what is random, so that two can be compared. */
const shown = ({ status, headers, text }: RawAnswer) => ({
  status,
  headers: Object.entries(headers)
    .filter(([name]) => !UNLIKE.has(name))
    .map(([name, value]) => `${name}: ${masked(String(value))}`)
    .sort(),
  text: masked(text),
})

/** The names of some, and them, for each group in turn. */
function inGroupsOf(size: number): [names: string, forged: Readonly<Record<string, string>>][] {
  const all = Object.entries(FORGED)
  return all
    .filter((_one, at) => at % size === 0)
    .map((_one, at) => all.slice(at * size, (at + 1) * size))
    .map((group) => [group.map(([name, value]) => `${name}: ${value}`).join(', '), Object.fromEntries(group)])
}

type Send = (headers: Readonly<Record<string, string>>) => Promise<RawAnswer>

const sandbox = useSandbox({ deployed: true })
let asked = 0
/** Each from an address of its own, or the limits on failures would answer. */
const elsewhere = () => ({ 'x-forwarded-for': `10.9.${Math.floor(++asked / 250)}.${asked % 250}:5000` })

describe.each([
  ['buffered mode', {}, 1],
  ['stream mode, where the worker makes the address of a request from these headers', STREAM_MODE, 6],
])('%s', (_mode, settings, together) => {
  let answers: readonly { readonly what: string; readonly send: Send; readonly before: unknown }[]
  beforeAll(async () => {
    const party = await newParty(sandbox())
    const { url } = await sandbox().startInstance(settings)
    const sent = asks(party).map(async ([what, path, request = {}]) => {
      const send: Send = (headers) =>
        raw(url + path, { ...request, headers: { ...request.headers, ...elsewhere(), ...headers } })
      return { what, send, before: shown(await send({})) }
    })
    answers = await Promise.all(sent)
  })

  test.each(inGroupsOf(together))('%s: no answer of any endpoint changes', async (_names, forged) => {
    for (const { what, send, before } of answers) {
      const after = await send(forged)
      expect([what, shown(after)]).toEqual([what, before])
      expect([what, JSON.stringify(after)]).not.toEqual([what, expect.stringContaining('evil')])
    }
  })
})
