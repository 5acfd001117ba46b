import * as z from 'zod'
import type { Read } from '../web-api/web-api.ts'
import { unlessRefused, type Reads } from '../web-api/coalesce.ts'
import type { ColumnRight, Sight } from './model.ts'

/** Ids of the secured columns that a person may read or write, `all` for an administrator. */
export type ColumnPrivileges = 'all' | 'not told' | Readonly<Record<ColumnRight, ReadonlySet<string>>>

export const NOT_TOLD: ColumnPrivileges = 'not told'

/** Of `field_security_permission_type`: 0 is Not Allowed. */
const ALLOWED = 4
/** The same in every organization, as the role itself is not. */
const ADMINISTRATOR = '627090ff-40a3-4053-8790-584edc5be201'

const can = z.int().nullish()
const Privilege = z.object({ AttributeId: z.string(), CanRead: can, CanCreate: can, CanUpdate: can })
const Privileges = z
  .object({ AttributePrivileges: z.array(Privilege) })
  .transform(({ AttributePrivileges: all }): ColumnPrivileges => {
    const of = (right: 'CanRead' | 'CanCreate' | 'CanUpdate'): ReadonlySet<string> =>
      new Set(all.filter((one) => one[right] === ALLOWED).map(({ AttributeId }) => AttributeId.toLowerCase()))
    return { read: of('CanRead'), create: of('CanCreate'), update: of('CanUpdate') }
  })

/**
 * What the profiles of a person, or of their teams, let them read. A system administrator sees every column, whatever
 * is listed: hence the role is asked for in the same request.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/retrieveprincipalattributeprivileges
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/security-roles
 */
export async function loadColumnPrivileges(reads: Reads, systemUserId: string): Promise<ColumnPrivileges> {
  const user = `systemusers(${systemUserId})`
  const path = `${user}/Microsoft.Dynamics.CRM.RetrievePrincipalAttributePrivileges()`
  const roles = `${user}/systemuserroles_association?$select=roleid&$filter=_roletemplateid_value%20eq%20${ADMINISTRATOR}`
  const isAdministrator: Read<boolean> = {
    path: roles,
    schema: z.object({ value: z.array(z.unknown()) }).transform(({ value }) => value.length > 0),
  }
  const [listed, administrator] = await Promise.all([
    reads.read({ path, schema: Privileges }),
    reads.read(isAdministrator),
  ])
  if (administrator.ok && administrator.value) return 'all'
  return unlessRefused(listed) ?? NOT_TOLD
}

/** Of a table without secured columns nothing is hidden. */
export const SEES_ALL: Sight = () => 'shown'

export function sightBy(privileges: ColumnPrivileges, right: ColumnRight): Sight {
  return ({ secured }) => {
    if (secured === undefined || privileges === 'all') return 'shown'
    if (privileges === 'not told') return 'unsure'
    return secured.every((id) => privileges[right].has(id)) ? 'shown' : 'hidden'
  }
}
