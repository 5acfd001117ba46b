import * as z from 'zod'
import { Identifier, Label } from './entities.ts'
import { QueryError } from './errors.ts'
import { nearest } from './suggest.ts'

export type Column = {
  /** Logical name, e.g. `ownerid`. */
  readonly name: string
  /** The name in `$select`, `$filter` and `$orderby`, e.g. `_ownerid_value`. */
  readonly property: string
  /** Dataverse's type without its suffix, e.g. `Lookup`, `MultiSelectPicklist`. */
  readonly type: string
  readonly label?: string
  /** The column that this one only describes, e.g. `ownerid` for `owneridname`. */
  readonly describes?: string
  readonly readable: boolean
}

/** A way from a row to the row that a lookup column names. */
export type Navigation = {
  /** Case-sensitive, e.g. `customerid_account`. */
  readonly name: string
  /** Logical name of the lookup column. */
  readonly column: string
  /** Logical name of the entity it leads to. */
  readonly target: string
}

export type EntityColumns = {
  readonly byName: ReadonlyMap<string, Column>
  readonly navigations: readonly Navigation[]
}

const LOOKUPS = new Set(['Lookup', 'Owner', 'Customer'])

const Attribute = z.object({
  LogicalName: Identifier,
  AttributeType: z.string().nullish(),
  AttributeTypeName: z.object({ Value: z.string() }).nullish(),
  DisplayName: Label,
  AttributeOf: z.string().nullish(),
  IsValidForRead: z.boolean().nullish(),
})
const Relationship = z.object({
  ReferencingAttribute: Identifier,
  ReferencedEntity: Identifier,
  ReferencingEntityNavigationPropertyName: Identifier.nullish().catch(null),
})

/** One request for the columns of one table and the names of its lookups' navigation properties. */
export function columnsPath(entity: string): string {
  const attributes =
    'Attributes($select=LogicalName,AttributeType,AttributeTypeName,DisplayName,AttributeOf,IsValidForRead)'
  const relationships =
    'ManyToOneRelationships($select=ReferencingAttribute,ReferencedEntity,ReferencingEntityNavigationPropertyName)'
  return `EntityDefinitions(LogicalName='${entity}')?$select=LogicalName&$expand=${attributes},${relationships}`
}

export const ColumnsDefinition = z
  .object({ Attributes: z.array(Attribute), ManyToOneRelationships: z.array(Relationship).default([]) })
  .transform(({ Attributes, ManyToOneRelationships }): EntityColumns => {
    const byName = new Map(Attributes.map(toColumn).map((column) => [column.name, column]))
    return { byName, navigations: ManyToOneRelationships.flatMap(toNavigation) }
  })

function toColumn(attribute: z.output<typeof Attribute>): Column {
  const { LogicalName: name, AttributeOf: parent, DisplayName: label } = attribute
  const type = attribute.AttributeTypeName?.Value.replace(/Type$/, '') ?? attribute.AttributeType ?? 'String'
  return {
    name,
    property: LOOKUPS.has(type) ? `_${name}_value` : name,
    type,
    ...(label && { label }),
    ...(parent && name === `${parent}name` && { describes: parent }),
    readable: attribute.IsValidForRead !== false,
  }
}

function toNavigation(relationship: z.output<typeof Relationship>): Navigation[] {
  const { ReferencingAttribute, ReferencedEntity, ReferencingEntityNavigationPropertyName: name } = relationship
  return name ? [{ name, column: ReferencingAttribute, target: ReferencedEntity }] : []
}

export function isLookup(column: Column): boolean {
  return LOOKUPS.has(column.type)
}

/**
 * The column a model means: by logical name in any case, by `_x_value`, or by the name column beside it.
 * @returns `undefined` when the entity has none
 */
export function findColumn(columns: EntityColumns, name: string): Column | undefined {
  const wanted = name.trim().toLowerCase()
  const found = columns.byName.get(wanted) ?? columns.byName.get(/^_(.+)_value$/.exec(wanted)?.[1] ?? '')
  return found?.describes ? columns.byName.get(found.describes) : found
}

export function nearestColumns(columns: EntityColumns, name: string): string[] {
  const readable = [...columns.byName.values()].filter((column) => column.readable && !column.describes)
  return nearest(
    name.replace(/^_(.+)_value$/, '$1'),
    readable.map(({ name, label }) => ({ name, aliases: label ? [label] : [] })),
  )
}

export function unknownColumn(entity: string, columns: EntityColumns, name: string): QueryError {
  const near = nearestColumns(columns, name)
  return new QueryError(
    'unknown_column',
    `The entity ${entity} has no column "${name.slice(0, 100)}".`,
    near.length > 0
      ? `Did you mean: ${near.join(', ')}?`
      : `Call get_entity_metadata for ${entity} to see its columns.`,
  )
}
