import { unknownProperty } from '../http/errors.ts'
import { isPrincipalNavigation, navigationOf } from '../store/navigation.ts'
import type { Column, Entity } from '../schema/schema.ts'
import { isDateOnly, isLookup } from '../schema/schema.ts'

/** A structural property of the Web API and the column behind it. */
export type Property = { readonly key: string; readonly column: Column }

/** The property name of a column: a lookup `x` is `_x_value`. */
export function propertyKey(column: Column): string {
  return isLookup(column) ? `_${column.name}_value` : column.name
}

/** Resolves a name as `$select`, `$filter` and `$orderby` see it; undefined for what is no structural property. */
export function findProperty(entity: Entity, name: string): Property | undefined {
  const inner = /^_(.+)_value$/.exec(name)?.[1]
  const column = entity.columns.get(inner ?? name)
  if (!column || column.type === 'PartyList' || isLookup(column) !== (inner !== undefined)) return undefined
  return { key: name, column }
}

/** @throws DataverseFault 400 0x80060888 for a name that the type does not have */
export function requireProperty(entity: Entity, name: string): Property {
  const property = findProperty(entity, name)
  if (!property) throw unknownProperty(name, entity.logicalName)
  return property
}

/** As `requireProperty`, and a lookup's navigation property is answered as its `_x_value`. */
export function selectedProperty(entity: Entity, name: string): Property {
  if (isPrincipalNavigation(entity, name)) return requireProperty(entity, `_${name}_value`)
  const navigation = navigationOf(entity, name)
  if (navigation?.kind !== 'one' || findProperty(entity, name)) return requireProperty(entity, name)
  return requireProperty(entity, `_${navigation.relation.column}_value`)
}

export function allProperties(entity: Entity): Property[] {
  return [...entity.columns.values()]
    .filter((column) => column.type !== 'PartyList')
    .map((column) => ({ key: propertyKey(column), column }))
}

export type Family = 'string' | 'number' | 'guid' | 'date' | 'boolean' | 'null'
export type EdmType = { readonly name: string; readonly family: Family }

const edm = (name: string, family: Family): EdmType => ({ name: `Edm.${name}`, family })

export const STRING = edm('String', 'string')
export const BOOLEAN = edm('Boolean', 'boolean')
export const GUID = edm('Guid', 'guid')
export const DATE = edm('Date', 'date')
export const INSTANT = edm('DateTimeOffset', 'date')
export const INTEGER = edm('Int32', 'number')
export const DECIMAL = edm('Decimal', 'number')

export function edmTypeOf(column: Column): EdmType {
  switch (column.type) {
    case 'Boolean':
      return BOOLEAN
    case 'DateTime':
      return isDateOnly(column) ? DATE : INSTANT
    case 'Integer':
    case 'Picklist':
    case 'State':
    case 'Status':
      return INTEGER
    case 'BigInt':
      return edm('Int64', 'number')
    case 'Double':
      return edm('Double', 'number')
    case 'Decimal':
    case 'Money':
      return DECIMAL
    case 'Uniqueidentifier':
    case 'Lookup':
    case 'Owner':
    case 'Customer':
      return GUID
    default:
      return STRING
  }
}
