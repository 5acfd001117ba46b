/** Query characters of RFC 3986 section 3.4, less those that end a value or the query. */
const NOT_PLAIN = /[^A-Za-z0-9._~!$'()*+,;=:@/?%-]|%(?![0-9A-Fa-f]{2})/gu

/** A text as it may stand in a query; where it is one already, it stays letter by letter. @see RFC 3986 §3.4 */
export const asQueryText = (text: string): string =>
  text.toWellFormed().replaceAll(NOT_PLAIN, (character) => encodeURIComponent(character))

/**
 * The `state` of a request in the very letters of its query, fit for a query again. It must come back as it was sent:
 * clients do not agree on what `+`, `%2B` and `%20` are, and each reads its own writing alone.
 * @param search the query as it was sent, without its question mark
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2
 */
export function stateAsSent(search: string): string | undefined {
  const field = search.split('&').find((one) => new URLSearchParams(`&${one}`).has('state'))
  const value = field?.slice(field.includes('=') ? field.indexOf('=') + 1 : field.length) ?? ''
  return value === '' ? undefined : asQueryText(value)
}
