import type { LookupAddress } from 'node:dns'
import { Resolver } from 'node:dns/promises'

/** For one name server's answer; those of the list are asked one after another. */
const PER_SERVER_MS = 2_000

/**
 * The addresses of a name, of both families, by c-ares and its own sockets. `dns.lookup` would wait in the four threads
 * that files, keys and every other look-up of the process share: two dozen names whose servers keep silent then stop
 * all of them for minutes. The file of hosts is not read, so no name of this machine is found.
 * @param signal ends the look-up itself, not merely the waiting for it
 * @param servers only tests give their own
 * @throws the resolver's error where neither family has an address
 * @see https://nodejs.org/api/dns.html#implementation-considerations
 */
export async function resolveHost(
  host: string,
  signal: AbortSignal,
  servers?: readonly string[],
): Promise<readonly LookupAddress[]> {
  signal.throwIfAborted()
  const resolver = new Resolver({ timeout: PER_SERVER_MS, tries: 1 })
  if (servers) resolver.setServers(servers)
  const cancel = () => resolver.cancel()
  signal.addEventListener('abort', cancel, { once: true })
  try {
    const [four, six] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
    if (four.status === 'rejected' && six.status === 'rejected') throw four.reason
    return [...addresses(four, 4), ...addresses(six, 6)]
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}

const addresses = (answer: PromiseSettledResult<string[]>, family: 4 | 6): LookupAddress[] =>
  answer.status === 'fulfilled' ? answer.value.map((address) => ({ address, family })) : []
