import type { Column, Table } from '../../metadata/model.ts'
import { orderColumns } from '../../metadata/column-order.ts'
import type { RefusalCode } from '../../refusal-codes.ts'
import type { Problem, ProblemCode } from '../model.ts'
import type { PermissionContext, WriteKind } from './permission.ts'

/** How a column stands to an operation. */
export type Standing =
  | 'open'
  | 'hidden'
  | 'never'
  | 'not in the policy'
  | 'computed'
  | 'only when created'
  | 'not valid'
  | 'secured'

/** Why something may not be written: a problem of a preview, and what a write that comes too late is refused by. */
export type Closure = Problem & { readonly code: ProblemCode & RefusalCode }

const MOST_NAMED = 30
const ADMINISTRATOR = 'say that an administrator of this connector decides what may be written'

/** Lists what may be written instead, of the tables that are there and shown. */
export async function unopenedTable(
  kind: WriteKind,
  table: Table,
  { policy, metadata }: PermissionContext,
): Promise<Closure> {
  const { byName } = await metadata.entities()
  const open = [...policy].flatMap(([name, one]) =>
    one[kind] !== 'none' && byName.get(name)?.name === name ? [name] : [],
  )
  const done = kind === 'create' ? 'created' : 'changed'
  const instead = open.length === 0 ? `Rows of no table are ${done} here.` : `Rows can be ${done} of: ${listed(open)}.`
  return {
    code: 'table_not_writable',
    text: `Rows of ${table.entity.name} are not ${done} by this connector.`,
    nextStep: `Do not ask for it again; ${ADMINISTRATOR}. ${instead}`,
  }
}

export function closedTable({ entity }: Table): Closure {
  return {
    code: 'table_not_writable',
    text: `Rows of ${entity.name} are kept by another system, or by the platform for itself; this connector writes none.`,
    nextStep: 'Say that it can be done in Dynamics 365 only.',
  }
}

type Closed = {
  readonly kind: WriteKind
  readonly table: Table
  readonly column: Column
  readonly asWritten: string
  readonly columns: readonly string[]
}

const CODES: Readonly<Record<Exclude<Standing, 'open'>, Closure['code']>> = {
  hidden: 'hidden_by_administrator',
  never: 'column_not_writable',
  'not in the policy': 'column_not_writable',
  computed: 'column_computed',
  'only when created': 'column_not_writable',
  'not valid': 'column_not_writable',
  secured: 'column_secured',
}

export function closedColumn(standing: Exclude<Standing, 'open'>, closed: Closed): Closure {
  const { asWritten, columns, table, kind } = closed
  const when = kind === 'create' ? 'in a new row' : 'in a row that is there'
  const open = inOrder(columns, table)
  const instead =
    open.length === 0
      ? `No column of ${table.entity.name} can be set ${when}.`
      : `Of ${table.entity.name} can be set ${when}: ${listed(open.map((name) => withLabel(name, table)))}.`
  return {
    code: CODES[standing],
    column: asWritten,
    text: reason(standing, closed),
    nextStep: `Leave it out, and ${say(standing)}. ${instead}`,
  }
}

function reason(standing: Exclude<Standing, 'open'>, { kind, column: { name }, table }: Closed): string {
  const does = kind === 'create' ? 'set in a new row' : 'changed'
  const what = `The column ${name} of ${table.entity.name}`
  switch (standing) {
    case 'hidden':
      return `${what} is kept from models by an administrator.`
    case 'never':
      return `${what} is never written by this connector.`
    case 'not in the policy':
      return `${what} is not ${does} by this connector.`
    case 'computed':
      return `${what} is computed by Dynamics 365.`
    case 'only when created':
      return `${what} can be set in a new row, and not be changed in one that is there.`
    case 'not valid':
      return `${what} is not ${does} by anybody: Dynamics 365 itself fills it, or takes it at another time.`
    default:
      return `${what} is under column security, which does not let it be ${does} here.`
  }
}

function say(standing: Standing): string {
  if (standing === 'not in the policy') return ADMINISTRATOR
  return standing === 'hidden' || standing === 'secured'
    ? 'say that an administrator keeps it from being written here'
    : 'say that it cannot be written'
}

/** Those first that people fill in most. */
function inOrder(names: readonly string[], table: Table): readonly string[] {
  if (names.length <= MOST_NAMED) return names
  const { main, rest, technical } = orderColumns(table)
  return [...main, ...rest, ...technical].flatMap(({ name }) => (names.includes(name) ? [name] : []))
}

/** `telephone1 (Main Phone)`: a person knows a column by its label alone. */
function withLabel(name: string, { byName }: Table): string {
  const label = byName.get(name)?.label
  return label === undefined || label.toLowerCase() === name ? name : `${name} (${label})`
}

function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMED
  return names.slice(0, MOST_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '')
}
