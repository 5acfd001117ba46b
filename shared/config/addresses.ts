const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/** A host alone; a star or a port would look like a rule, and match nothing. */
export const isHost = (name: string): boolean =>
  !name.includes('*') && URL.canParse(`https://${name}`) && new URL(`https://${name}`).hostname === name

/** https, but in Development also http to this machine. */
export function isSafeUrl(value: string, development: boolean): boolean {
  const { protocol, hostname } = new URL(value)
  return protocol === 'https:' || (protocol === 'http:' && development && LOOPBACK.has(hostname))
}
