/*
 * A page is continued by a cookie, in two layers:
 *
 *   outer := '<cookie pagenumber="' n '" pagingcookie="' inner, URL-encoded '" istracking="False" />'
 *   inner := '<cookie page="' n '"' (' countOfRecords="' n '"')? '>' key* '</cookie>'
 *   key   := '<' column ' last="' value '" first="' value '" />'     ids are {UPPER CASE}
 *
 * OData's `$skiptoken` is the outer one as a URL has it, its inner one encoded once before that. The annotation of a
 * FetchXML answer is an outer one whose inner one is encoded twice; FetchXML's `paging-cookie` is the inner one.
 *
 * See webapi/query/page-results.md and fetchxml/page-results.md of MicrosoftDocs/powerapps-docs.
 */
import { DataverseFault } from '../http/errors.ts'
import type { Row, Value } from '../store/store.ts'
import { isReference } from '../store/store.ts'

const escapeXml = (text: string): string => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)

const printed = (value: Value): string => (isReference(value) ? `{${value.id.toUpperCase()}}` : String(value ?? ''))

/** The columns of a cookie: what the rows are ordered by and then, unless it is among them, the key. */
export function cookieColumns(orderedBy: readonly string[], key: string | undefined): readonly string[] {
  return [...new Set([...orderedBy, ...(key === undefined ? [] : [key])])]
}

/** `<cookie page="1"><accountid last="{…}" first="{…}" /></cookie>`: the first and last row of a page. */
export function innerCookie(
  page: number,
  columns: readonly string[],
  first: Row,
  last: Row,
  countOfRecords?: number,
): string {
  const id = first.entity.primaryIdAttribute
  const keys = columns.map((column) => {
    const shown = (row: Row): string =>
      escapeXml(column === id ? `{${row.id.toUpperCase()}}` : printed(row.values[column] ?? null))
    return `<${column} last="${shown(last)}" first="${shown(first)}" />`
  })
  const count = countOfRecords === undefined ? '' : ` countOfRecords="${countOfRecords}"`
  return `<cookie page="${page}"${count}>${keys.join('')}</cookie>`
}

/** .NET's URL encoding: hexadecimal digits are small, and parentheses are encoded too. */
const urlEncoded = (text: string): string =>
  encodeURIComponent(text)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16)}`)
    .replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())

const outerCookie = (nextPage: number, encoded: string): string =>
  `<cookie pagenumber="${nextPage}" pagingcookie="${encoded}" istracking="False" />`

/** The annotation `fetchxmlpagingcookie` of an answer to FetchXML. */
export function annotatedCookie(nextPage: number, inner: string): string {
  return outerCookie(nextPage, urlEncoded(urlEncoded(inner)))
}

/** `$skiptoken=%3Ccookie%20pagenumber=%222%22%20pagingcookie=%22%253ccookie…`: what a next link ends with. */
export function skipToken(nextPage: number, inner: string): string {
  return `$skiptoken=${encodeURI(outerCookie(nextPage, urlEncoded(inner)))}`
}

export type Position = {
  readonly page: number
  readonly columns: readonly string[]
  /** The id of the last row, where the cookie has the key among its columns. */
  readonly lastId?: string
}

/** Reads an inner cookie. @throws DataverseFault 400 for text that is none */
export function readInnerCookie(text: string, key: string): Position {
  if (!/^\s*<cookie\s/.test(text)) throw new DataverseFault(400, '0x8004112a', 'Malformed XML in the Paging Cookie')
  const page = /^\s*<cookie\s[^>]*\bpage="(\d+)"/.exec(text)?.[1]
  if (page === undefined) throw new DataverseFault(400, '0x8004112a', 'Invalid page number in paging cookie.')
  const keys = [...text.matchAll(/<(\w+) last="([^"]*)"/g)]
  const last = keys.find(([, name]) => name === key)?.[2]
  const lastId = last === undefined ? undefined : /^\{(.+)\}$/.exec(last)?.[1]?.toLowerCase()
  return { page: Number(page), columns: keys.map(([, name = '']) => name), ...(lastId !== undefined && { lastId }) }
}

const badToken = (): DataverseFault =>
  new DataverseFault(400, '0x80060888', 'Skip token is not in the expected format.')

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw badToken()
  }
}

/** Reads a `$skiptoken`: the page that it asks for and the last row of the page before. */
export function readSkipToken(token: string, key: string): Position {
  const page = /pagenumber="(\d+)"/.exec(token)?.[1]
  const encoded = /pagingcookie="([^"]*)"/.exec(token)?.[1]
  if (page === undefined || encoded === undefined) throw badToken()
  return { ...readInnerCookie(decoded(encoded), key), page: Number(page) }
}

/**
 * Where a page starts: behind the last row of the page before if that is still there, else by arithmetic.
 * A join repeats ids, so the place where the last row is expected is looked at first.
 */
export function startIndex(ids: readonly string[], position: Position, pageSize: number): number {
  const expected = (position.page - 1) * pageSize
  if (position.lastId === undefined || ids[expected - 1] === position.lastId) return expected
  const at = ids.lastIndexOf(position.lastId)
  return at >= 0 ? at + 1 : expected
}
