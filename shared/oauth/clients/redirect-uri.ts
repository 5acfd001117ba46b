import { isPrivateUseUri } from '../../config/clients/private-use-uri.ts'

export type RedirectRule = {
  /** Exact addresses, those of an app's own scheme too, or https with one `*` in place of a whole path segment. */
  readonly patterns: readonly string[]
  /** Any path on this machine, none, or these: exactly, or one `*` in place of a whole segment. */
  readonly loopback: boolean | readonly string[]
}

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])

/**
 * Whether codes may be sent to an address at all, whoever registered it. Checked at registration and again at
 * authorization, since a metadata document on anybody's host never passed registration.
 */
export function isAllowedRedirect(uri: string, rule: RedirectRule): boolean {
  if (isPrivateUseUri(uri)) return rule.patterns.includes(uri)
  if (!isWellFormed(uri)) return false
  const url = new URL(uri)
  if (url.protocol === 'http:') return LOOPBACK.has(url.hostname) && isAllowedLoopback(url, rule.loopback)
  return url.protocol === 'https:' && rule.patterns.some((pattern) => matches(uri, pattern))
}

/** The port is free (RFC 8252 §7.3); beside a listed path there is no query in which anything could hide. */
function isAllowedLoopback({ pathname, href }: URL, allowed: RedirectRule['loopback']): boolean {
  if (typeof allowed === 'boolean') return allowed
  return !href.includes('?') && allowed.some((path) => matches(pathname, path))
}

/** Whether an address is one of this machine, on whatever path: the setting for paths could admit it. */
export const isLoopbackRedirect = (uri: string): boolean => isAllowedRedirect(uri, { patterns: [], loopback: true })

/** Printable ASCII, canonical, no fragment, no user name: what two parties could read differently is refused. */
function isWellFormed(uri: string): boolean {
  if (!/^[\x21-\x7e]{1,500}$/.test(uri) || /[\\#]/.test(uri) || !URL.canParse(uri)) return false
  const url = new URL(uri)
  return url.username === '' && url.password === '' && (url.href === uri || url.href === `${uri}/`)
}

function matches(uri: string, pattern: string): boolean {
  const [before, after] = pattern.split('*')
  if (before === undefined || after === undefined) return uri === pattern
  const middle = uri.slice(before.length, uri.length - after.length)
  return uri.startsWith(before) && uri.endsWith(after) && /^[A-Za-z0-9_-]{1,128}$/.test(middle)
}

/**
 * Exact comparison with what the client registered; a loopback address may differ in its port alone.
 * @see https://www.rfc-editor.org/rfc/rfc8252#section-7.3
 */
export function isRegisteredRedirect(uri: string, registered: readonly string[]): boolean {
  return registered.includes(uri) || registered.some((one) => sameButPort(uri, one))
}

function sameButPort(uri: string, registered: string): boolean {
  if (!URL.canParse(uri) || !URL.canParse(registered)) return false
  const [left, right] = [new URL(uri), new URL(registered)]
  if (left.protocol !== 'http:' || !LOOPBACK.has(left.hostname)) return false
  left.port = right.port = ''
  return left.href === right.href
}
