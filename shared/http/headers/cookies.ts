import type { Cookie } from '../message.ts'

/**
 * Cookies by name, read as browsers write them: parts end at `;` alone, and nothing but spaces and tabs surrounds a
 * name or value. Whoever splits at `,` too, or trims what JavaScript calls blank (U+00A0), sees a `__Host-` cookie
 * inside another one, which a sibling host may plant. Of two with one name the first counts, as browsers send the more
 * specific one first.
 * @see https://www.rfc-editor.org/rfc/rfc6265#section-5.4
 */
export function parseCookies(header: string | null): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>()
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=')
    const name = trimBlanks(part.slice(0, at))
    if (at > 0 && name !== '' && !cookies.has(name)) cookies.set(name, trimBlanks(part.slice(at + 1)))
  }
  return cookies
}

const isBlank = (character: string | undefined) => character === ' ' || character === '\t'

function trimBlanks(text: string): string {
  let [from, to] = [0, text.length]
  while (from < to && isBlank(text[from])) from += 1
  while (to > from && isBlank(text[to - 1])) to -= 1
  return text.slice(from, to)
}

/** `__Host-`: Secure, no Domain, Path=/, so that no other host, subdomain or path can set or shadow it. */
export const hostCookie = (purpose: string, flowId: string): string => `__Host-${purpose}-${flowId}`

export const expireCookie = (name: string): Cookie => ({ name, value: '', maxAge: 0 })
