import type { RoleName } from '../../people.ts'
import type { Identity } from '../http/auth.ts'
import { DataverseFault } from '../http/errors.ts'
import { isRoleName } from './roles.ts'
import type { Caller, RoleGrant } from './security.ts'
import { callerIn } from './seen.ts'
import type { Row, Store } from '../store/store.ts'
import { keyOf, textOf, valueOf } from '../store/store.ts'

function unitsBelow(store: Store, unit: string): Set<string> {
  const children = store.rows('businessunit').filter((row) => keyOf(valueOf(row, 'parentbusinessunitid')) === unit)
  return new Set([unit, ...children.flatMap((row) => [...unitsBelow(store, row.id)])])
}

/** The values of one column of an intersect table, where another column holds this id. */
function linked(store: Store, table: string, column: string, id: string, wanted: string): string[] {
  return store
    .rows(table)
    .filter((row) => textOf(valueOf(row, column)) === id)
    .map((row) => textOf(valueOf(row, wanted)))
}

function roleNames(store: Store, ids: readonly string[]): RoleName[] {
  const names = ids.map((id) => textOf(store.get('role', id)?.values['name']))
  return names.filter(isRoleName)
}

/** What several shares of a row give adds up. */
function sharedWith(store: Store, principals: ReadonlySet<string>): Map<string, number> {
  const masks = new Map<string, number>()
  for (const row of store.rows('principalobjectaccess')) {
    if (!principals.has(textOf(valueOf(row, 'principalid')))) continue
    const id = textOf(valueOf(row, 'objectid'))
    masks.set(id, (masks.get(id) ?? 0) | Number(valueOf(row, 'accessrightsmask')))
  }
  return masks
}

function grantsOf(store: Store, userId: string, unit: string, teamIds: ReadonlySet<string>): RoleGrant[] {
  const own = roleNames(store, linked(store, 'systemuserroles', 'systemuserid', userId, 'roleid'))
  const lent = [...teamIds].flatMap((teamId) => {
    const teamUnit = textOf(store.get('team', teamId)?.values['businessunitid'])
    const units = unitsBelow(store, teamUnit)
    return roleNames(store, linked(store, 'teamroles', 'teamid', teamId, 'roleid')).map((role): RoleGrant => ({
      role,
      teamId,
      businessUnitId: teamUnit,
      unitsBelow: units,
    }))
  })
  const units = unitsBelow(store, unit)
  return [...own.map((role): RoleGrant => ({ role, businessUnitId: unit, unitsBelow: units })), ...lent]
}

function notAMember(): DataverseFault {
  return new DataverseFault(403, '0x80072560', 'The user is not a member of the organization.')
}

function disabled(user: Row): DataverseFault {
  const text = `The specified user(Id = ${user.id}) is disabled. Consider enabling this user. Additional Details: {0}`
  return new DataverseFault(403, '0x80040225', text)
}

/** Dataverse's time zone codes of the places that the sandbox's people live in. */
const TIME_ZONES: Readonly<Record<number, string>> = {
  4: 'America/Los_Angeles',
  35: 'America/New_York',
  85: 'Europe/London',
  110: 'Europe/Berlin',
  235: 'Asia/Tokyo',
}

/** What a user may see, whoever asks. */
export function callerFor(store: Store, user: Row): Caller {
  const businessUnitId = keyOf(valueOf(user, 'businessunitid')) ?? ''
  const teamIds = new Set(linked(store, 'teammembership', 'systemuserid', user.id, 'teamid'))
  const grants = grantsOf(store, user.id, businessUnitId, teamIds)
  const settings = store.get('usersettings', user.id)
  return {
    user,
    businessUnitId,
    teamIds,
    roles: [...new Set(grants.map(({ role }) => role))],
    grants,
    unitsBelow: unitsBelow(store, businessUnitId),
    shares: sharedWith(store, new Set([user.id, ...teamIds])),
    timeZone: TIME_ZONES[Number(settings && valueOf(settings, 'timezonecode'))] ?? 'Europe/London',
  }
}

/** The Dataverse user behind a token. @throws DataverseFault 403 for no user, a disabled one or one without roles */
export function callerOf(store: Store, { oid }: Identity): Caller {
  return callerIn(store, oid, () => callerWith(store, oid))
}

function callerWith(store: Store, oid: string): Caller {
  const user = store.rows('systemuser').find((row) => valueOf(row, 'azureactivedirectoryobjectid') === oid)
  if (!user) throw notAMember()
  if (valueOf(user, 'isdisabled') === true) throw disabled(user)
  const caller = callerFor(store, user)
  if (caller.roles.length > 0) return caller
  throw new DataverseFault(403, '0x80042f09', 'The user has not been assigned any roles.')
}
