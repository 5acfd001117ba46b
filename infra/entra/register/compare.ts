type Members = Readonly<Record<string, unknown>>

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const sameList = (found: readonly unknown[], wanted: readonly unknown[]): boolean => {
  const left = [...found]
  const every = wanted.every((one) => {
    const index = left.findIndex((other) => matches(other, one))
    if (index >= 0) left.splice(index, 1)
    return index >= 0
  })
  return every && left.length === 0
}

/**
 * Whether what Graph shows is what is wanted: members that are not wanted do not count, lists are sets (Graph gives them
 * back in an order of its own), and what is false or empty may be absent.
 */
export const matches = (found: unknown, wanted: unknown): boolean => {
  if (Array.isArray(wanted)) return sameList(Array.isArray(found) ? found : [], wanted)
  if (isMembers(wanted))
    return Object.entries(wanted).every(([name, value]) => matches(isMembers(found) ? found[name] : undefined, value))
  return wanted === false ? found === false || found === null || found === undefined : found === wanted
}

/** One body out of several that name different members of one object. */
export const merge = (bodies: readonly Members[]): Members => {
  const all: Record<string, unknown> = {}
  for (const [name, value] of bodies.flatMap((body) => Object.entries(body))) {
    const present = all[name]
    all[name] = isMembers(present) && isMembers(value) ? merge([present, value]) : value
  }
  return all
}
