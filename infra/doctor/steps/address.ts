import type { Code } from '../advice/advice.ts'
import type { Page } from '../report.ts'

export type Address = { readonly url: string; readonly origin: string; readonly isLoopback: boolean }

type Judged = { readonly code: Code; readonly found: string; readonly better?: string }

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])
const HOST = /^(?:[a-z0-9.-]{1,253}|\[[0-9a-f:.]+\])$/
const PRIVATE = /^(?:10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.)|\.(?:local|internal|lan)$/

/** Ports that fetch, and every browser, refuses. @see https://fetch.spec.whatwg.org/#port-blocking */
const REFUSED_PORTS = new Set([
  ...[
    1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110,
  ],
  ...[
    111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532,
  ],
  ...[540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061],
  ...[6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080],
])

/** What is wrong with the address as it was typed, and the one that was probably meant. */
export function judgeAddress(text: string): Judged | undefined {
  const typed = text.trim()
  if (/[\s\\\p{Cc}]/u.test(typed)) return { code: 'address-not-url', found: 'the address holds spaces or backslashes' }
  if (!URL.canParse(typed) || !/^https?:\/\//i.test(typed)) return notAUrl(typed)
  const url = new URL(typed)
  if (!HOST.test(url.hostname))
    return { code: 'address-not-url', found: 'the host name holds characters that none has' }
  const isLoopback = LOOPBACK.has(url.hostname)
  const origin = url.protocol === 'http:' && !isLoopback ? `https://${url.host}` : url.origin
  const better = `${origin}/mcp`
  if (origin !== url.origin) return { code: 'address-not-https', found: 'the address begins with http:', better }
  // As typed, since an empty part is gone once it is parsed.
  if (/[@?#]/.test(typed))
    return { code: 'address-extra', found: 'there is more in the address than host and path', better }
  if (REFUSED_PORTS.has(Number(url.port)))
    return {
      code: 'address-port',
      found: `port ${url.port} is kept for another protocol`,
      better: `https://${url.hostname}/mcp`,
    }
  if (url.pathname === '/') return { code: 'address-no-mcp', found: 'the address ends after the host', better }
  if (url.pathname === '/mcp/') return { code: 'address-trailing-slash', found: 'the address ends in /mcp/', better }
  if (url.href !== better) return { code: 'address-path', found: 'the path is not /mcp', better }
  return undefined
}

/** The address as it may be shown: a password before the host is never repeated. */
export const shownAddress = (text: string): string =>
  judgeAddress(text)?.better ?? (text.includes('@') ? '' : text.trim())

function notAUrl(typed: string): Judged {
  const withScheme = `https://${typed.replace(/^\/+/, '')}`
  const host = URL.canParse(withScheme) ? new URL(withScheme).host : ''
  const better = HOST.test(host) && host.includes('.') ? { better: `https://${host}/mcp` } : {}
  return { code: 'address-not-url', found: 'the address does not begin with https://', ...better }
}

/** Step 1: nothing is sent to an address that cannot be right. */
export function checkAddress(text: string, page: (url: string) => Page): Address | undefined {
  const judged = judgeAddress(text)
  if (judged) {
    page(judged.better ?? '').failed(judged.code, judged.found)
    return undefined
  }
  const { href, origin, hostname, host } = new URL(text.trim())
  const isLoopback = LOOPBACK.has(hostname)
  const book = page(href)
  if (isLoopback) book.warning('loopback-address', `${host} is this machine`)
  else if (PRIVATE.test(hostname)) book.warning('private-address', `${host} is not on the Internet`)
  else book.ok(`https, ${host}, and /mcp at the end`)
  return { url: href, origin, isLoopback }
}
