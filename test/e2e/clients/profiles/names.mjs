// Plain JavaScript: it is loaded before everything else.
import { Resolver } from 'node:dns/promises'

/** Any public address: nothing connects to it, since connections to names lead to this machine by another way. */
const PUBLIC = '1.1.1.1'

// The name servers of this stand-in: they know every name, by its address of the older family.
Resolver.prototype.resolve4 = async () => [PUBLIC]
Resolver.prototype.resolve6 = async (name) => {
  throw Object.assign(new Error(`queryAaaa ENODATA ${name}`), { code: 'ENODATA' })
}
