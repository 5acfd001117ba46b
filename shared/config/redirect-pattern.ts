import { isPrivateUseUri } from './private-use-uri.ts'

/** Whether codes may go where a setting says: https, one `*` for a whole path segment, or exactly an app's own scheme. */
export function isRedirectPattern(pattern: string): boolean {
  const stars = pattern.split('*').length - 1
  if (isPrivateUseUri(pattern)) return true
  return (
    URL.canParse(pattern) &&
    pattern.startsWith('https://') &&
    !new URL(pattern).host.includes('*') &&
    !/[?#]/.test(pattern) &&
    (stars === 0 || (stars === 1 && /\/\*(\/|$)/.test(pattern)))
  )
}

/** The same in words. */
export const REDIRECT_PATTERNS_WANTED =
  'must list https addresses with at most one * as a whole path segment, or exact addresses of an app’s own scheme, and of none that runs, reads or belongs to others'
