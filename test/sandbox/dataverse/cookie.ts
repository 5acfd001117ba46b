import { DataverseFault } from './errors.ts'
import type { Row, Value } from './store.ts'
import { isReference } from './store.ts'

const escapeXml = (text: string): string => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)

const printed = (value: Value): string => (isReference(value) ? `{${value.id.toUpperCase()}}` : String(value ?? ''))

/** `<cookie page="1"><accountid last="{…}" first="{…}" /></cookie>`: the first and last row of a page. */
export function innerCookie(page: number, columns: readonly string[], first: Row, last: Row): string {
  const id = first.entity.primaryIdAttribute
  const keys = [...new Set([...columns, id])].map((column) => {
    const shown = (row: Row): string =>
      escapeXml(column === id ? `{${row.id.toUpperCase()}}` : printed(row.values[column] ?? null))
    return `<${column} last="${shown(last)}" first="${shown(first)}" />`
  })
  return `<cookie page="${page}">${keys.join('')}</cookie>`
}

/** The cookie element as skip tokens and annotations carry it: the inner cookie is URL-encoded twice. */
export function outerCookie(nextPage: number, inner: string): string {
  const twice = encodeURIComponent(encodeURIComponent(inner))
  return `<cookie pagenumber="${nextPage}" pagingcookie="${twice}" istracking="False" />`
}

export type Position = { readonly page: number; readonly lastId?: string; readonly columns: readonly string[] }

/** Reads an inner cookie. @throws DataverseFault 400 for text that is none */
export function readInnerCookie(text: string): Position {
  const page = /<cookie[^>]*\bpage="(\d+)"/.exec(text)?.[1]
  if (page === undefined) throw new DataverseFault(400, '0x8004112a', 'Invalid page number in paging cookie.')
  const keys = [...text.matchAll(/<(\w+) last="([^"]*)"/g)]
  const lastId = keys
    .map(([, , last]) => /^\{(.+)\}$/.exec(last ?? '')?.[1]?.toLowerCase())
    .findLast((id) => id !== undefined)
  return { page: Number(page), ...(lastId !== undefined && { lastId }), columns: keys.map(([, name = '']) => name) }
}

/** Reads a `$skiptoken`: the page that it asks for and the last row of the page before. */
export function readSkipToken(token: string): Position {
  const page = /pagenumber="(\d+)"/.exec(token)?.[1]
  const encoded = /pagingcookie="([^"]*)"/.exec(token)?.[1]
  if (page === undefined || encoded === undefined) {
    throw new DataverseFault(400, '0x80060888', 'Skip token is not in the expected format.')
  }
  return { ...readInnerCookie(decodeURIComponent(decodeURIComponent(encoded))), page: Number(page) }
}

/** Where a page starts: behind its last row if that is still there, else by arithmetic. */
export function startIndex(ids: readonly string[], position: Position, pageSize: number): number {
  const at = position.lastId === undefined ? -1 : ids.indexOf(position.lastId)
  return at >= 0 ? at + 1 : (position.page - 1) * pageSize
}
