/** Names of error classes and our own constant sentences; never a message of another library, which may hold data. */
export function reasonOf(thrown: unknown): string {
  const names: string[] = []
  for (let error = thrown; error instanceof Error && names.length < 4; error = error.cause) {
    const code = 'code' in error && typeof error.code === 'string' ? `(${error.code})` : ''
    names.push(`${error.name}${code}`)
  }
  return names.join(' < ') || typeof thrown
}
