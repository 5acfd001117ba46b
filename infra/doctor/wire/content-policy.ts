/** The directives of one policy, names in lower case. */
export type Policy = ReadonlyMap<string, readonly string[]>

/** Whatever admits the script of a stranger. */
const LAX = new Set(['*', "'unsafe-inline'", 'http:', 'https:', 'data:', 'blob:'])

/**
 * Every policy in the header's value; a browser keeps to all of them, and to the first of two equal directives.
 * @see https://www.w3.org/TR/CSP3/#parse-serialized-policy
 */
export function parsePolicies(header: string): readonly Policy[] {
  return header
    .slice(0, 8_192)
    .split(',')
    .map((policy) => {
      const directives = new Map<string, readonly string[]>()
      for (const directive of policy.split(';')) {
        const [name = '', ...values] = directive.trim().split(/\s+/)
        const known = name.toLowerCase()
        if (name !== '' && !directives.has(known)) directives.set(known, values)
      }
      return directives
    })
}

/** Whether nobody may frame the page: `'none'` beside another source has no effect. */
export function forbidsFraming(policy: Policy): boolean {
  const sources = policy.get('frame-ancestors')
  return sources?.length === 1 && sources[0]?.toLowerCase() === "'none'"
}

/** Whether scripts are bounded to what the page's author named. */
export function boundsScripts(policy: Policy): boolean {
  const sources = policy.get('script-src') ?? policy.get('default-src')
  return sources !== undefined && !sources.some((source) => LAX.has(source.toLowerCase()))
}
