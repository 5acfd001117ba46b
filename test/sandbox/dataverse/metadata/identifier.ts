import { createHash } from 'node:crypto'

const known = new Map<string, string>()

/** The same metadata id for the same name at every start. */
export function metadataId(...names: readonly string[]): string {
  const whole = names.join('/')
  const id = known.get(whole) ?? idFrom(whole)
  known.set(whole, id)
  return id
}

function idFrom(whole: string): string {
  const hex = createHash('sha256').update(whole).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-9${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
