import type { RoleName } from '../people.ts'
import { DataverseFault, missingRow } from './errors.ts'
import type { Entity } from './schema.ts'
import type { Row, Store } from './store.ts'
import { isReference, keyOf, valueOf } from './store.ts'

export type Depth = 'None' | 'Basic' | 'Local' | 'Deep' | 'Global'
const DEPTHS: readonly Depth[] = ['None', 'Basic', 'Local', 'Deep', 'Global']

export type Caller = {
  readonly user: Row
  readonly businessUnitId: string
  readonly teamIds: ReadonlySet<string>
  readonly roles: readonly RoleName[]
  /** The caller's business unit and every one below it. */
  readonly unitsBelow: ReadonlySet<string>
  readonly timeZone: string
}

const CUSTOMER_TABLES = ['account', 'contact', 'lead', 'opportunity', 'incident', 'activity']
const ORDER_TABLES = ['quote', 'salesorder']
const OPEN_TABLES = ['systemuser', 'usersettings', 'team', 'businessunit', 'transactioncurrency', 'product', 'role']
const SHARED_TABLES = [...OPEN_TABLES, 'pricelevel', 'competitor', 'queueitem', 'connection']

const grant = (tables: readonly string[], depth: Depth): [string, Depth][] => tables.map((table) => [table, depth])

/** Read depth by role; a table that a role does not name cannot be read with it. */
const READ: Readonly<Record<RoleName, ReadonlyMap<string, Depth>>> = {
  Salesperson: new Map([...grant(CUSTOMER_TABLES, 'Basic'), ...grant(OPEN_TABLES, 'Global')]),
  'Sales Manager': new Map([
    ...grant([...CUSTOMER_TABLES, ...ORDER_TABLES], 'Deep'),
    ...grant(SHARED_TABLES, 'Global'),
  ]),
  Analyst: new Map(grant([...CUSTOMER_TABLES, ...ORDER_TABLES, ...SHARED_TABLES], 'Global')),
}

/** Tables without an owner of their own: a row is as readable as the row that `column` points at. */
const FOLLOWS: Readonly<Record<string, { readonly column: string; readonly parent: string }>> = {
  opportunityproduct: { column: 'opportunityid', parent: 'opportunity' },
  quotedetail: { column: 'quoteid', parent: 'quote' },
  activityparty: { column: 'activityid', parent: 'activitypointer' },
}

/** The table whose privilege decides: every kind of activity shares one. */
function privilegeTable(entity: Entity): string {
  return entity.isActivity ? 'activity' : (FOLLOWS[entity.logicalName]?.parent ?? entity.logicalName)
}

const PRIVILEGE_NAMES: Readonly<Record<string, string>> = {
  activity: 'prvReadActivity',
  activitypointer: 'prvReadActivity',
  salesorder: 'prvReadOrder',
  systemuser: 'prvReadUser',
}

export function readPrivilege(entity: Entity): string {
  return PRIVILEGE_NAMES[privilegeTable(entity)] ?? `prvRead${entity.schemaName}`
}

export function readDepth(caller: Caller, entity: Entity): Depth {
  if (entity.isIntersect) return 'Global'
  const table = privilegeTable(entity) === 'activitypointer' ? 'activity' : privilegeTable(entity)
  const depths = caller.roles.map((role) => DEPTHS.indexOf(READ[role].get(table) ?? 'None'))
  return DEPTHS[Math.max(0, ...depths)] ?? 'None'
}

/** @throws DataverseFault 403 0x80040220 without any read privilege on the table */
export function requireReadPrivilege(caller: Caller, entity: Entity): void {
  if (readDepth(caller, entity) !== 'None') return
  const who = `Principal user (Id=${caller.user.id}, type=8, roleCount=${caller.roles.length}, privilegeCount=96, accessMode=0)`
  const what = `is missing ${readPrivilege(entity)} privilege on OTC=${entity.objectTypeCode}`
  const where = `for entity '${entity.logicalName}' (LocalizedName='${entity.displayName}'). context.Caller=${caller.user.id}`
  throw new DataverseFault(403, '0x80040220', `${who}, ${what} ${where}`)
}

function owningUnit(row: Row): string | null {
  if (row.entity.logicalName === 'businessunit') return row.id
  return keyOf(valueOf(row, row.entity.ownershipType === 'UserOwned' ? 'owningbusinessunit' : 'businessunitid'))
}

function isOwn(caller: Caller, row: Row): boolean {
  const owner = valueOf(row, 'ownerid')
  if (row.entity.ownershipType !== 'UserOwned') return row.id === caller.user.id
  return isReference(owner) && (owner.id === caller.user.id || caller.teamIds.has(owner.id))
}

function withinDepth(caller: Caller, depth: Depth, row: Row): boolean {
  if (depth === 'Global') return true
  if (depth === 'None' || row.entity.ownershipType === 'OrganizationOwned') return false
  if (isOwn(caller, row)) return true
  const unit = owningUnit(row)
  if (unit === null || depth === 'Basic') return false
  return depth === 'Local' ? unit === caller.businessUnitId : caller.unitsBelow.has(unit)
}

export function mayRead(store: Store, caller: Caller, row: Row): boolean {
  const parent = FOLLOWS[row.entity.logicalName]
  if (!parent) return withinDepth(caller, readDepth(caller, row.entity), row)
  const owner = store.get(parent.parent, keyOf(valueOf(row, parent.column)) ?? '')
  return owner !== undefined && mayRead(store, caller, owner)
}

/** What one caller can see of the database, for the length of one request. */
export type Reader = {
  readonly store: Store
  readonly caller: Caller
  readonly now: Date
  /** The rows that the caller may read. @throws DataverseFault 403 without the privilege */
  rows(entity: Entity): readonly Row[]
  /** Readable rows whose `column` holds this key. */
  matching(entity: Entity, column: string, key: string): readonly Row[]
  /** The row if it exists and the caller may read it. */
  find(entity: Entity, id: string): Row | undefined
  /** @throws DataverseFault 404 when there is none, 403 when the caller may not read it */
  require(entity: Entity, id: string): Row
}

function accessDenied(caller: Caller, row: Row): DataverseFault {
  const owner = valueOf(row, 'ownerid')
  const [ownerId, type] = isReference(owner) ? [owner.id, owner.entity === 'team' ? 9 : 8] : [row.id, 8]
  const who = `ObjectID: ${row.id}, OwnerId: ${ownerId}, OwnerIdType: ${type} and CallingUser: ${caller.user.id}`
  const what = `ObjectTypeCode: ${row.entity.objectTypeCode}, objectBusinessUnitId: ${owningUnit(row) ?? ''}`
  const text = `SecLib::AccessCheckEx failed. Returned hr = -2147187962, ${who}. ${what}, AccessRights: ReadAccess `
  return new DataverseFault(403, '0x80048306', text)
}

function groupByKey(rows: readonly Row[], column: string): Map<string, Row[]> {
  return Map.groupBy(rows, (row) => keyOf(valueOf(row, column)) ?? '')
}

export function createReader(store: Store, caller: Caller, now: Date): Reader {
  const tables = new Map<string, readonly Row[]>()
  const indexes = new Map<string, Map<string, Row[]>>()
  const rows = (entity: Entity): readonly Row[] => {
    const known = tables.get(entity.logicalName)
    if (known) return known
    requireReadPrivilege(caller, entity)
    const readable = store.rows(entity.logicalName).filter((row) => mayRead(store, caller, row))
    tables.set(entity.logicalName, readable)
    return readable
  }
  const matching = (entity: Entity, column: string, key: string): readonly Row[] => {
    const name = `${entity.logicalName}.${column}`
    const index = indexes.get(name) ?? groupByKey(rows(entity), column)
    indexes.set(name, index)
    return index.get(key) ?? []
  }
  const find = (entity: Entity, id: string): Row | undefined => {
    requireReadPrivilege(caller, entity)
    const row = store.get(entity.logicalName, id)
    return row && mayRead(store, caller, row) ? row : undefined
  }
  const require = (entity: Entity, id: string): Row => {
    requireReadPrivilege(caller, entity)
    const row = store.get(entity.logicalName, id)
    if (!row) throw missingRow(entity.logicalName, id)
    if (!mayRead(store, caller, row)) throw accessDenied(caller, row)
    return row
  }
  return { store, caller, now, rows, matching, find, require }
}
