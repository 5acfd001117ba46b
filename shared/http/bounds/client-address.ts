import ipaddr from 'ipaddr.js'

/**
 * The address that the outermost trusted hop saw. Each hop appends the address that it was called from, so what stands
 * further left is whatever the client wrote. A request with fewer entries than hops has gone around the outer ones.
 * @param hops front doors whose entries are trusted, the platform's own front end among them: 1 or more
 */
export function clientAddressOf(forwardedFor: string | null, hops: number): string {
  const entries = (forwardedFor ?? '').split(',')
  return withoutPort((entries.at(-hops) ?? entries.at(-1) ?? '').trim())
}

/** `192.0.2.1:51000` and `[2001:db8::1]:51000`, as App Service writes them. */
function withoutPort(entry: string): string {
  if (entry.startsWith('[')) return entry.slice(1, entry.includes(']') ? entry.indexOf(']') : undefined)
  const colon = entry.indexOf(':')
  return colon > 0 && colon === entry.lastIndexOf(':') ? entry.slice(0, colon) : entry
}

/** One household or server is given a whole /64 of IPv6, and could ask from each of its addresses. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  if (parsed instanceof ipaddr.IPv4) return parsed.toString()
  const network = parsed.parts.slice(0, 4).map((part) => part.toString(16))
  return `${network.join(':')}::/64`
}
