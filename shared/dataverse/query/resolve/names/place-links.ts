import type { Filter, Note, Source } from '../../model/query.ts'
import { belongsInFilter } from '../joins/resolve-link.ts'

/** Links that only a filter may hold are put into one. */
export function placeLinks<S extends Source>(source: S, note: Note): S {
  const links = source.links.map((link) => placeLinks(link, note))
  const moved = links.filter(belongsInFilter)
  for (const { type } of moved) note(`The link-entity of type "${type ?? ''}" was moved into a filter.`)
  const filter: Filter = { type: 'and', union: false, conditions: [], filters: [], links: moved }
  return {
    ...source,
    links: links.filter((link) => !belongsInFilter(link)),
    filters: [...source.filters.map((one) => placeInside(one, note)), ...(moved.length > 0 ? [filter] : [])],
  }
}

function placeInside(filter: Filter, note: Note): Filter {
  return {
    ...filter,
    filters: filter.filters.map((one) => placeInside(one, note)),
    links: filter.links.map((link) => placeLinks(link, note)),
  }
}
