import type { Entity, Metadata } from '../metadata/model.ts'
import type { Link, Query, Source } from '../query/model/query.ts'
import { returnsColumns } from '../query/model/walk.ts'
import { recordsOf, withoutIds, type RecordsRead } from './records-read.ts'

type Row = Readonly<Record<string, unknown>>
type Entities = ReadonlyMap<string, Entity>
/** A link with the columns of it, or the table that it is linked to, as far as a row's keys are made of them. */
type Under = { readonly source: Source; readonly alias: string | undefined }

const ID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i

/**
 * The records whose values the rows of a list hold, as they came: those of its own table, and of the tables that it
 * links to. Totals and groups name none; nor does a table whose id came neither with its columns nor as the lookup to it.
 * No request: the list of tables was read before their names were.
 */
export async function listedRecords(
  rows: readonly Row[],
  { entity, aggregate }: Pick<Query, 'entity' | 'aggregate'>,
  metadata: Pick<Metadata, 'entities'>,
): Promise<readonly RecordsRead[]> {
  const links = returningLinks({ source: entity, alias: undefined })
  if (rows.length === 0) return []
  if (aggregate) return [entity.name, ...links.map(({ link }) => link.name)].map(withoutIds)
  const { byName } = await metadata.entities()
  const own = byName.get(entity.name)
  return [
    own ? recordsOf(own, rows) : withoutIds(entity.name),
    ...links.flatMap(({ link, parent }) => behindLink(rows, link, parent, byName)),
  ]
}

type Returning = { readonly link: Link; readonly parent: Under }

/** Those of which columns come with the rows, and what each is linked to. */
function returningLinks(parent: Under): Returning[] {
  return parent.source.links.filter(returnsColumns).flatMap((link) => {
    const below = returningLinks({ source: link, alias: link.alias })
    return link.attributes.length > 0 || link.allAttributes ? [{ link, parent }, ...below] : below
  })
}

function behindLink(rows: readonly Row[], link: Link, parent: Under, byName: Entities): RecordsRead[] {
  const { name, from, to = '', alias } = link
  const idColumn = byName.get(name)?.idColumn ?? ''
  const own: Under = { source: link, alias }
  const read = rows.filter((row) => isThere(row, own))
  const ids = read.flatMap((row) => {
    // The other side of a link names this row only where the link ends at this table's id.
    const id = idAt(row, idColumn, own) ?? (from === idColumn ? idAt(row, to, parent) : undefined)
    return id === undefined ? [] : [id]
  })
  if (read.length === 0) return []
  return [{ entity: name, ids, ...(ids.length < read.length && { lacksIds: true }) }]
}

/** An outer link that led nowhere has no value in the row. */
function isThere(row: Row, { source, alias }: Under): boolean {
  const named = source.attributes.flatMap((attribute) => attribute.alias ?? [])
  return Object.keys(row).some(
    (key) => (alias === undefined || key.startsWith(`${alias}.`) || named.includes(key)) && row[key] !== null,
  )
}

function idAt(row: Row, column: string, { source, alias }: Under): string | undefined {
  const named = source.attributes.filter(({ name }) => name === column).flatMap((attribute) => attribute.alias ?? [])
  const plain = alias === undefined ? [column, `_${column}_value`] : [`${alias}.${column}`]
  const found = [...plain, ...named].map((key) => row[key]).find((value) => typeof value === 'string' && ID.test(value))
  return typeof found === 'string' ? found.toLowerCase() : undefined
}
