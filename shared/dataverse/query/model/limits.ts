import { invalidFetch } from '../../fetchxml/invalid-fetch.ts'
import type { Fetch, Filter, Source } from './query.ts'

const MOST_LINKS = 15
const MOST_CONDITIONS = 500

type Size = { readonly links: number; readonly conditions: number }

/**
 * Dataverse's own limits, before it is asked.
 * @throws QueryError `invalid_fetchxml`
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/join-tables#limitations
 */
export function checkLimits(fetch: Fetch): void {
  const { links, conditions } = sizeOfSource(fetch.entity)
  if (links > MOST_LINKS)
    throw invalidFetch(
      `The query has ${links} link-entities; Dataverse allows ${MOST_LINKS}.`,
      'Ask in two queries, or leave links out that only bring a name: a lookup column brings its name itself.',
    )
  if (links + conditions > MOST_CONDITIONS)
    throw invalidFetch(
      `The query has ${links + conditions} conditions and link-entities; Dataverse allows ${MOST_CONDITIONS}.`,
      'Use operator="in" with several <value> elements instead of a condition for each.',
    )
}

function sizeOfSource(source: Source): Size {
  return sum([
    { links: source.links.length, conditions: 0 },
    ...source.links.map(sizeOfSource),
    ...source.filters.map(sizeOfFilter),
  ])
}

function sizeOfFilter(filter: Filter): Size {
  return sum([
    { links: filter.links.length, conditions: filter.conditions.length },
    ...filter.links.map(sizeOfSource),
    ...filter.filters.map(sizeOfFilter),
  ])
}

function sum(sizes: readonly Size[]): Size {
  return sizes.reduce((all, one) => ({
    links: all.links + one.links,
    conditions: all.conditions + one.conditions,
  }))
}
