/** What is wrong with the rows that somebody got, of those that they alone may see; undefined when they are right. */
export function wrongRows(who: string, expected: readonly string[], got: readonly string[]): string | undefined {
  const own = new Set(expected)
  const foreign = got.filter((one) => !own.has(one))
  if (foreign.length > 0) return `${who} was given ${foreign.join(', ')}`
  const missing = expected.filter((one) => !got.includes(one))
  if (missing.length > 0) return `${who} was not given ${missing.join(', ')}`
  if (got.length !== own.size) return `${who} was given rows twice`
  return undefined
}
