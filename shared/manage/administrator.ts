import type { EntraCaller } from '../entra/access-token.ts'

/** The app role of the registration, spelt as it is there. */
export const ADMINISTRATOR_ROLE = 'Administrator'
/** Azure CLI, the one client that the registration preauthorises. The same in every cloud. */
const AZURE_CLI = '04b07795-8ddb-461a-bbee-02f9e1bf7b46'

export type NotAdmitted = 'foreign-client' | 'no-scope' | 'no-role'

/**
 * Whether a caller may manage, or why not.
 *
 * A person's token counts only if Azure CLI got it. Any app of the tenant to which that person, or an administrator for
 * all, has consented gets tokens with the same role in them: it must not manage behind the person's back. The app's own
 * client id is no exception: those tokens are the ones that it holds of each connected person, and one that leaked must
 * not be worth more than a connection. An application's token is admitted by its own role assignment alone.
 */
export function notAdmitted(caller: EntraCaller, permission: string): NotAdmitted | undefined {
  if (caller.kind === 'person' && caller.clientId !== AZURE_CLI) return 'foreign-client'
  if (caller.kind === 'person' && !caller.scopes.includes(permission)) return 'no-scope'
  return caller.roles.includes(ADMINISTRATOR_ROLE) ? undefined : 'no-role'
}
