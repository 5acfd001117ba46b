/** Query characters of RFC 3986 section 3.4, less those that end a value or the query. */
const NOT_PLAIN = /(?:[^A-Za-z0-9._~!$'()*+,;=:@/?%-]|%(?![0-9A-Fa-f]{2}))+/gu

/** A text as it may stand in a query; where it is one already, it stays letter by letter. @see RFC 3986 §3.4 */
export const asQueryText = (text: string): string =>
  text.toWellFormed().replaceAll(NOT_PLAIN, (characters) => encodeURIComponent(characters))

/**
 * The `state` of a request in the very letters of its query, fit for a query again. It must come back as it was sent:
 * clients do not agree on what `+`, `%2B` and `%20` are, and most read their own writing alone.
 * @param search the query as it was sent, without its question mark
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2
 */
export function stateAsSent(search: string): string | undefined {
  const field = search.split('&').find((one) => new URLSearchParams(`&${one}`).has('state'))
  const value = field?.slice(field.includes('=') ? field.indexOf('=') + 1 : field.length) ?? ''
  return value === '' ? undefined : asQueryText(isBase64(value) ? value.replaceAll('+', '%2B') : value)
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/
/** Of sixteen letters and more, random bytes are padded or fill groups of four. */
const LEAST_UNPADDED = 16

/**
 * Whether a `+` in it cannot be a blank. Visual Studio Code sends one in base64 as it is and reads it back as a blank;
 * escaped, everybody reads it as what it is. @see https://github.com/microsoft/vscode/issues/314715
 */
function isBase64(written: string): boolean {
  const text = written.replaceAll(/%2f/gi, '/').replaceAll(/%2b/gi, '+').replaceAll(/%3d/gi, '=')
  return BASE64.test(text) && (text.endsWith('=') || (text.length >= LEAST_UNPADDED && text.length % 4 === 0))
}
