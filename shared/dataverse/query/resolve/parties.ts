import { kindOf } from '../model/column-kind.ts'
import type { Attribute, Source } from '../model/query.ts'
import { findColumn } from './names/find-column.ts'
import { columnIn, type Resolving } from './names/scope.ts'
import type { ResolvedExpansion } from './resolved-query.ts'

/**
 * What parties are to an activity by the column that names them; `allparties` names all.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/activityparty-entity
 */
export const PARTICIPATION: ReadonlyMap<string, number | undefined> = new Map(
  Object.entries({
    from: 1,
    to: 2,
    cc: 3,
    bcc: 4,
    requiredattendees: 5,
    optionalattendees: 6,
    organizer: 7,
    resources: 10,
    customers: 11,
    partners: 11,
    allparties: undefined,
  }),
)

type Taken = { readonly source: Source; readonly parties: readonly ResolvedExpansion[] }

/** The columns of the queried activity that name its parties: these are rows of a collection, to be read with it. */
export function takeParties(source: Source, resolving: Resolving): Taken {
  const { root, note } = resolving
  const collection = root.table.collections.find(({ target }) => target === 'activityparty')
  const isTaken = ({ name }: Attribute): boolean => {
    const column = findColumn(root.table, name)
    return column !== undefined && kindOf(column) === 'parties' && PARTICIPATION.has(column.name)
  }
  const taken = source.attributes.filter(isTaken)
  if (!collection || taken.length === 0) return { source, parties: [] }
  const columns = taken.map(({ name, alias }) => {
    const column = columnIn(root, name, resolving)
    if (alias !== undefined) note(`Parties have no alias: those of ${column.name} come under its own name.`)
    return column
  })
  return {
    source: { ...source, attributes: source.attributes.filter((one) => !isTaken(one)) },
    parties: [{ kind: 'parties', navigation: collection.name, table: root.table, columns: [...new Set(columns)] }],
  }
}
