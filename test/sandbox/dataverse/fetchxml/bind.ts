import { formatValue, labelledBy, symbolOf } from '../store/format-values.ts'
import { DataverseFault, unknownAttribute, unknownEntity } from '../http/errors.ts'
import type { Column, Entity } from '../schema/schema.ts'
import { ENTITIES, columnBehind } from '../schema/schema.ts'
import type { Reader } from '../security/security.ts'
import type { Row, Value } from '../store/store.ts'
import { valueOf } from '../store/store.ts'
import type { RawAttribute, RawFilter, RawLink, RawOrder, RawSource } from './parse.ts'
import { FILTER_LINKS } from './parse.ts'

/** A column of FetchXML: one that is stored, or a virtual one that shows another's text. */
export type Field = { readonly column: Column; readonly read: (row: Row) => Value }

export type Attribute = Omit<RawAttribute, 'name'> & { readonly field: Field; readonly source: Source }
export type Source = {
  /** Empty for the fetch's own entity; one of the service's making where a link was given none. */
  readonly alias: string
  readonly isNamed: boolean
  readonly entity: Entity
  readonly attributes: readonly Attribute[]
  readonly allAttributes: boolean
  readonly filters: readonly RawFilter[]
  readonly links: readonly Link[]
  readonly orders: readonly RawOrder[]
}
export type Link = Source & { readonly type: string; readonly from: Field; readonly to: Field; readonly parent: string }

/** Every source of a fetch by alias, and how links inside filters are bound. */
export type Bindings = {
  readonly reader: Reader
  readonly sources: Map<string, Source>
  readonly nextAlias: (entity: string) => string
  /** Sources inside filters that have been read: nothing outside can name them, for they bring no row. */
  readonly closed: Set<string>
}

export function entityOf(name: string): Entity {
  const entity = ENTITIES.get(name)
  if (!entity) throw unknownEntity(name)
  return entity
}

/** @throws DataverseFault 400 0x80041103 for a column that the table does not have */
export function fieldOf(entity: Entity, name: string, reader: Reader): Field {
  const column = entity.columns.get(name)
  if (column) return { column, read: (row) => valueOf(row, name) }
  if (!entity.virtualColumns.has(name)) throw unknownAttribute(entity.logicalName, name)
  const behind = columnBehind(entity, name)
  const read = (row: Row): Value => {
    if (!behind) return null
    const symbol = symbolOf(reader.store, row, behind.name)
    const formatting = { store: reader.store, timeZone: reader.caller.timeZone, symbol }
    return formatValue(labelledBy(row, behind), valueOf(row, behind.name), formatting) ?? null
  }
  return { column: { name, schemaName: name, label: name, type: 'String' }, read }
}

type Unbound = { -readonly [Key in keyof Source]: Source[Key] }

function fill(source: Unbound, raw: RawSource, bindings: Bindings): void {
  const { entity } = source
  bindings.sources.set(source.alias, source)
  source.attributes = raw.attributes.map(({ name, ...rest }) => ({
    ...rest,
    source,
    field: fieldOf(entity, name, bindings.reader),
  }))
  source.links = raw.links.map((link) => bindLink(link, source, bindings))
}

function emptySource(raw: RawSource, alias: string): Unbound {
  const { allAttributes, filters, orders } = raw
  const isNamed = 'alias' in raw && raw.alias !== undefined
  return { alias, isNamed, entity: entityOf(raw.name), attributes: [], allAttributes, filters, links: [], orders }
}

type Ends = { readonly from: string; readonly to: string }

/** The columns of the only relationship between two tables. @throws DataverseFault 400 for none, or for several */
function onlyRelationship(entity: Entity, parent: Entity): Ends {
  const up = parent.manyToOne
    .filter(({ target }) => target === entity.logicalName)
    .map(({ column }) => ({ from: entity.primaryIdAttribute, to: column }))
  const down = entity.manyToOne
    .filter(({ target }) => target === parent.logicalName)
    .map(({ column }) => ({ from: column, to: parent.primaryIdAttribute }))
  const [only, ...more] = [...up, ...down]
  if (only && more.length === 0) return only
  const text = `No system many-to-many relationship exists between ${parent.logicalName} and ${entity.logicalName}. If attempting to link through a custom many-to-many relationship ensure that you provide the from and to attributes.`
  throw new DataverseFault(400, '0x80041102', text)
}

/** Where only one end of a link is given, the other is the key of its table. */
function endsOf({ from, to }: RawLink, entity: Entity, parent: Entity): Ends {
  if (from === undefined && to === undefined) return onlyRelationship(entity, parent)
  return { from: from ?? entity.primaryIdAttribute, to: to ?? parent.primaryIdAttribute }
}

const UNJOINABLE = new Set<Column['type']>(['Image', 'File', 'MultiSelectPicklist', 'PartyList'])

function joinField(entity: Entity, name: string, reader: Reader): Field {
  const field = fieldOf(entity, name, reader)
  if (!UNJOINABLE.has(field.column.type)) return field
  const text = `The column '${name}' of type ${field.column.type} can't be used in from or to of <link-entity>.`
  throw new DataverseFault(400, '0x80041117', text)
}

export function bindLink(raw: RawLink, parent: Source, bindings: Bindings, inFilter = false): Link {
  if (FILTER_LINKS.has(raw.type) !== inFilter) {
    throw new DataverseFault(400, '0x80041117', `The link-type '${raw.type}' of <link-entity> is not valid here.`)
  }
  const source = emptySource(raw, raw.alias ?? bindings.nextAlias(raw.name))
  if (bindings.sources.has(source.alias)) {
    throw new DataverseFault(400, '0x80041130', `FetchXML should have unique aliases. '${source.alias}' is used twice.`)
  }
  const ends = endsOf(raw, source.entity, parent.entity)
  const from = joinField(source.entity, ends.from, bindings.reader)
  const to = joinField(parent.entity, ends.to, bindings.reader)
  const link = Object.assign(source, { type: raw.type, from, to, parent: parent.alias })
  fill(link, raw, bindings)
  return link
}

const aliasesOf = (source: Source): string[] => [
  ...source.attributes.flatMap(({ alias }) => alias ?? []),
  ...source.links.flatMap(aliasesOf),
]

function requireUniqueAliases(root: Source): void {
  const aliases = aliasesOf(root)
  const twice = aliases.find((alias, index) => aliases.indexOf(alias) !== index)
  if (twice === undefined) return
  throw new DataverseFault(400, '0x80041130', `FetchXML should have unique aliases. '${twice}' is used twice.`)
}

/** Resolves every name of a fetch. @throws DataverseFault 400 for an unknown table, column or a double alias */
export function bindFetch(raw: RawSource, reader: Reader): { readonly root: Source; readonly bindings: Bindings } {
  let unnamed = 0
  const nextAlias = (entity: string): string => `${entity}${++unnamed}`
  const bindings: Bindings = { reader, sources: new Map(), nextAlias, closed: new Set() }
  const root = emptySource(raw, '')
  fill(root, raw, bindings)
  requireUniqueAliases(root)
  return { root, bindings }
}

/** Closes a link inside a filter, and those inside it, once its conditions have been read. */
export function closeLink(link: Link, bindings: Bindings): void {
  bindings.closed.add(link.alias)
  for (const child of link.links) closeLink(child, bindings)
}

/**
 * The source that `entityname` means: an alias, or the table of a link that was given none.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/filter-rows#filters-on-link-entity
 */
export function sourceNamed(name: string, { sources, closed }: Bindings): Source {
  const open = [...sources.values()].filter(({ alias }) => !closed.has(alias))
  const byAlias = open.find(({ alias }) => alias === name)
  const found = byAlias ?? open.find(({ entity, isNamed }) => !isNamed && entity.logicalName === name)
  if (found) return found
  const text = `The link entity with alias '${name}' was not found in the query.`
  throw new DataverseFault(400, '0x8004110a', text)
}
