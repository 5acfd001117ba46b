import type { Table } from '../../../metadata/model.ts'

/** Two columns that join two tables: `from` on the linked one, `to` on the one it is linked to. */
export type Join = { readonly from: string; readonly to: string }
/** Two tables joined through a third. */
export type ManyToMany = { readonly intersect: string }

/** The lookups that join `linked` to `parent`, either way round; each once. */
export function joinsBetween(parent: Table, linked: Table): Join[] {
  const joins = [
    ...lookups(parent, linked).map((to) => ({ from: linked.entity.idColumn, to })),
    ...lookups(linked, parent).map((from) => ({ from, to: parent.entity.idColumn })),
    ...parent.collections.flatMap(({ kind, target, column }) =>
      kind === 'one-to-many' && target === linked.entity.name && column !== undefined
        ? [{ from: column, to: parent.entity.idColumn }]
        : [],
    ),
    ...intersection(parent, linked),
  ]
  return [...new Map(joins.map((join) => [`${join.from} ${join.to}`, join])).values()]
}

function lookups(table: Table, target: Table): string[] {
  return table.navigations.filter((way) => way.target === target.entity.name).map(({ column }) => column)
}

/** An intersect table has the ids of both its tables under their own names. */
function intersection(parent: Table, linked: Table): Join[] {
  const crosses = (one: Table, other: Table): boolean =>
    one.collections.some(({ intersect }) => intersect === other.entity.name)
  if (crosses(parent, linked) && linked.byName.has(parent.entity.idColumn))
    return [{ from: parent.entity.idColumn, to: parent.entity.idColumn }]
  if (crosses(linked, parent) && parent.byName.has(linked.entity.idColumn))
    return [{ from: linked.entity.idColumn, to: linked.entity.idColumn }]
  return []
}

/** The intersect tables between two tables. A table related to itself has other columns there: it is not among them. */
export function manyToManyBetween(parent: Table, linked: Table): ManyToMany[] {
  if (parent.entity.name === linked.entity.name) return []
  const names = [
    ...parent.collections.filter(({ target }) => target === linked.entity.name),
    ...linked.collections.filter(({ target }) => target === parent.entity.name),
  ].flatMap(({ intersect }) => (intersect === undefined ? [] : [intersect]))
  return [...new Set(names)].map((intersect) => ({ intersect }))
}
