import * as z from 'zod'
import { Identifier, Label } from './entities.ts'

export type Option = { readonly value: number; readonly label: string }
/** The choices of a table's columns, by logical name of the column. */
export type EntityOptions = ReadonlyMap<string, readonly Option[]>

const OptionValue = z.object({ Value: z.int(), Label })
const OptionSet = z
  .object({
    Options: z.array(OptionValue).nullish(),
    TrueOption: OptionValue.nullish(),
    FalseOption: OptionValue.nullish(),
  })
  .nullish()

export const OptionsDefinition = z.object({
  value: z.array(z.object({ LogicalName: Identifier, OptionSet: OptionSet, GlobalOptionSet: OptionSet })),
})

/** The types of column that have choices; each is read by a cast of its own. */
export const CHOICE_TYPES = ['Picklist', 'MultiSelectPicklist', 'State', 'Status', 'Boolean'] as const

/** @see https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query-metadata-web-api */
export function optionsPath(entity: string, type: (typeof CHOICE_TYPES)[number]): string {
  const cast = `Microsoft.Dynamics.CRM.${type}AttributeMetadata`
  const expanded = type === 'State' || type === 'Status' ? 'OptionSet' : 'OptionSet,GlobalOptionSet'
  return `EntityDefinitions(LogicalName='${entity}')/Attributes/${cast}?$select=LogicalName&$expand=${expanded}`
}

export function optionsByColumn(answer: z.output<typeof OptionsDefinition>): [string, readonly Option[]][] {
  return answer.value.map((column) => [column.LogicalName, choices(column.OptionSet ?? column.GlobalOptionSet)])
}

function choices(set: z.output<typeof OptionSet>): readonly Option[] {
  const listed = set?.Options ?? [set?.FalseOption, set?.TrueOption].filter((option) => option != null)
  return listed.map(({ Value, Label: label }) => ({ value: Value, label: label ?? String(Value) }))
}
