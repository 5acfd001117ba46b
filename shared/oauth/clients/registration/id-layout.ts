import type { AuthMethod } from '../../../storage/ports.ts'
import { WELL_KNOWN, wellKnownStart } from './well-known-redirects.ts'

/** What a client registered: all that its id carries, beside the day and the random part. */
export type Registration = {
  readonly name: string
  /** Printable ASCII each. */
  readonly redirectUris: readonly string[]
  readonly authMethod: AuthMethod
}

/** An id names a method by its place here: only the end may grow. */
export const AUTH_METHODS: readonly AuthMethod[] = ['none', 'client_secret_post', 'client_secret_basic']
export const RANDOM_BYTES = 8

/** Where what follows the day (2 bytes), the random part and the method begins. */
const TEXT_AT = 2 + RANDOM_BYTES + 1
/** Each address begins with this and the place of its well-known start; all other bytes of it are ASCII. */
const ADDRESS = 0x80
const NAME = 0xff

/** @param day days since 1970 */
export function layOut({ name, redirectUris, authMethod }: Registration, day: number, random: Uint8Array): Buffer {
  const head = Buffer.alloc(TEXT_AT)
  head.writeUInt16BE(day)
  head.set(random, 2)
  head.writeUInt8(AUTH_METHODS.indexOf(authMethod), TEXT_AT - 1)
  const addresses = redirectUris.map((uri) => {
    const place = wellKnownStart(uri)
    const rest = uri.slice((WELL_KNOWN[place] ?? '').length)
    return Buffer.concat([Buffer.of(ADDRESS + place), Buffer.from(rest, 'latin1')])
  })
  return Buffer.concat([head, ...addresses, Buffer.of(NAME), Buffer.from(name)])
}

/** The registration in bytes that `layOut` made; `undefined` for what a later version of this app may have made. */
export function readLayout(bytes: Buffer): Registration | undefined {
  const nameAt = bytes.indexOf(NAME, TEXT_AT)
  const authMethod = AUTH_METHODS[bytes[TEXT_AT - 1] ?? NAME]
  if (nameAt < 0 || authMethod === undefined) return undefined
  const redirectUris: string[] = []
  for (let at = TEXT_AT; at < nameAt;) {
    const end = nextAbove(bytes, at + 1)
    const start = WELL_KNOWN[(bytes[at] ?? 0) - ADDRESS]
    if (start === undefined) return undefined
    redirectUris.push(start + bytes.toString('latin1', at + 1, end))
    at = end
  }
  return { name: bytes.toString('utf8', nameAt + 1), redirectUris, authMethod }
}

/** Where the next byte that is not ASCII stands: the end of an address. */
function nextAbove(bytes: Buffer, from: number): number {
  let at = from
  while ((bytes[at] ?? NAME) < ADDRESS) at += 1
  return at
}
