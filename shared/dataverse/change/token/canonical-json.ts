/**
 * One text for all that means the same: members by name, texts in NFC, nothing for what is absent. Two values have the
 * same text only where a person would be shown the same.
 * @see RFC 8785, of which it takes the order and the numbers
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((one) => canonicalJson(one ?? null)).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(plain(value))
  const members = Object.entries(value).flatMap(([name, of]) =>
    of === undefined ? [] : [`${JSON.stringify(name.normalize('NFC'))}:${canonicalJson(of)}`],
  )
  return `{${members.toSorted().join(',')}}`
}

function plain(value: unknown): unknown {
  return typeof value === 'string' ? value.normalize('NFC') : (value ?? null)
}
