import type { AskedChange, PlannedChange, Problem, Scalar } from '../../model.ts'
import type { ChangeContext } from '../../operation.ts'
import { said, type Given } from '../given-arguments.ts'
import { isYes } from '../yes-or-no.ts'
import { findRow } from '../../values/lookup.ts'
import { ValueRefused } from '../../values/place.ts'
import type { Target } from '../closing/target.ts'
import { MADE_NAMES, type Made } from './made-rows.ts'

export const CURRENCY = 'currency'
export const CUSTOMER = 'customer'
/** Of a lead: the name of the account that is made of it. */
export const COMPANY = 'companyname'

/** What is to be made of a lead, for whom, and in which currency. */
export type Wishes = {
  readonly changes: readonly PlannedChange[]
  readonly problems: readonly Problem[]
  readonly notes: readonly string[]
  readonly made: readonly Made[]
}

type Gathered = { readonly changes: PlannedChange[]; readonly problems: Problem[]; readonly notes: string[] }
type Filled = Exclude<Scalar, null>

export async function wishesOf({ values }: Given, target: Target, context: ChangeContext): Promise<Wishes> {
  const gathered: Gathered = { changes: [], problems: [], notes: [] }
  const isFor = values.has(CUSTOMER)
  for (const name of MADE_NAMES) await addFlag(name, values.get(name), usualOf(name, isFor, target), gathered, context)
  const { changes } = gathered
  const made = MADE_NAMES.filter((name) => changes.some(({ column, to }) => column === name && to === true))
  for (const [name, tables] of [
    [CURRENCY, ['transactioncurrency']],
    [CUSTOMER, ['account', 'contact']],
  ] as const) {
    const asked = values.get(name)
    if (asked && made.includes('opportunity')) await addRow(name, asked, tables, gathered, context)
    else if (asked) gathered.problems.push(ofNothing(asked, name))
  }
  if (made.length === 0) gathered.notes.push('Nothing is made of the lead: it is only marked as qualified.')
  if (made.includes('opportunity') && !isFor && made.length === 1)
    gathered.notes.push('The opportunity is made without a customer.')
  return { ...gathered, made }
}

/** What is made where nobody says otherwise: no second customer beside one that is there, none without a name. */
function usualOf(name: Made, isForCustomer: boolean, { current }: Target): boolean {
  if (name === 'opportunity') return true
  if (isForCustomer) return false
  return name === 'contact' || !current || (current.row[COMPANY] ?? null) !== null
}

async function addFlag(
  name: Made,
  asked: AskedChange | undefined,
  usual: boolean,
  { changes, problems, notes }: Gathered,
  { metadata }: ChangeContext,
): Promise<void> {
  const { label = name } = await metadata.entity(name)
  try {
    const to = asked ? isYes(asked) : usual
    if (!asked) notes.push(`${name} was not given: ${to ? 'one is made' : 'none is made'}.`)
    changes.push({ column: name, label: `New ${label}`, to })
  } catch (error) {
    if (!(error instanceof ValueRefused)) throw error
    problems.push(error.problem)
  }
}

async function addRow(
  name: typeof CURRENCY | typeof CUSTOMER,
  asked: AskedChange,
  tables: readonly string[],
  { changes, problems, notes }: Gathered,
  context: ChangeContext,
): Promise<void> {
  const { byName } = await context.metadata.entities()
  const targets = tables.flatMap((table) => byName.get(table) ?? [])
  const label = name === CURRENCY ? 'Currency of the opportunity' : 'Customer of the opportunity'
  const place = { column: asked.column, label, entity: asked.entity, note: (one: string) => void notes.push(one) }
  try {
    const row = await findRow(asked.to as Filled, targets, place, context)
    changes.push({ column: name, label, to: row.name ?? row.id, id: row.id, entity: row.entity })
  } catch (error) {
    if (!(error instanceof ValueRefused)) throw error
    problems.push(error.problem)
  }
}

function ofNothing({ column }: AskedChange, name: string): Problem {
  return {
    code: 'value_invalid',
    column,
    text: `${name} is of the opportunity that is made, and none is.`,
    nextStep: `Leave ${name} out, or make an opportunity: ${said('opportunity', true)}.`,
  }
}
