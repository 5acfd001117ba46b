import { filterOf, type Filter, type Link, type Source } from '../../model/query.ts'
import { returnsColumns } from '../../model/walk.ts'
import { belongsInFilter } from '../joins/resolve-link.ts'
import { freeAlias, givenAlias, type Resolving } from './scope.ts'

/**
 * Gives every link whose columns come with the rows an alias, so that the keys of the answer are known, and registers
 * what each alias means before any condition is read. Links that only a filter may hold are put into one.
 * @throws QueryError `invalid_fetchxml` for an alias that is used twice
 */
export function nameLinks<S extends Source>(source: S, resolving: Resolving): S {
  const links = source.links.map((link) => nameLink(link, returnsColumns(link), resolving))
  const filters = source.filters.map((filter) => nameInFilter(filter, resolving))
  const moved = links.filter(belongsInFilter)
  if (moved.length === 0) return { ...source, links, filters }
  const kept = links.filter((link) => !belongsInFilter(link))
  return { ...source, links: kept, filters: [...filters, filterOf('and', { links: moved })] }
}

function nameInFilter(filter: Filter, resolving: Resolving): Filter {
  return {
    ...filter,
    filters: filter.filters.map((inner) => nameInFilter(inner, resolving)),
    links: filter.links.map((link) => nameLink(link, false, resolving)),
  }
}

function nameLink(link: Link, needed: boolean, resolving: Resolving): Link {
  const { scopes, tableOf } = resolving
  const table = tableOf(link.name)
  if (link.alias === undefined && !needed) return nameLinks(link, resolving)
  const alias = link.alias === undefined ? freeAlias(table.entity.name, scopes) : givenAlias(link.alias, scopes)
  scopes.set(alias.toLowerCase(), { table, alias })
  return nameLinks({ ...link, alias }, resolving)
}
