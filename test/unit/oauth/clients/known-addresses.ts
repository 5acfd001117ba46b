import { type ClientName, KNOWN_CLIENTS } from '../../../../shared/config/clients/known-clients.ts'

export const NAMES = Object.keys(KNOWN_CLIENTS) as ClientName[]
const HOSTS = ['127.0.0.1', 'localhost', '[::1]']
const PORTS = ['', ':1', ':33418', ':65535']

/** An address that a client uses, and what of the table admits it. */
export type Address = { readonly uri: string; readonly pattern: string }

const filled = (pattern: string): string => pattern.replace('*', 'Ab-1_cDe23')

export function addressesOf(name: ClientName): Address[] {
  const { redirectUris, loopbackPaths } = KNOWN_CLIENTS[name]
  return [
    ...redirectUris.map((pattern) => ({ pattern, uri: filled(pattern) })),
    ...loopbackPaths.flatMap((pattern) =>
      HOSTS.flatMap((host) => PORTS.map((port) => ({ pattern, uri: `http://${host}${port}${filled(pattern)}` }))),
    ),
  ]
}

type Change = readonly [how: string, change: (uri: string) => string]
const host = (change: (host: string) => string) => (uri: string) =>
  uri.replace(/^([a-z.+-]+:\/\/)([^/]+)/, (_, before: string, name: string) => before + change(name))
const path = (change: (path: string) => string) => (uri: string) =>
  uri.replace(/^([a-z.+-]+:\/\/[^/]+)(\/.*)$/, (_, before: string, rest: string) => before + change(rest))

const ALL: readonly Change[] = [
  ['a host with a suffix', host((name) => `${name.replace(/:\d+$/, '')}.evil.example`)],
  ['a user name', host((name) => `evil@${name}`)],
  ['the host as a user name', host((name) => `${name}@evil.example`)],
  ['an empty user name', host((name) => `@${name}`)],
  ['a backslash', (uri) => uri.replace('//', '//evil.example\\@')],
  ['a scheme in capitals', (uri) => uri.replace(/^[a-z]+/, (scheme) => scheme.toUpperCase())],
  ['an extra query', (uri) => `${uri}?next=https://evil.example`],
  ['an empty query', (uri) => `${uri}?`],
  ['a fragment', (uri) => `${uri}#evil`],
  ['an extra segment', (uri) => `${uri}${uri.endsWith('/') ? '' : '/'}evil.example`],
  ['two of them', (uri) => `${uri}${uri.endsWith('/') ? '' : '/'}evil/evil`],
  ['a slash at the end', (uri) => `${uri}/`],
  ['a way up', path((rest) => `/x/..${rest}`)],
  ['an escaped way up', path((rest) => `/x/%2e%2e${rest}`)],
  ['a doubled slash', path((rest) => `/${rest}`)],
  ['an escaped letter', path((rest) => rest.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`))],
  ['another case of the path', path((rest) => rest.replace(/[a-z]/, (letter) => letter.toUpperCase()))],
  ['a parameter', (uri) => `${uri};x`],
  ['a blank', (uri) => `${uri} `],
  ['a line break', (uri) => `${uri}\n`],
]
const WEB: readonly Change[] = [
  ['http', (uri) => uri.replace('https:', 'http:')],
  ['a host in capitals', host((name) => name.toUpperCase())],
  ['a dot after the host', host((name) => `${name}.`)],
  ['the default port', host((name) => `${name}:443`)],
  ['another port', host((name) => `${name}:8443`)],
  ['a host before', host((name) => `evil.${name}`)],
  ['a longer host', host((name) => `evil${name}`)],
  ['an extra plain segment', (uri) => `${uri}/evil`],
]
const LOOPBACK: readonly Change[] = [
  ['https', (uri) => uri.replace('http:', 'https:')],
  ['another loopback address', host((name) => name.replace(/^(127\.0\.0\.1|localhost|\[::1\])/, '127.0.0.2'))],
  ['a number', host((name) => name.replace(/^(127\.0\.0\.1|localhost|\[::1\])/, '2130706433'))],
  ['a private address', host((name) => name.replace(/^(127\.0\.0\.1|localhost|\[::1\])/, '192.168.0.1'))],
  ['a mapped address', host((name) => name.replace(/^(127\.0\.0\.1|localhost|\[::1\])/, '[::ffff:127.0.0.1]'))],
]
const PRIVATE: readonly Change[] = [
  ['another scheme', (uri) => uri.replace(':', 's:')],
  ['a host in capitals', host((name) => name.toUpperCase())],
  ['a port', host((name) => `${name}:1`)],
  ['a dot after the host', host((name) => `${name}.`)],
  ['no host', host(() => '')],
  ['one slash', (uri) => uri.replace('://', ':/')],
  ['no slashes', (uri) => uri.replace('://', ':')],
  ['https', (uri) => uri.replace(/^[a-z.+-]+:/, 'https:')],
]

/** What may look the same to a person or to a careless comparison. */
export function lookAlikesOf(uri: string): [how: string, uri: string][] {
  const own = uri.startsWith('https:') ? WEB : uri.startsWith('http:') ? LOOPBACK : PRIVATE
  const known = new Set(NAMES.flatMap(addressesOf).map((address) => address.uri))
  return [...ALL, ...own]
    .map(([how, change]): [string, string] => [how, change(uri)])
    .filter(([, changed]) => changed !== uri && !known.has(changed))
}
