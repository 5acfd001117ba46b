import type { Problem } from '../model.ts'
import type { CurrentRow } from './current-row.ts'
import type { PlannedValue } from './plan-values.ts'

const WANTED: Readonly<Record<string, string>> = {
  WriteAccess: 'change it (Write)',
  AppendAccess: 'connect it with other rows (Append)',
  AssignAccess: 'give it to another owner (Assign)',
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
