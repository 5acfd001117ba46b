const BOTH_TYPES = 'application/json, text/event-stream'

/** curl and simple clients accept anything, but do not say so in the two names that the specification asks for. */
export function widenAccept(accept: string | null): string {
  const listed = (accept ?? '').split(',').map((range) => range.split(';')[0]?.trim())
  return accept === null || accept.trim() === '' || listed.includes('*/*') ? BOTH_TYPES : accept
}
