import type { Identity } from '../../entra/id-token.ts'

export type AccessRules = { readonly roles: readonly string[]; readonly groups: readonly string[] }
export type Denial = 'no-role' | 'no-group' | 'too-many-groups'

/** Whether the person has what writing wants. Rules that name nobody let nobody write, unlike those of the app itself. */
export function hasWriteAccess(identity: Identity, rules: AccessRules | undefined): boolean {
  if (!rules || rules.roles.length + rules.groups.length === 0) return false
  return denialOf(identity, rules) === undefined
}

/**
 * Whether the person may use this app at all; read at sign-in and again at each refresh. With more than 200 groups Entra
 * names none, and a rule that cannot be checked does not let anybody in.
 */
export function denialOf({ roles, groups, groupOverage }: Identity, rules: AccessRules): Denial | undefined {
  if (rules.roles.length > 0 && rules.roles.some((role) => roles.includes(role))) return undefined
  if (rules.groups.length > 0 && rules.groups.some((group) => groups.includes(group))) return undefined
  if (rules.groups.length > 0) return groupOverage ? 'too-many-groups' : 'no-group'
  return rules.roles.length > 0 ? 'no-role' : undefined
}
