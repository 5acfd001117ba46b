import type { Person, Table } from '../../metadata/model.ts'
import type { Row } from '../../rows/rows.ts'
import type { ChangeArguments } from '../model.ts'

const FORMATTED = '@OData.Community.Display.V1.FormattedValue'
const LONGEST_NAME = 100

/** What a row is called, where that may be told. */
export function nameIn(row: Row, { entity }: Table): string | undefined {
  const name = entity.nameColumn === undefined ? undefined : row[entity.nameColumn]
  return typeof name === 'string' && name !== '' ? name.slice(0, LONGEST_NAME).toWellFormed() : undefined
}

const columnsIn = (count: number): string => (count === 1 ? '1 column' : `${count} columns`)

/** `Change 2 columns of the Opportunity "Fabrikam renewal" (owner Jon Ek) as Anna Berg.` */
export function updateSummary({ name, changes }: ChangeArguments, row: Row, { entity }: Table, person: Person): string {
  const called = name === undefined ? '' : ` "${name}"`
  const owner = row[`_ownerid_value${FORMATTED}`]
  const of = typeof owner === 'string' ? ` (owner ${owner})` : ''
  return `Change ${columnsIn(changes.length)} of the ${entity.label ?? entity.name}${called}${of} as ${person.name}.`
}

/** `Create the Contact "Ada King" with 3 columns as Anna Berg.` */
export function createSummary({ name, changes }: ChangeArguments, { entity }: Table, person: Person): string {
  const called = name === undefined ? '' : ` "${name}"`
  return `Create the ${entity.label ?? entity.name}${called} with ${columnsIn(changes.length)} as ${person.name}.`
}
