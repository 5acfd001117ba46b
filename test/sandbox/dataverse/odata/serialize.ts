import type { ApiRequest, MutableJson } from '../http/api.ts'
import { formatValue, labelledBy, symbolOf } from '../store/format-values.ts'
import { navigationOf } from '../store/navigation.ts'
import { FORMATTED, LOOKUP_NAME, NAVIGATION } from '../http/preferences.ts'
import type { Column, Entity } from '../schema/schema.ts'
import type { Reference, Row, Value } from '../store/store.ts'
import { isReference, valueOf } from '../store/store.ts'
import type { ExpandItem } from './options.ts'
import type { Property } from './properties.ts'
import { allProperties, findProperty, selectedProperty } from './properties.ts'

/** A lookup that is expanded as a reference brings its value along. */
function referencesOf(entity: Entity, expand: readonly ExpandItem[]): string[] {
  return expand.flatMap(({ nav, isReference }) => {
    const navigation = isReference ? navigationOf(entity, nav) : undefined
    return navigation?.kind === 'one' ? [`_${navigation.relation.column}_value`] : []
  })
}

/** What a row is written with: the columns asked for and those that come along unasked. */
export function fieldsOf(
  entity: Entity,
  select: readonly string[] | undefined,
  expand: readonly ExpandItem[] = [],
): Property[] {
  if (!select) return allProperties(entity)
  const asked = select.map((name) => selectedProperty(entity, name))
  const along = [
    asked.some(({ column }) => column.type === 'Money') ? '_transactioncurrencyid_value' : undefined,
    asked.some(({ key }) => /^address1_(?!composite)/.test(key)) ? 'address1_composite' : undefined,
    ...referencesOf(entity, expand),
    entity.primaryIdAttribute,
  ]
  const extra = along.flatMap((name) => (name === undefined ? [] : (findProperty(entity, name) ?? [])))
  return [...new Map([...asked, ...extra].map((field) => [field.key, field])).values()]
}

/** The navigation property behind a lookup's value: `customerid_account`, `ownerid`. */
function navigationFor(entity: Entity, column: Column, { entity: target }: Reference): string {
  if (column.type === 'Owner') return 'ownerid'
  const relation = entity.manyToOne.find((one) => one.column === column.name && one.target === target)
  return relation?.nav ?? column.name
}

/** Writes one value with the annotations that were asked for; they precede it. */
export function writeValue(
  out: MutableJson,
  key: string,
  column: Column,
  value: Value,
  row: Row,
  request: ApiRequest,
): void {
  const { reader } = request
  const { formatted, lookupName, navigation } = request.preferences.shows
  if (isReference(value)) {
    if (navigation) out[`${key}@${NAVIGATION}`] = navigationFor(row.entity, column, value)
    if (lookupName) out[`${key}@${LOOKUP_NAME}`] = value.entity
  }
  if (formatted) {
    const shown = labelledBy(row, column)
    const symbol = shown.type === 'Money' ? symbolOf(reader.store, row, column.name) : ''
    const text = formatValue(shown, value, { store: reader.store, timeZone: reader.caller.timeZone, symbol })
    if (text !== undefined) out[`${key}@${FORMATTED}`] = text
  }
  out[key] = isReference(value) ? value.id : value
}

export function etagOf(row: Row): string {
  return `W/"${row.version}"`
}

export function writeFields(out: MutableJson, row: Row, fields: readonly Property[], request: ApiRequest): void {
  for (const { key, column } of fields) writeValue(out, key, column, valueOf(row, column.name), row, request)
  const { logicalName } = row.entity
  if (logicalName === 'systemuser' || logicalName === 'team') out['ownerid'] = row.id
}
