/** In a list of hosts: any host that is public. */
export const ANY_HOST = '*'

/**
 * Whose documents are read: hosts of the list, exact; others only where `*` is on it, too. Everybody else is refused
 * before a name is looked up, so that no stranger chooses whom this server asks.
 */
export function admits(host: string, list: readonly string[]): 'listed' | 'other' | undefined {
  if (list.includes(host)) return 'listed'
  return list.includes(ANY_HOST) ? 'other' : undefined
}

const INSIDE = ['localhost', 'local', 'internal', 'home.arpa']

/**
 * A name that stands for this machine or its own network, whatever a name server says.
 * @see https://www.rfc-editor.org/rfc/rfc6761#section-6.3 and RFC 6762 §3
 */
export function isInsideName(host: string): boolean {
  const name = host.endsWith('.') ? host.slice(0, -1) : host
  return !name.includes('.') || INSIDE.some((zone) => name.endsWith(`.${zone}`))
}
