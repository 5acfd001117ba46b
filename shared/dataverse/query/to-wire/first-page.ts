import type { Entity } from '../../metadata/model.ts'
import { withOptions } from '../../web-api/url.ts'
import type { Query } from '../model/query.ts'
import { writeFetch, type FetchPage } from './write-fetch.ts'

/** Rows of a page that a caller may have, beside what the query itself says. */
export type PageLimits = {
  /** As the caller asked: a page never has more. */
  readonly top?: number | undefined
  /** Where neither the caller nor the query says how many. */
  readonly usual: number
  /** What no page may exceed. */
  readonly most: number
}

/** The path of one page of a resolved query. It may be longer than a URL may be. */
export function fetchPath(query: Query, entity: Pick<Entity, 'entitySet'>, paging: FetchPage): string {
  return withOptions(entity.entitySet, { fetchXml: writeFetch(query, paging) })
}

/**
 * The page to begin at. `count` and `page` of the query say which row comes first, and win over the usual number of
 * rows; where fewer are to come at once, the same rows come in smaller pages.
 */
export function firstPage({ count, page = 1, top }: Query, limits: PageLimits): FetchPage {
  const before = (page - 1) * (count ?? limits.top ?? limits.usual)
  const asked = [count, limits.top, top].filter((size) => size !== undefined)
  let size = Math.min(limits.most, ...(asked.length > 0 ? asked : [limits.usual]))
  // Dataverse has pages of one size alone: one must begin right behind those rows.
  while (before % size !== 0) size -= 1
  return { page: before / size + 1, count: size }
}
