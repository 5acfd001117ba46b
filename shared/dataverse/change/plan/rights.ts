import type { Table } from '../../metadata/model.ts'
import type { Problem } from '../model.ts'
import type { ChangeContext } from '../operation.ts'
import type { CurrentRow } from './current-row.ts'
import type { PlannedValue } from './plan-values.ts'

const WANTED: Readonly<Record<string, string>> = {
  WriteAccess: 'change it (Write)',
  AppendAccess: 'connect it with other rows (Append)',
  AssignAccess: 'give it to another owner (Assign)',
}

/** That the person may create no row of a table, as far as their roles tell: which of its rows is not asked of them. */
export async function createProblem(
  table: Table,
  { writable, metadata }: Pick<ChangeContext, 'writable' | 'metadata'>,
): Promise<Problem | undefined> {
  const [{ createPrivileges }, held] = await Promise.all([writable(table), metadata.privileges()])
  if (!held || createPrivileges.length === 0 || createPrivileges.some((id) => held.has(id))) return undefined
  const text = `Dynamics 365 does not let the person create a row of ${table.entity.name} (Create).`
  const nextStep = 'Say so: an administrator of Dynamics 365 gives that right.'
  return { code: 'no_right', text, nextStep }
}

/** The rights to the row itself that the person lacks in Dynamics 365. */
export function rightsProblems({ access }: Pick<CurrentRow, 'access'>, values: readonly PlannedValue[]): Problem[] {
  if (access === undefined) return []
  const appends = values.some(({ row, column }) => row && column.type !== 'Owner')
  const assigns = values.some(({ column }) => column.type === 'Owner')
  const needed = ['WriteAccess', ...(appends ? ['AppendAccess'] : []), ...(assigns ? ['AssignAccess'] : [])]
  const missing = needed.filter((one) => !access.includes(one)).flatMap((one) => WANTED[one] ?? [])
  if (missing.length === 0) return []
  const text = `Dynamics 365 does not let the person ${missing.join(' and ')}.`
  return [
    {
      code: 'no_right',
      text,
      nextStep: 'Say so: the owner of the record, or an administrator of Dynamics 365, gives that right.',
    },
  ]
}
