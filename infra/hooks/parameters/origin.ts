import { harmless } from '../run/harmless.ts'

/** What a shell would not read otherwise where a command that holds it is pasted: `$(x)` may stand in a URL's host. */
const HOST = /^[a-z0-9.-]+(:\d+)?$/i

/** Whether a text is https and a host, without path and without a slash at the end. */
export const isOrigin = (text: string): boolean =>
  text.startsWith('https://') && URL.canParse(text) && new URL(text).origin === text && HOST.test(new URL(text).host)

/** The origin that was probably meant, fit for a command that somebody copies. */
export const meantOrigin = (text: string, placeholder: string): string => {
  const host = URL.canParse(text) ? new URL(text).host : (text.replace(/^(\w+:)?\/*/, '').split(/[/?#]/, 1)[0] ?? '')
  return `https://${harmless(host, placeholder)}`
}
