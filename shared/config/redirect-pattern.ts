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
