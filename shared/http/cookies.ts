import type { Cookie } from './message.ts'

/** Cookies by name; of two with one name the first counts, as browsers send the more specific one first. */
export function parseCookies(header: string | null): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>()
  for (const part of (header ?? '').split(/[;,]/)) {
    const at = part.indexOf('=')
    const name = part.slice(0, at).trim()
    if (at > 0 && !cookies.has(name)) cookies.set(name, part.slice(at + 1).trim())
  }
  return cookies
}

/** `__Host-`: Secure, no Domain, Path=/, so that no other host, subdomain or path can set or shadow it. */
export const hostCookie = (purpose: string, flowId: string): string => `__Host-${purpose}-${flowId}`

export const expireCookie = (name: string): Cookie => ({ name, value: '', maxAge: 0 })
