import type { Filter, Link, Source } from '../../model/query.ts'
import { invalidFetch, quoted } from '../../say/refusals.ts'
import { returnsColumns } from '../../model/walk.ts'
import { safeAlias, type Resolving } from './scope.ts'

/**
 * Gives every link whose columns come with the rows an alias, so that the keys of the answer are known, and registers
 * what each alias means before any condition is read.
 * @throws QueryError `invalid_fetchxml` for an alias that is used twice
 */
export function nameLinks<S extends Source>(source: S, resolving: Resolving): S {
  return {
    ...source,
    links: source.links.map((link) => nameLink(link, returnsColumns(link), resolving)),
    filters: source.filters.map((filter) => nameInFilter(filter, resolving)),
  }
}

function nameInFilter(filter: Filter, resolving: Resolving): Filter {
  return {
    ...filter,
    filters: filter.filters.map((inner) => nameInFilter(inner, resolving)),
    links: filter.links.map((link) => nameLink(link, false, resolving)),
  }
}

function nameLink(link: Link, needed: boolean, resolving: Resolving): Link {
  const table = resolving.tableOf(link.name)
  const alias = link.alias === undefined ? undefined : given(link.alias, resolving)
  const named = alias ?? (needed ? free(table.entity.name, resolving) : undefined)
  if (named === undefined) return nameLinks(link, resolving)
  resolving.scopes.set(named.toLowerCase(), { table, alias: named })
  return nameLinks({ ...link, alias: named }, resolving)
}

function given(written: string, { scopes, note }: Resolving): string {
  const alias = safeAlias(written)
  if (alias !== written) note(`The alias ${quoted(written)} was written as ${alias}.`)
  if (!scopes.has(alias.toLowerCase())) return alias
  throw invalidFetch(`The alias ${alias} is used twice.`, 'Give each link-entity an alias of its own.')
}

function free(name: string, { scopes }: Resolving): string {
  for (let number = 1; ; number += 1) {
    const alias = number === 1 ? name : `${name}${number}`
    if (!scopes.has(alias)) return alias
  }
}
