export const BOTH_TYPES = 'application/json, text/event-stream'

/** curl and simple clients accept anything, but do not say so in the two names that the specification asks for. */
export function widenAccept(accept: string | null): string {
  const isOpen = accept === null || accept.trim() === '' || typesIn(accept).includes('*/*')
  return isOpen ? BOTH_TYPES : accept
}

/** Many HTTP libraries say so by themselves; RFC 9110 section 12.5.1 has no stream for them. */
export function takesJsonAlone(accept: string | null): boolean {
  const types = typesIn(accept ?? '')
  return types.includes('application/json') && !types.includes('text/event-stream') && !types.includes('*/*')
}

function typesIn(accept: string): string[] {
  return accept.split(',').map((range) => (range.split(';')[0] ?? '').trim().toLowerCase())
}
