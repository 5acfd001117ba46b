import type { RoleName } from '../../people.ts'
import type { Json } from '../http/api.ts'
import { metadataId } from '../metadata/identifier.ts'
import { ENTITIES } from '../schema/schema.ts'
import type { Store } from '../store/store.ts'
import type { Caller } from './security.ts'

/** Who holds the profile that opens secured columns. Dataverse gives profiles to users and teams; here they go with the role. */
const HOLDERS: readonly RoleName[] = ['Sales Manager', 'Analyst']
/** Nothing is hidden from an administrator, with a profile or without. */
const ADMINISTRATOR: RoleName = 'System Administrator'

/** The choices of `field_security_permission_type`. */
const NOT_ALLOWED = 0
const ALLOWED = 4

const withdrawn = new WeakMap<Store, Set<string>>()

/** Takes the profile from a user, whatever the role, until the rows are seeded anew. */
export function withdrawProfile(store: Store, systemUserId: string): void {
  withdrawn.set(store, new Set([...(withdrawn.get(store) ?? []), systemUserId]))
  store.changed()
}

export function readsSecuredColumns(store: Store, { roles, user }: Pick<Caller, 'roles' | 'user'>): boolean {
  if (roles.includes(ADMINISTRATOR)) return true
  return roles.some((role) => HOLDERS.includes(role)) && withdrawn.get(store)?.has(user.id) !== true
}

/** No profile of the sandbox lets write: an administrator alone does. */
export function writesSecuredColumns({ roles }: Pick<Caller, 'roles'>): boolean {
  return roles.includes(ADMINISTRATOR)
}

/** `AttributePrivilege`: an entry for each secured column that a profile of the principal names, none for any other. */
export function attributePrivileges(store: Store, caller: Caller): Json[] {
  if (!readsSecuredColumns(store, caller)) return []
  const write = writesSecuredColumns(caller) ? ALLOWED : NOT_ALLOWED
  return [...ENTITIES.values()].flatMap(({ logicalName, columns }) =>
    [...columns.values()]
      .filter(({ secured }) => secured === true)
      .map(({ name }) => ({
        AttributeId: metadataId(logicalName, name),
        CanCreate: write,
        CanRead: ALLOWED,
        CanUpdate: write,
      })),
  )
}
