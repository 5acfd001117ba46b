export type Bearer =
  | { readonly kind: 'absent' }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'present'; readonly token: string }

/** RFC 6750 section 2.1, `b64token`. */
const TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/
const SCHEME = /^bearer(?: +|$)/i

/** Reads the token from the `Authorization` header, the only place it may stand in; a longer one than `most` is none. */
export function readBearer(headers: Headers, most: number): Bearer {
  const header = headers.get('authorization')?.trim() ?? ''
  if (!SCHEME.test(header)) return { kind: 'absent' }
  const token = header.replace(SCHEME, '')
  return token.length <= most && TOKEN.test(token) ? { kind: 'present', token } : { kind: 'malformed' }
}
