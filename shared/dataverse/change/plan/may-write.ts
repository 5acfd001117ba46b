import { isNeverColumn, isNeverTable, NAMED_ONLY } from '../../../config/writes/never.ts'
import type { WritableColumns } from '../../../config/writes/policy.ts'
import type { Column } from '../../metadata/model.ts'
import type { Problem } from '../model.ts'
import { policyFor, type ChangeContext } from '../operation.ts'
import type { Writing } from './writing.ts'

type Asking = Pick<ChangeContext, 'policy'>
const DO: Readonly<Record<Writing['operation'], string>> = { create: 'created', update: 'changed' }
const TELL = 'Say so; an administrator of this connector opens it, or the person does it in Dynamics 365.'

/** Why rows of a table are not written; `undefined` where some of their columns may be. */
export function tableProblem({ table, writable, operation }: Writing, context: Asking): Problem | undefined {
  const { name, label = name } = table.entity
  const opened = policyFor(context, name)?.[operation] ?? 'none'
  if (opened !== 'none' && !writable.closed && !isNeverTable(name)) return undefined
  const text = `Rows of ${label} (${name}) are not ${DO[operation]} from here.`
  return { code: 'table_not_writable', text, nextStep: TELL }
}

/** Why a column is not written. @param written as it was asked for */
export function columnProblem(
  column: Column,
  written: string,
  { table, writable, operation }: Writing,
  context: Asking,
): Problem | undefined {
  const rules = writable.columns.get(column.name)
  const label = column.label ?? column.name
  const leave = `Leave ${written} out.`
  if (rules?.computed === true || rules?.autoNumber === true)
    return { code: 'column_computed', column: written, text: `${label} is computed by Dynamics 365.`, nextStep: leave }
  const opened = policyFor(context, table.entity.name)?.[operation] ?? 'none'
  const isOpen = isOpened(opened, column) && !isNeverColumn(column.name, operation)
  if (isOpen && rules?.[operation] === true && column.name !== table.entity.idColumn) return undefined
  const text = `${label} (${column.name}) is not ${operation === 'create' ? 'set in a new row' : 'changed'} from here.`
  return { code: 'column_not_writable', column: written, text, nextStep: `${leave} ${TELL}` }
}

/** `true` opens neither what decides of rights and life of a row, nor what column security guards. */
function isOpened(opened: WritableColumns, { name, secured }: Column): boolean {
  if (opened === 'all') return !NAMED_ONLY.has(name) && secured === undefined
  return opened !== 'none' && opened.includes(name)
}
