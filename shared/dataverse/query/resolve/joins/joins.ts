import type { Navigation, Table } from '../../../metadata/model.ts'
import { bareSource, type Attribute, type Link } from '../../model/query.ts'
import { freeAlias, safeAlias, type Scope } from '../names/scope.ts'

/** One step from a row to the row that a lookup names. */
export type Step = { readonly way: Navigation; readonly table: Table }

/** The rows behind the lookups of each row, by outer links: one for each lookup, however many ask for it. */
export type Joins = {
  /** @param steps lookups from the queried row on, nearest first; at least one */
  readonly to: (steps: readonly Step[]) => Scope
  /** Columns that come with each row, of the link of that alias. */
  readonly show: (alias: string, attributes: readonly Attribute[]) => void
  /** The links so far, to stand in the entity. */
  readonly links: () => readonly Link[]
  /** The lookups that they follow, `a/b` for one behind another. */
  readonly names: () => readonly string[]
  /** The lookups that the link of an alias follows; undefined for an alias that is none of these links. */
  readonly stepsTo: (alias: string) => readonly Step[] | undefined
}

/** @param scopes gets an entry for each alias, which no other may have */
export function createJoins(scopes: Map<string, Scope>): Joins {
  const joined = new Map<
    string,
    { readonly link: Link; readonly parent: string; readonly scope: Scope; readonly steps: readonly Step[] }
  >()
  const shown = new Map<string, readonly Attribute[]>()
  const to = (steps: readonly Step[]): Scope => {
    const last = steps.at(-1)
    if (!last) throw new RangeError('a join leads nowhere')
    const names = steps.map(({ way }) => way.name)
    const [key, parent] = [names.join('/'), names.slice(0, -1).join('/')]
    const known = joined.get(key)
    if (known) return known.scope
    if (parent !== '') to(steps.slice(0, -1))
    const { way, table } = last
    const alias = freeAlias(safeAlias(names.join('_')), scopes)
    const scope: Scope = { table, alias }
    scopes.set(alias.toLowerCase(), scope)
    const link: Link = {
      ...bareSource(table.entity.name),
      from: table.entity.idColumn,
      to: way.column,
      alias,
      type: 'outer',
    }
    joined.set(key, { link, parent, scope, steps })
    return scope
  }
  const nested = (parent: string): Link[] =>
    [...joined].flatMap(([key, one]) => {
      if (one.parent !== parent) return []
      return [{ ...one.link, attributes: shown.get(one.link.alias ?? '') ?? [], links: nested(key) }]
    })
  return {
    to,
    show: (alias, attributes) => {
      const all = [...(shown.get(alias) ?? []), ...attributes]
      shown.set(alias, [...new Map(all.map((one) => [one.name, one])).values()])
    },
    links: () => nested(''),
    names: () => [...joined.keys()],
    stepsTo: (alias) => [...joined.values()].find(({ scope }) => scope.alias === alias)?.steps,
  }
}
