import { QueryError } from '../../../errors.ts'
import type { Collection, Metadata, Table } from '../../../metadata/model.ts'
import type { Link, Source } from '../../model/query.ts'
import { shown } from '../../say/refusals.ts'
import { ambiguousPath, findCollection, findNavigations, tableBehind } from './find-navigation.ts'
import { stepsTo } from './find-ways.ts'

/**
 * Links of an entity that are named by their way lead to the one row behind a lookup: each becomes an outer link, once
 * however many ask for it. A way to many rows would count the row that it starts at once for each of them.
 * @throws QueryError `unknown_path`, `ambiguous_path`, `unknown_collection`
 */
export async function outerWays<S extends Source>(source: S, table: Table, metadata: Metadata): Promise<S> {
  if (source.links.every(({ way }) => way === undefined)) return source
  const links: Link[] = []
  for (const link of source.links)
    links.push(link.way === undefined ? link : await outerWay(link, link.way, table, metadata))
  return { ...source, links: merged(links) }
}

async function outerWay(
  { way: _way, ...link }: Link,
  written: string,
  table: Table,
  metadata: Metadata,
): Promise<Link> {
  if (findNavigations(table, written).length === 0) {
    const collection = await findCollection(table, written, metadata)
    if (collection) throw await leadsToMany(collection, table, metadata)
  }
  const [column] = link.attributes
  const next = link.links.find(({ way }) => way !== undefined)?.way ?? column?.name ?? ''
  const [step, ...others] = await stepsTo(written, next, { table, metadata })
  if (!step) throw new RangeError('a way without its steps')
  if (others.length > 0) {
    const ways = [step, ...others].map(({ way }) => way)
    throw ambiguousPath('ambiguous_path', written, ways)
  }
  const { name, idColumn } = step.table.entity
  const inside = await outerWays(link, step.table, metadata)
  return { ...inside, name, from: idColumn, to: step.way.column, type: 'outer' }
}

async function leadsToMany(collection: Collection, { entity }: Table, metadata: Metadata): Promise<QueryError> {
  const { name, target, column } = collection
  const far = await tableBehind(metadata, collection)
  const back = far.navigations.find((way) => way.column === column && way.target === entity.name)
  return new QueryError(
    'unknown_path',
    `"${shown(name)}" leads to many rows of ${target}: each row of ${entity.name} would count once for each of them.`,
    back
      ? `Analyze the entity ${target} instead: a column of its ${entity.name} is ${back.name}/${entity.nameColumn ?? entity.idColumn}.`
      : `Analyze the entity ${target} instead, or keep ${entity.name} and use ${name}/any(…) in its filter.`,
  )
}

/** Links of one lookup to one table, as one. */
function merged(links: readonly Link[]): Link[] {
  const found = new Map<string, Link>()
  for (const [at, link] of links.entries()) {
    const key = link.alias === undefined && link.filters.length === 0 ? `${link.name} ${link.from} ${link.to}` : `${at}`
    const known = found.get(key)
    found.set(key, known ? together(known, link) : link)
  }
  return [...found.values()]
}

function together(one: Link, other: Link): Link {
  return {
    ...one,
    attributes: [...one.attributes, ...other.attributes],
    links: merged([...one.links, ...other.links]),
  }
}
