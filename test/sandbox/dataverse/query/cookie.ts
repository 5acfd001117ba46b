/*
 * A page is continued by a cookie, in two layers:
 *
 *   outer := '<cookie pagenumber="' n '" pagingcookie="' inner, URL-encoded twice '" istracking="False" />'
 *   inner := '<cookie page="' n '"' (' countOfRecords="' n '"')? '>' key* '</cookie>'
 *   key   := '<' column ' last="' value '" first="' value '" />'     ids are {UPPER CASE}
 *
 * OData's `$skiptoken` is the outer one, FetchXML's `paging-cookie` the inner one.
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

/** The cookie element as skip tokens and annotations carry it: the inner cookie is URL-encoded twice. */
export function outerCookie(nextPage: number, inner: string): string {
  const twice = encodeURIComponent(encodeURIComponent(inner))
  return `<cookie pagenumber="${nextPage}" pagingcookie="${twice}" istracking="False" />`
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

function decodeTwice(text: string): string {
  try {
    return decodeURIComponent(decodeURIComponent(text))
  } catch {
    throw badToken()
  }
}

/** Reads a `$skiptoken`: the page that it asks for and the last row of the page before. */
export function readSkipToken(token: string, key: string): Position {
  const page = /pagenumber="(\d+)"/.exec(token)?.[1]
  const encoded = /pagingcookie="([^"]*)"/.exec(token)?.[1]
  if (page === undefined || encoded === undefined) throw badToken()
  return { ...readInnerCookie(decodeTwice(encoded), key), page: Number(page) }
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
