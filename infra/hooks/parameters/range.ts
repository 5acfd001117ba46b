/** RFC 1918 §3. */
const PRIVATE: readonly (readonly [string, number])[] = [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
]
const SMALLEST = 25

const numberOf = (address: string): number => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
const sizeOf = (prefix: number): number => 2 ** (32 - prefix)

/** Whether a text is a private IPv4 range with room for two subnets of 64 addresses, written by its first address. */
export const isPrivateRange = (text: string): boolean => {
  const [, address = '', prefixText = ''] =
    /^((?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2}))\/(\d{1,2})$/.exec(text) ?? []
  if (address === '' || address.split('.').some((part) => Number(part) > 255)) return false
  const prefix = Number(prefixText)
  const first = numberOf(address)
  const home = PRIVATE.find(
    ([network, length]) => first >= numberOf(network) && first < numberOf(network) + sizeOf(length),
  )
  return home !== undefined && prefix >= home[1] && prefix <= SMALLEST && first % sizeOf(prefix) === 0
}
