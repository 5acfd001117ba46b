import { BlockList, isIPv4 } from 'node:net'

/** Ranges that no packet from the internet comes from. @see https://www.iana.org/assignments/iana-ipv4-special-registry */
const NOT_PUBLIC: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
]

const blocked = new BlockList()
for (const [network, prefix] of NOT_PUBLIC) blocked.addSubnet(network, prefix)

/** Whether a text is one IPv4 address of the internet: what a rule may admit, and no range. */
export const isPublicAddress = (text: string): boolean => isIPv4(text) && !blocked.check(text)

/**
 * The address by which Key Vault knows whoever it refuses: no third party is asked, and it is the one that its rule must
 * name, whatever proxy lies between.
 * @see https://learn.microsoft.com/azure/key-vault/general/rest-error-codes#http-403-insufficient-permissions
 */
export const addressIn = (message: string): string | undefined => {
  const found = /\bClient address: (\d{1,3}(?:\.\d{1,3}){3})(?!\.?\d)/.exec(message.slice(0, 2_000))?.[1]
  return found !== undefined && isPublicAddress(found) ? found : undefined
}
