import * as z from 'zod'
import type { Read } from '../../web-api/web-api.ts'
import type { Option } from '../model.ts'
import { Identifier, Label } from '../names.ts'
import { definitionOf, type TablePart } from './table-part.ts'

const OptionValue = z.object({ Value: z.int(), Label, State: z.int().nullish() })
const OptionSet = z
  .object({
    Options: z.array(OptionValue).nullish(),
    TrueOption: OptionValue.nullish(),
    FalseOption: OptionValue.nullish(),
  })
  .nullish()

const Choices = z.object({
  value: z.array(z.object({ LogicalName: Identifier, OptionSet: OptionSet, GlobalOptionSet: OptionSet })),
})

/** The types of column that have choices; each is read by a cast of its own. */
const CHOICE_TYPES = ['Picklist', 'MultiSelectPicklist', 'State', 'Status', 'Boolean'] as const

/** @see https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query-metadata-web-api */
export function choicesReads(entity: string): Read<TablePart>[] {
  return CHOICE_TYPES.map((type) => {
    const expanded = type === 'State' || type === 'Status' ? 'OptionSet' : 'OptionSet,GlobalOptionSet'
    const cast = `Microsoft.Dynamics.CRM.${type}AttributeMetadata`
    return {
      path: `${definitionOf(entity)}/Attributes/${cast}?$select=LogicalName&$expand=${expanded}`,
      schema: Choices.transform(({ value }) => ({
        choices: value.map((column) => [column.LogicalName, optionsOf(column.OptionSet ?? column.GlobalOptionSet)]),
      })),
    }
  })
}

function optionsOf(set: z.output<typeof OptionSet>): readonly Option[] {
  const listed = set?.Options ?? [set?.FalseOption, set?.TrueOption].filter((option) => option != null)
  return listed.map(({ Value, Label: label, State }) => ({
    value: Value,
    label: label ?? String(Value),
    ...(State != null && { state: State }),
  }))
}
