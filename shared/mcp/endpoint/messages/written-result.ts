/** JSON of what many results have in common, for as long as that lives. */
const written = new WeakMap<object, string>()

/** Writes a list as JSON once, however many results it is a member of; nobody can change it from now on. */
export function writeOnce<List extends readonly unknown[]>(list: List): List {
  Object.freeze(list)
  written.set(list, JSON.stringify(list))
  return list
}

/** A result as JSON, just as `JSON.stringify` has it. */
export function writtenResult(result: Readonly<Record<string, unknown>>): string {
  const members = Object.entries(result).filter(([, value]) => value !== undefined)
  if (!members.some(([, value]) => knownOf(value) !== undefined)) return JSON.stringify(result)
  const texts = members.map(([name, value]) => `${JSON.stringify(name)}:${knownOf(value) ?? JSON.stringify(value)}`)
  return `{${texts.join(',')}}`
}

function knownOf(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null ? written.get(value) : undefined
}
