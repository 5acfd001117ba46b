import type { Parameters } from '../../http/form.ts'

/** What the client knows of the person; Entra begins with it, and the person may still choose otherwise. */
export type Hints = { readonly loginHint?: string; readonly domainHint?: string }

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i
/** The characters of a user principal name. @see https://learn.microsoft.com/entra/identity/hybrid/connect/plan-connect-userprincipalname */
const LOCAL_PART = /^[\w.!#^~'+-]{1,64}$/
const MOST_CHARACTERS = 254

function isDomain(text: string): boolean {
  if (text.length > MOST_CHARACTERS) return false
  const labels = text.split('.')
  return labels.length > 1 && labels.every((label) => LABEL.test(label))
}

function isAddress(text: string): boolean {
  if (text.length > MOST_CHARACTERS) return false
  const [local = '', domain = '', ...more] = text.split('@')
  return more.length === 0 && LOCAL_PART.test(local) && isDomain(domain)
}

/**
 * `login_hint` and `domain_hint` where they are plain: an address and a domain. A hint is no demand, so another one is
 * left out, and `leftOut` names it for the log.
 * @see https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest
 */
export function parseHints(parameters: Parameters): { readonly hints: Hints; readonly leftOut: readonly string[] } {
  const login = parameters.get('login_hint')
  const domain = parameters.get('domain_hint')
  const loginHint = login !== undefined && isAddress(login) ? login : undefined
  const domainHint = domain !== undefined && isDomain(domain) ? domain : undefined
  return {
    hints: { ...(loginHint === undefined ? {} : { loginHint }), ...(domainHint === undefined ? {} : { domainHint }) },
    leftOut: [...(login !== loginHint ? ['login_hint'] : []), ...(domain !== domainHint ? ['domain_hint'] : [])],
  }
}
