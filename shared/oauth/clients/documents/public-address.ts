import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3')
/** Public by range, yet Azure answers it inside every virtual machine: its channel for platform resources. */
const AZURE_PLATFORM = '168.63.129.16'

/**
 * Whether an IP address is one of the open Internet: not loopback, private, link-local, shared, reserved or cloud
 * metadata, and no IPv6 form that carries an IPv4 address (mapped, compatible, 6to4, Teredo, NAT64).
 * @param address one address in text, as a resolver gives it; anything else is not public
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false
  const parsed = ipaddr.parse(address)
  if (parsed.range() !== 'unicast') return false
  return parsed instanceof ipaddr.IPv4 ? parsed.toString() !== AZURE_PLATFORM : parsed.match(GLOBAL_UNICAST)
}
