import { zoneOf } from '../../../local-time.ts'
import { KEPT } from '../../../hiding/mask-value.ts'
import type { Column, Option, Table } from '../../../metadata/model.ts'
import type { Row } from '../../../rows/rows.ts'
import type { Problem } from '../../model.ts'
import type { ChangeContext } from '../../operation.ts'
import { momentIn } from '../../values/moment.ts'
import { CLOSINGS, OPEN, type ClosingName } from './closings.ts'

const FORMATTED = '@OData.Community.Display.V1.FormattedValue'
export const STATE = 'statecode'
export const REASON = 'statuscode'
const WHO = 'modifiedby'
const WHEN = 'modifiedon'

/** Columns that say what a row is at, and who changed it last; without those that models do not get. */
export function standingColumns({ byName }: Table): Column[] {
  return shownColumns([STATE, REASON, WHO, WHEN], byName)
}

/** @param names logical names */
export function shownColumns(names: readonly string[], byName: Table['byName']): Column[] {
  return names.flatMap((name) => {
    const column = byName.get(name)
    return column && column.hiding === undefined ? [column] : []
  })
}

/** The Web API's names of these columns. @param names logical names */
export function shownProperties(names: readonly string[], byName: Table['byName']): string[] {
  return shownColumns(names, byName).map(({ property }) => property)
}

/** The label of a row's choice. */
export function labelIn(row: Row, column: string, { byName }: Table): string {
  const value = Number(row[column])
  return byName.get(column)?.options?.find((one) => one.value === value)?.label ?? String(value)
}

/** Whether a row is already as it is wanted, at work, or closed otherwise. */
export function verdictOf(result: ClosingName, reason: Option, row: Row): 'there' | 'not-there' | 'other' {
  if (row[STATE] === OPEN) return 'not-there'
  return row[STATE] === CLOSINGS[result].state && row[REASON] === reason.value ? 'there' : 'other'
}

/** That a row is closed already: as it was asked for, or otherwise. */
export async function closedProblem(
  result: ClosingName,
  reason: Option | undefined,
  row: Row,
  table: Table,
  context: ChangeContext,
): Promise<Problem | undefined> {
  if (row[STATE] === OPEN) return undefined
  const at = `${labelIn(row, STATE, table)} (${labelIn(row, REASON, table)})`
  const text = `The ${table.entity.name} is ${at} already${await lastChange(row, context)}.`
  const isSame = row[STATE] === CLOSINGS[result].state && (reason === undefined || row[REASON] === reason.value)
  if (isSame)
    return { code: 'nothing_to_change', text, nextStep: `Tell the person that it is ${result}, by whom and when.` }
  return {
    code: 'record_closed',
    text,
    nextStep: 'Tell the person by whom and when. Once they have opened it again in Dynamics 365, send the same call.',
  }
}

/** Who changed a row last, and when, on the clock of the person who asks. */
async function lastChange(row: Row, { metadata }: ChangeContext): Promise<string> {
  const name = row[`_${WHO}_value${FORMATTED}`]
  const at = Date.parse(String(row[WHEN]))
  const { iana } = zoneOf((await metadata.person()).timeZone.name)
  const who = typeof name === 'string' && name !== KEPT ? ` by ${name}` : ''
  const when = Number.isNaN(at) ? '' : ` on ${momentIn(at, iana)}`
  return who === '' && when === '' ? '' : `; it was last changed${who}${when}`
}
