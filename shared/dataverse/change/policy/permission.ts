import { isNeverColumn, NAMED_ONLY } from '../../../config/writes/never.ts'
import type { TablePolicy, WritableColumns } from '../../../config/writes/policy.ts'
import { holdsFile } from '../../metadata/file-columns.ts'
import type { Column, Sight, Table } from '../../metadata/model.ts'
import { policyFor, type ChangeContext } from '../operation.ts'
import type { WritableTable } from '../writable/writable.ts'
import { noteTable, noteTables } from './policy-watch.ts'
import { closedColumn, closedTable, type Closure, type Standing, unopenedTable } from './refusals.ts'

export type WriteKind = 'create' | 'update'

/** What the policy, Dataverse and column security together let this person write of one table. */
export type Permission = {
  /** Why nothing of the table may be written; then no column may. */
  readonly problem?: Closure
  /** @param asWritten how the column was asked for */
  readonly ofColumn: (column: Column, asWritten?: string) => Closure | undefined
  /** Logical names of those that may be written, those first that matter most. */
  readonly columns: readonly string[]
  /** Whether only a person can confirm a change of the column. */
  readonly isHuman: (column: string) => boolean
}

export type PermissionContext = Pick<ChangeContext, 'policy' | 'writable' | 'metadata'>

/** Rows of Dataverse itself, what other tables hold, and what no text can say. */
const UNWRITTEN: ReadonlySet<string> = new Set(['Virtual', 'ManagedProperty', 'CalendarRules', 'EntityName'])

/**
 * Asks Dataverse nothing of a table that the policy does not open.
 * @param table as models know it: what is hidden is not in it
 * @throws DataverseError
 */
export async function permissionFor(kind: WriteKind, table: Table, context: PermissionContext): Promise<Permission> {
  const { name } = table.entity
  const policy = policyFor(context, name)
  const open = policy?.[kind] ?? 'none'
  if (policy === undefined || open === 'none') return nothing(await unopenedTable(kind, table, context))
  const { metadata } = context
  const [writable, sight, { byName, hidden }] = await Promise.all([
    context.writable(table),
    metadata.sight([table], kind),
    metadata.entities(),
  ])
  noteTable(context.policy, table, writable)
  noteTables(context.policy, (one) => [byName.get(one), hidden?.get(one)].some((entity) => entity?.name === one))
  if (writable.closed) return nothing(closedTable(table))
  return permissionOf({ kind, table, policy, open, writable, sight })
}

function nothing(problem: Closure): Permission {
  return { problem, ofColumn: () => problem, columns: [], isHuman: () => false }
}

type Opened = Exclude<WritableColumns, 'none'>

type Rules = {
  readonly kind: WriteKind
  readonly table: Table
  readonly policy: TablePolicy
  readonly open: Opened
  readonly writable: WritableTable
  readonly sight: Sight
}

function permissionOf(rules: Rules): Permission {
  const { kind, table, policy } = rules
  const named = rules.open === 'all' ? [...table.byName.keys()] : rules.open
  const columns = named.filter((name) => {
    const column = table.byName.get(name)
    return column !== undefined && column.type !== 'PartyList' && standingOf(column, rules) === 'open'
  })
  return {
    ofColumn: (column, asWritten = column.name) => {
      const standing = standingOf(column, rules)
      return standing === 'open' ? undefined : closedColumn(standing, { kind, table, column, asWritten, columns })
    },
    columns,
    isHuman: (column) => policy.human.includes(column),
  }
}

/** In the order of what an administrator can change: hiding, the list that none can, the policy, and then Dataverse. */
function standingOf(column: Column, rules: Rules): Standing {
  if (column.hiding !== undefined) return 'hidden'
  if (isNever(column, rules)) return 'never'
  if (!isOpened(column.name, rules.open)) return 'not in the policy'
  const found = rules.writable.columns.get(column.name)
  if (found?.computed === true) return 'computed'
  if (found?.[rules.kind] !== true) return found?.create === true ? 'only when created' : 'not valid'
  if (column.secured === undefined && !found.secured) return 'open'
  if (rules.open === 'all') return 'secured'
  return rules.sight(column) === 'hidden' ? 'secured' : 'open'
}

function isNever(column: Column, { kind, table }: Rules): boolean {
  const { name, type } = column
  return name === table.entity.idColumn || isNeverColumn(name, kind) || UNWRITTEN.has(type) || holdsFile(column)
}

function isOpened(name: string, open: Opened): boolean {
  return open === 'all' ? !NAMED_ONLY.has(name) : open.includes(name)
}
