import type { Navigation, Table } from '../../../metadata/model.ts'
import { bareSource, type Attribute, type Link } from '../../model/query.ts'
import { freeAlias, safeAlias, type Scope } from '../names/scope.ts'

/** One step from a row to the row that a lookup names. */
export type Step = { readonly way: Navigation; readonly table: Table }

/** The rows behind the lookups of each row, by outer links: one for each lookup, however many ask for it. */
export type Joins = {
  /**
   * @param steps lookups from the queried row on, nearest first; at least one
   * @param shown columns that come with each row
   */
  readonly to: (steps: readonly Step[], shown?: readonly Attribute[]) => Required<Scope>
  /** The links so far, to stand in the entity. */
  readonly links: () => readonly Link[]
  /** The lookups that they follow, `a/b` for one behind another. */
  readonly names: () => readonly string[]
  /** The lookups that the link of an alias follows; undefined for an alias that is none of these links. */
  readonly stepsTo: (alias: string) => readonly Step[] | undefined
}

type Joined = {
  readonly scope: Required<Scope>
  readonly steps: readonly Step[]
  readonly shown: Map<string, Attribute>
}

/** @param scopes gets an entry for each alias, which no other may have */
export function createJoins(scopes: Map<string, Scope>): Joins {
  const joined = new Map<string, Joined>()
  const joinTo = (steps: readonly Step[]): Joined => {
    const known = joined.get(nameOf(steps))
    if (known) return known
    const last = steps.at(-1)
    if (!last) throw new RangeError('a join leads nowhere')
    if (steps.length > 1) joinTo(steps.slice(0, -1))
    const alias = freeAlias(safeAlias(nameOf(steps)), scopes)
    const added = { scope: { table: last.table, alias }, steps, shown: new Map<string, Attribute>() }
    scopes.set(alias.toLowerCase(), added.scope)
    joined.set(nameOf(steps), added)
    return added
  }
  const linksBehind = (parent: string): Link[] =>
    [...joined.values()].flatMap(({ scope: { alias }, steps, shown }): Link[] => {
      const last = steps.at(-1)
      if (!last || nameOf(steps.slice(0, -1)) !== parent) return []
      const { name, idColumn } = last.table.entity
      const [attributes, links] = [[...shown.values()], linksBehind(nameOf(steps))]
      return [{ ...bareSource(name), from: idColumn, to: last.way.column, alias, type: 'outer', attributes, links }]
    })
  return {
    to: (steps, attributes = []) => {
      const { scope, shown } = joinTo(steps)
      for (const attribute of attributes) shown.set(attribute.name, attribute)
      return scope
    },
    links: () => linksBehind(''),
    names: () => [...joined.keys()],
    stepsTo: (alias) => [...joined.values()].find(({ scope }) => scope.alias === alias)?.steps,
  }
}

function nameOf(steps: readonly Step[]): string {
  return steps.map(({ way }) => way.name).join('/')
}
