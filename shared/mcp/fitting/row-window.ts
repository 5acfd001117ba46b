import type { EntityIndex } from '../../dataverse/metadata/model.ts'
import type { Link, Query } from '../../dataverse/query/model/query.ts'
import type { Cursor } from '../../dataverse/rows/cursor.ts'
import { REACHED_BY_NUMBER } from '../../dataverse/rows/pages.ts'

/** A page of Dataverse, and the rows of it that were given before. */
type Window = Pick<Cursor, 'page' | 'pageSize' | 'skip'>

/** A page that begins just where the last answer ended may have a few rows fewer than are likely to fit. */
const FEWER = 0.95
/** So many times the rows that are likely to fit are read where nothing follows them. */
const NEARLY_ALL = 1.5
/** A cookie is worth that many more rows than are wanted: pages by their number shift when rows come and go. */
const MORE_WITH_COOKIE = 1.3
/** Links of these types give each row once, whatever they lead to. */
const ONE_EACH: ReadonlySet<Link['type']> = new Set(['exists', 'in', 'matchfirstrowusingcrossapply'])

/**
 * The smallest page that has the row at `start`, counted from 0, and `wanted` from there on, or `enough` where it begins
 * with that row. Dataverse takes pages by number and size alone, and each request may have a size of its own.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/page-results#simple-paging
 */
export function windowFrom(start: number, wanted: number, enough = wanted): Window {
  let size = Math.max(1, enough)
  while (size - (start % size) < (start % size === 0 ? enough : wanted)) size += 1
  return { page: Math.floor(start / size) + 1, pageSize: size, skip: start % size }
}

/** Rows of the pages that the caller asked for. */
export function topOf({ top, pageSize }: Pick<Cursor, 'top' | 'pageSize'>): number {
  return top ?? pageSize
}

/** Rows from a cursor on to the end of the caller's own page, beyond which no answer goes. */
export function leftOfTop(at: Cursor): number {
  const top = topOf(at)
  return top - (placeOf(at) % top)
}

/** Where a cursor stands: rows of its query before the next one. */
function placeOf({ page, pageSize, skip }: Window): number {
  return (page - 1) * pageSize + skip
}

/**
 * The same place in a page of as many rows as are expected to fit. One that stands at a page of about so many stays: its
 * cookie leads on even where rows before it come and go.
 */
export function resized(at: Cursor, expected: number): Cursor {
  const top = topOf(at)
  const start = placeOf(at)
  const left = Math.min(leftOfTop(at), (at.query.top ?? Infinity) - start)
  // Rows that are left over at the end of a page would cost a call of their own.
  const wanted = Math.max(1, left <= expected * NEARLY_ALL ? left : expected)
  const enough = wanted < left && start > 0 ? Math.floor(wanted * FEWER) : wanted
  const isOfSize = at.pageSize <= wanted * (at.cookie === undefined ? 1 : MORE_WITH_COOKIE)
  if (isOfSize && at.pageSize - at.skip >= enough) return at
  if (start + wanted > REACHED_BY_NUMBER) return at
  const window = windowFrom(start, wanted, enough)
  const { cookie: _cookie, top: _top, ...rest } = at
  if (window.pageSize === at.pageSize) return at
  return { ...rest, ...window, ...(window.pageSize !== top && { top }) }
}

/**
 * Whether a row has one place among the rows of a query whatever the sizes of its pages are: rows that tie may change
 * places between two requests.
 */
export function isOrdered({ entity, aggregate, distinct }: Query, { byName }: Pick<EntityIndex, 'byName'>): boolean {
  const isOne = ({ name, from, type, links }: Link): boolean =>
    ONE_EACH.has(type) || (from === byName.get(name)?.idColumn && links.every(isOne))
  const id = byName.get(entity.name)?.idColumn
  const endsWithId = entity.orders.some(({ attribute, entityName }) => entityName === undefined && attribute === id)
  return !aggregate && !distinct && endsWithId && entity.links.every(isOne)
}
