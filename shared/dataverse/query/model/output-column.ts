import type { Column } from '../../metadata/model.ts'
import type { Aggregate, Attribute, DateGrouping } from './query.ts'

/** One value of each row of the answer. */
export type OutputColumn = {
  /** Its JSON key: `name`, `_ownerid_value`, `alias.column`, or the alias that was given to it. */
  readonly key: string
  /** The alias where one was asked for, else the column's label. */
  readonly label: string
  /** Where the value comes from; of a count or a part of a date it says no more than that. */
  readonly column: Column
  /** Logical name of the table it is a column of. */
  readonly entity: string
  /** Alias of the link it comes through. */
  readonly link?: string | undefined
  readonly aggregate?: Aggregate | undefined
  readonly dateGrouping?: DateGrouping | undefined
}

/** What a resolved attribute gives; `link` is the alias of the link it comes through. */
export function outputOf(attribute: Attribute, column: Column, entity: string, link?: string): OutputColumn {
  const { alias, aggregate, dateGrouping } = attribute
  return {
    key: alias ?? (link === undefined ? column.property : `${link}.${column.name}`),
    label: alias ?? column.label ?? column.name,
    column,
    entity,
    link,
    aggregate,
    dateGrouping,
  }
}
