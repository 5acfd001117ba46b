import { isPrivateUseUri } from './private-use-uri.ts'

/**
 * Whether codes may go where a setting says: https, one `*` for a whole path segment, or exactly an app’s own scheme. It
 * must be written as the address of a request has to be, or it would never match one: small letters in the host, no
 * default port, no user name, no dot segments.
 */
export function isRedirectPattern(pattern: string): boolean {
  const stars = pattern.split('*').length - 1
  if (isPrivateUseUri(pattern)) return true
  if (!URL.canParse(pattern)) return false
  const { href, host, username, password } = new URL(pattern)
  return (
    pattern.startsWith('https://') &&
    (href === pattern || href === `${pattern}/`) &&
    username + password === '' &&
    !host.includes('*') &&
    !/[?#]/.test(pattern) &&
    (stars === 0 || (stars === 1 && /\/\*(\/|$)/.test(pattern)))
  )
}

/** The same in words. */
export const REDIRECT_PATTERNS_WANTED =
  'must list https addresses as they are sent (small letters in the host, no :443), with at most one * as a whole path segment, or exact addresses of an app’s own scheme, and of none that runs, reads or belongs to others'
