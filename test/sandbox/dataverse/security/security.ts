import type { RoleName } from '../../people.ts'
import { DataverseFault, missingRow } from '../http/errors.ts'
import type { Depth, Right } from './roles.ts'
import { keptIn, seenBy, type Joined } from './seen.ts'
import { readsSecuredColumns } from './profiles.ts'
import { depthOf, widest } from './roles.ts'
import type { Entity } from '../schema/schema.ts'
import type { Row, Store } from '../store/store.ts'
import { isReference, keyOf, valueOf } from '../store/store.ts'

export type { Depth, Right } from './roles.ts'

/** A role as somebody holds it: reach is counted from the unit of the user, or of the team that lends the role. */
export type RoleGrant = {
  readonly role: RoleName
  /** The team that lends the role; absent for a role of the user's own. */
  readonly teamId?: string
  readonly businessUnitId: string
  /** That business unit and every one below it. */
  readonly unitsBelow: ReadonlySet<string>
}

export type Caller = {
  readonly user: Row
  readonly businessUnitId: string
  readonly teamIds: ReadonlySet<string>
  /** The user's own roles, then those of teams. */
  readonly roles: readonly RoleName[]
  readonly grants: readonly RoleGrant[]
  /** The caller's business unit and every one below it. */
  readonly unitsBelow: ReadonlySet<string>
  /** The rights, as a mask, on the rows that somebody shared with the user or with one of the teams, by id. */
  readonly shares: ReadonlyMap<string, number>
  readonly timeZone: string
}

/** Tables without an owner of their own: a row is as readable as the row that `column` points at. */
const FOLLOWS: Readonly<Record<string, { readonly column: string; readonly parent: string }>> = {
  opportunityproduct: { column: 'opportunityid', parent: 'opportunity' },
  quotedetail: { column: 'quoteid', parent: 'quote' },
  salesorderdetail: { column: 'salesorderid', parent: 'salesorder' },
  activityparty: { column: 'activityid', parent: 'activitypointer' },
  activitymimeattachment: { column: 'objectid', parent: 'activitypointer' },
}

/** The table whose privilege decides: every kind of activity shares one. */
function privilegeTable(entity: Entity): string {
  return entity.isActivity ? 'activity' : (FOLLOWS[entity.logicalName]?.parent ?? entity.logicalName)
}

const PRIVILEGE_NAMES: Readonly<Record<string, string>> = {
  activity: 'prvReadActivity',
  activitypointer: 'prvReadActivity',
  annotation: 'prvReadNote',
  audit: 'prvReadAuditSummary',
  queueitem: 'prvReadQueue',
  salesorder: 'prvReadOrder',
  savedquery: 'prvReadQuery',
  savedqueryvisualization: 'prvReadSavedQueryVisualizations',
  systemuser: 'prvReadUser',
  userqueryvisualization: 'prvReadUserQueryVisualizations',
}

export function readPrivilege(entity: Entity): string {
  return PRIVILEGE_NAMES[privilegeTable(entity)] ?? `prvRead${entity.schemaName}`
}

/** `prvCreateAccount`; of a table whose privilege to read has a name of its own, the others have it too. */
export function privilegeName(right: Right, entity: Entity): string {
  return readPrivilege(entity).replace('prvRead', `prv${right}`)
}

/** A row of the organisation is nobody's: there is nothing to assign. */
function grantDepth({ role }: RoleGrant, entity: Entity, right: Right): Depth {
  if (right === 'Assign' && entity.ownershipType !== 'UserOwned') return 'None'
  const table = privilegeTable(entity)
  return depthOf(role, table === 'activitypointer' ? 'activity' : table, right)
}

/** A link between two rows says nothing by itself: its ends are secured. A table from run time is in no role. */
function isOpenToAll(entity: Entity): boolean {
  return entity.isIntersect === true || entity.isReadableByAll === true
}

/** How far one's roles reach on a table, and the unit that this is counted from: one's own, or that of a lending team. */
export function reachOf(
  caller: Caller,
  entity: Entity,
  right: Right,
): { readonly depth: Depth; readonly businessUnitId: string } {
  const depth = depthOn(caller, entity, right)
  const grant = caller.grants.find((one) => grantDepth(one, entity, right) === depth)
  return { depth, businessUnitId: grant?.businessUnitId ?? caller.businessUnitId }
}

/** The widest depth that the caller's roles give a right on a table. */
export function depthOn(caller: Caller, entity: Entity, right: Right): Depth {
  if (isOpenToAll(entity) && right === 'Read') return 'Global'
  return widest(caller.grants.map((grant) => grantDepth(grant, entity, right)))
}

/** The widest read depth that the caller's roles give on a table. */
export function readDepth(caller: Caller, entity: Entity): Depth {
  return depthOn(caller, entity, 'Read')
}

/** @throws DataverseFault 403 0x80040220 without any privilege of that name on the table */
export function requirePrivilege(caller: Caller, entity: Entity, right: Right): void {
  if (depthOn(caller, entity, right) !== 'None') return
  const who = `Principal user (Id=${caller.user.id}, type=8, roleCount=${caller.roles.length}, privilegeCount=96, accessMode=0)`
  const what = `is missing ${privilegeName(right, entity)} privilege on OTC=${entity.objectTypeCode}`
  const where = `for entity '${entity.logicalName}' (LocalizedName='${entity.displayName}'). context.Caller=${caller.user.id}`
  throw new DataverseFault(403, '0x80040220', `${who}, ${what} ${where}`)
}

/** @throws DataverseFault 403 0x80040220 without any read privilege on the table */
export function requireReadPrivilege(caller: Caller, entity: Entity): void {
  requirePrivilege(caller, entity, 'Read')
}

function owningUnit(row: Row): string | null {
  if (row.entity.logicalName === 'businessunit') return row.id
  return keyOf(valueOf(row, row.entity.ownershipType === 'UserOwned' ? 'owningbusinessunit' : 'businessunitid'))
}

/** Basic depth: own rows and those of own teams; a team's role reaches that team's rows alone. */
function isOwn(caller: Caller, { teamId }: RoleGrant, row: Row): boolean {
  const owner = valueOf(row, 'ownerid')
  if (row.entity.ownershipType !== 'UserOwned') return teamId === undefined && row.id === caller.user.id
  if (!isReference(owner)) return false
  if (teamId !== undefined) return owner.id === teamId
  return owner.id === caller.user.id || caller.teamIds.has(owner.id)
}

function reaches(caller: Caller, grant: RoleGrant, row: Row, right: Right): boolean {
  const depth = grantDepth(grant, row.entity, right)
  if (depth === 'Global') return true
  if (depth === 'None' || row.entity.ownershipType === 'OrganizationOwned') return false
  if (isOwn(caller, grant, row)) return true
  const unit = owningUnit(row)
  if (unit === null || depth === 'Basic') return false
  return depth === 'Local' ? unit === grant.businessUnitId : grant.unitsBelow.has(unit)
}

/** The bits of a share: `AccessRights` of the platform. */
const SHARE_MASKS: Readonly<Record<Right, number>> = {
  Read: 1,
  Write: 2,
  Append: 4,
  AppendTo: 16,
  Create: 32,
  Assign: 524_288,
}

/** A share opens a row only to somebody who has some privilege of that name on its table. */
function isShared(caller: Caller, row: Row, right: Right): boolean {
  const mask = caller.shares.get(row.id)
  return mask !== undefined && (mask & SHARE_MASKS[right]) !== 0 && depthOn(caller, row.entity, right) !== 'None'
}

export function may(right: Right, store: Store, caller: Caller, row: Row): boolean {
  const parent = FOLLOWS[row.entity.logicalName]
  if (!parent) {
    if (isOpenToAll(row.entity) && right === 'Read') return true
    return caller.grants.some((grant) => reaches(caller, grant, row, right)) || isShared(caller, row, right)
  }
  const owner = store.get(parent.parent, keyOf(valueOf(row, parent.column)) ?? '')
  return owner !== undefined && may(right, store, caller, owner)
}

export function mayRead(store: Store, caller: Caller, row: Row): boolean {
  return may('Read', store, caller, row)
}

/** Column security: what the caller's profile does not open is null, in filters and orders too. */
function withoutSecured(store: Store, caller: Caller): (row: Row) => Row {
  if (readsSecuredColumns(store, caller)) return (row) => row
  return (row) => {
    const { securedColumns } = row.entity
    if (securedColumns.length === 0) return row
    return { ...row, values: { ...row.values, ...Object.fromEntries(securedColumns.map((name) => [name, null])) } }
  }
}

/** What one caller can see of the database, for the length of one request. */
export type Reader = {
  readonly store: Store
  readonly caller: Caller
  readonly now: Date
  /** The rows that the caller may read. @throws DataverseFault 403 without the privilege */
  rows(entity: Entity): readonly Row[]
  /** What a question finds, until a row changes; one that differs in its page alone is the same. */
  found(question: string, find: () => Joined): Joined
  /** Readable rows whose `column` holds this key. */
  matching(entity: Entity, column: string, key: string): readonly Row[]
  /** The row if it exists and the caller may read it. */
  find(entity: Entity, id: string): Row | undefined
  /** @throws DataverseFault 404 when there is none, 403 when the caller may not read it */
  require(entity: Entity, id: string): Row
}

export function accessDenied(caller: Caller, row: Row, right: Right): DataverseFault {
  const owner = valueOf(row, 'ownerid')
  const [ownerId, type] = isReference(owner) ? [owner.id, owner.entity === 'team' ? 9 : 8] : [row.id, 8]
  const who = `ObjectID: ${row.id}, OwnerId: ${ownerId}, OwnerIdType: ${type} and CallingUser: ${caller.user.id}`
  const what = `ObjectTypeCode: ${row.entity.objectTypeCode}, objectBusinessUnitId: ${owningUnit(row) ?? ''}`
  const text = `SecLib::AccessCheckEx failed. Returned hr = -2147187962, ${who}. ${what}, AccessRights: ${right}Access `
  return new DataverseFault(403, '0x80048306', text)
}

function groupByKey(rows: readonly Row[], column: string): Map<string, Row[]> {
  return Map.groupBy(rows, (row) => keyOf(valueOf(row, column)) ?? '')
}

export function createReader(store: Store, caller: Caller, now: Date): Reader {
  const mask = withoutSecured(store, caller)
  const rows = (entity: Entity): readonly Row[] => {
    const { tables } = seenBy(store, caller)
    const known = tables.get(entity.logicalName)
    if (known) return known
    requireReadPrivilege(caller, entity)
    const readable = store
      .rows(entity.logicalName)
      .filter((row) => mayRead(store, caller, row))
      .map(mask)
    tables.set(entity.logicalName, readable)
    return readable
  }
  const matching = (entity: Entity, column: string, key: string): readonly Row[] => {
    const { indexes } = seenBy(store, caller)
    const name = `${entity.logicalName}.${column}`
    const index = indexes.get(name) ?? groupByKey(rows(entity), column)
    indexes.set(name, index)
    return index.get(key) ?? []
  }
  const find = (entity: Entity, id: string): Row | undefined => {
    requireReadPrivilege(caller, entity)
    const row = store.get(entity.logicalName, id)
    return row && mayRead(store, caller, row) ? mask(row) : undefined
  }
  const require = (entity: Entity, id: string): Row => {
    requireReadPrivilege(caller, entity)
    const row = store.get(entity.logicalName, id)
    if (!row) throw missingRow(entity.logicalName, id)
    if (!mayRead(store, caller, row)) throw accessDenied(caller, row, 'Read')
    return mask(row)
  }
  const found: Reader['found'] = (question, ask) => keptIn(seenBy(store, caller), question, ask)
  return { store, caller, now, rows, found, matching, find, require }
}
