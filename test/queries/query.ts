/**
 * A question in the Web API's words and the same in SQL. The SQL's columns are named as the keys of the answer's rows
 * (a path such as `primarycontactid/fullname` leads into an expanded record); an oracle runs it.
 */
export type Query = {
  readonly name: string
  /** Logical name of the table. */
  readonly entity: string
  readonly sql: string
  /** What query_crm makes of it, where that is another question than the Web API's own. */
  readonly toolSql?: string
  /** The order of the rows is asked for, and total. */
  readonly ordered?: true
  /** An expanded collection: each of its rows is a row of the result. */
  readonly flatten?: string
} & ({ readonly odata: ODataOptions } | { readonly fetchXml: string })

export type ODataOptions = {
  readonly filter?: string
  readonly orderby?: string
  readonly select?: string
  readonly top?: number
  readonly expand?: string
  readonly apply?: string
}

export const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** A FetchXML condition: none, one or a list of values. */
export function condition(attribute: string, operator: string, ...values: readonly string[]): string {
  const start = `<condition attribute="${attribute}" operator="${operator}"`
  if (values.length === 0) return `${start}/>`
  if (values.length === 1) return `${start} value="${escapeXml(values[0] ?? '')}"/>`
  return `${start}>${values.map((value) => `<value>${escapeXml(value)}</value>`).join('')}</condition>`
}

export const filter = (...parts: readonly string[]): string => `<filter>${parts.join('')}</filter>`
export const either = (...parts: readonly string[]): string => `<filter type="or">${parts.join('')}</filter>`

export function fetch(entity: string, inner: string, attributes = ''): string {
  return `<fetch${attributes && ` ${attributes}`}><entity name="${entity}">${inner}</entity></fetch>`
}
