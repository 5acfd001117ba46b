const MOST_LOGGED = 300
const MOST_SHOWN = 100
/** Of letters alone, as ids are not; the addresses that clients really use have nine at most, a sentence wants more. */
const MOST_WORDS = 9
const AFTER_WORD = /(?<=[A-Za-z0-9])(?![A-Za-z0-9])/
const AS_IN_ADDRESSES = /^[A-Za-z0-9._~/:[\]-]*/

const isWord = (piece: string): boolean => /^[^A-Za-z0-9]*[A-Za-z]{2,}$/.test(piece)

/** Addresses as strangers sent them, for one field of the log: no user name, and no query, which may hold secrets. */
export const addressesForLog = (addresses: readonly string[]): string =>
  addresses.map((address) => forLog(address.slice(0, MOST_LOGGED))).join(' ')

const forLog = (address: string): string =>
  (address.split(/[?#]/, 1)[0] ?? '').replace(/\/\/[^/]*@/, '//…@').replaceAll(/[^\x21-\x7e…]/g, '\uFFFD')

/**
 * The beginning of an address that a stranger sent, for a page of ours, where nobody but us may write sentences: letters,
 * digits and what stands between them in an address, a few words, and no escape, query or user name. `undefined` for
 * what is no address.
 */
export function addressForPage(address: string): string | undefined {
  const read = URL.parse(address.slice(0, MOST_LOGGED))
  if (!read || read.username !== '' || read.password !== '') return undefined
  const [plain = ''] = AS_IN_ADDRESSES.exec(address.slice(0, MOST_SHOWN)) ?? []
  const pieces = plain.split(AFTER_WORD)
  const end = pieces.findIndex((_, at) => pieces.slice(0, at + 1).filter(isWord).length > MOST_WORDS)
  const shown = pieces.slice(0, end < 0 ? pieces.length : end).join('')
  return shown === address ? shown : `${shown}…`
}
