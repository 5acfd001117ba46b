/** Base64url has several spellings of the same bytes; the one that we write is the only one. @see RFC 4648 §3.5 */
export function canonicalBytes(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}

/** The same of each part of a JWE in its compact form, which jose reads in any spelling. @see RFC 7516 §7.1 */
export const isCanonicalJwe = (jwe: string): boolean =>
  jwe.split('.').every((part) => canonicalBytes(part) !== undefined)
