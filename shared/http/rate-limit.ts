import { createHmac } from 'node:crypto'
import ipaddr from 'ipaddr.js'
import { LRUCache } from 'lru-cache'
import type { Endpoint } from './message.ts'
import { WireError } from './wire-error.ts'

export type RateLimit = {
  /** Requests of one address in a window. One office is one address. */
  readonly most: number
  readonly windowMs: number
  readonly now: () => number
  /** Random per process: addresses are remembered as HMACs only. */
  readonly key: Uint8Array
}

const MOST_ADDRESSES = 10_000

/** One household or server is given a whole /64 of IPv6, and could ask from each of its addresses. */
function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  if (parsed instanceof ipaddr.IPv4) return parsed.toString()
  return `${parsed.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`
}

/** Bounds what one address may ask of an endpoint, in the memory of this instance. */
export function withRateLimit(endpoint: Endpoint, { most, windowMs, now, key }: RateLimit): Endpoint {
  const windows = new LRUCache<string, { count: number; readonly endsAt: number }>({ max: MOST_ADDRESSES })
  return (request) => {
    const address = createHmac('sha256', key).update(networkOf(request.clientAddress)).digest('base64url')
    const running = windows.get(address)
    const window = running && running.endsAt > now() ? running : { count: 0, endsAt: now() + windowMs }
    window.count += 1
    windows.set(address, window)
    if (window.count <= most) return endpoint(request)
    request.audit({ name: 'rate.limited', step: request.path, count: window.count })
    const wait = String(Math.max(1, Math.ceil((window.endsAt - now()) / 1000)))
    return Promise.reject(
      new WireError(429, 'temporarily_unavailable', 'Too many requests from this address. Wait and try again.', {
        headers: { 'retry-after': wait },
      }),
    )
  }
}
