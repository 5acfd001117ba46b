import * as z from 'zod'
import type { Read } from '../../web-api/web-api.ts'
import type { Column } from '../model.ts'
import { Identifier, Label } from '../names.ts'
import { definitionOf, type TablePart } from './table-part.ts'

const LOOKUPS: ReadonlySet<string> = new Set(['Lookup', 'Owner', 'Customer'])
const REQUIRED: ReadonlySet<string> = new Set(['SystemRequired', 'ApplicationRequired'])

const Attribute = z.object({
  LogicalName: Identifier,
  AttributeType: z.string().nullish(),
  AttributeTypeName: z.object({ Value: z.string() }).nullish(),
  DisplayName: Label,
  AttributeOf: z.string().nullish(),
  IsValidForRead: z.boolean().nullish(),
  IsValidForAdvancedFind: z.object({ Value: z.boolean() }).nullish(),
  RequiredLevel: z.object({ Value: z.string() }).nullish(),
  MetadataId: z.string().nullish(),
  IsSecured: z.boolean().nullish(),
})
type Attribute = z.output<typeof Attribute>

const SELECTED = Object.keys(Attribute.shape).join(',')

export function columnsRead(entity: string): Read<TablePart> {
  return {
    path: `${definitionOf(entity)}/Attributes?$select=${SELECTED}`,
    schema: z.object({ value: z.array(Attribute) }).transform(({ value }) => {
      const guards = guardsIn(value)
      return { columns: value.map((attribute) => toColumn(attribute, guards(attribute))) }
    }),
  }
}

const BASE = '_base'

/**
 * What guards a column: its own security, and that of the one whose value it repeats. Each has a flag of its own in
 * Dataverse, and whoever secures an amount may forget its twin in the base currency.
 * @see https://learn.microsoft.com/power-platform/admin/field-level-security
 */
function guardsIn(attributes: readonly Attribute[]): (attribute: Attribute) => string[] {
  const secured = attributes.filter(({ IsSecured }) => IsSecured === true)
  const ids = new Map(secured.map((one) => [one.LogicalName, one.MetadataId?.toLowerCase() ?? '']))
  return ({ LogicalName: name, AttributeType: type, AttributeOf: parent }) => {
    const twin = type === 'Money' && name.endsWith(BASE) ? name.slice(0, -BASE.length) : undefined
    return [name, parent, twin].flatMap((one) => ids.get(one ?? '') ?? [])
  }
}

function toColumn(attribute: Attribute, guards: readonly string[]): Column {
  const { LogicalName: name, AttributeOf: parent, DisplayName: label } = attribute
  const type = attribute.AttributeTypeName?.Value.replace(/Type$/, '') ?? attribute.AttributeType ?? 'String'
  return {
    name,
    property: LOOKUPS.has(type) ? `_${name}_value` : name,
    type,
    ...(label && { label }),
    ...(parent && (name === `${parent}name` ? { describes: parent } : { partOf: parent })),
    readable: attribute.IsValidForRead !== false,
    ...(guards.length > 0 && { secured: guards }),
    required: REQUIRED.has(attribute.RequiredLevel?.Value ?? ''),
    searchable: attribute.IsValidForAdvancedFind?.Value === true,
    dateOnly: false,
  }
}

const Day = z.object({
  LogicalName: Identifier,
  Format: z.string().nullish(),
  DateTimeBehavior: z.object({ Value: z.string() }).nullish(),
})

/** Which DateTime columns hold a day, and which a time in no time zone: only the cast to their type tells. */
export function daysRead(entity: string): Read<TablePart> {
  const cast = 'Microsoft.Dynamics.CRM.DateTimeAttributeMetadata'
  return {
    path: `${definitionOf(entity)}/Attributes/${cast}?$select=LogicalName,Format,DateTimeBehavior`,
    schema: z.object({ value: z.array(Day) }).transform(({ value }) => ({
      days: value.filter(holdsDay).map(({ LogicalName }) => LogicalName),
      zoneless: value.filter(isZoneless).map(({ LogicalName }) => LogicalName),
    })),
  }
}

/** A column formatted as a day but of behaviour `UserLocal` still holds a time, in UTC. */
function holdsDay({ Format, DateTimeBehavior }: z.output<typeof Day>): boolean {
  return (DateTimeBehavior?.Value ?? Format) === 'DateOnly'
}

/** @see https://learn.microsoft.com/power-apps/maker/data-platform/behavior-format-date-time-field */
function isZoneless({ DateTimeBehavior }: z.output<typeof Day>): boolean {
  return DateTimeBehavior?.Value === 'TimeZoneIndependent'
}
