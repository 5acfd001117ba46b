import { createHash } from 'node:crypto'

/** The same metadata id for the same name at every start. */
export function metadataId(...names: readonly string[]): string {
  const hex = createHash('sha256').update(names.join('/')).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-9${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
