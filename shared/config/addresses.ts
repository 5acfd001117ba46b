const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/** A host alone. */
export const isHost = (name: string): boolean =>
  URL.canParse(`https://${name}`) && new URL(`https://${name}`).href === `https://${name}/`

/** https, but in Development also http to this machine. */
export function isSafeUrl(value: string, development: boolean): boolean {
  const { protocol, hostname } = new URL(value)
  return protocol === 'https:' || (protocol === 'http:' && development && LOOPBACK.has(hostname))
}

/** An https address with one `*` at most, for a whole segment of its path. */
export function isRedirectPattern(pattern: string): boolean {
  const stars = pattern.split('*').length - 1
  return (
    URL.canParse(pattern) &&
    pattern.startsWith('https://') &&
    !new URL(pattern).host.includes('*') &&
    !/[?#]/.test(pattern) &&
    (stars === 0 || (stars === 1 && /\/\*(\/|$)/.test(pattern)))
  )
}
