import type { Context } from '../run/context.ts'
import { Stop } from '../run/context.ts'
import { optional, required } from '../run/environment.ts'
import { type RoleAssignment, roleAssignmentsOn } from '../tools/azure-cli.ts'

/** Key Vault Secrets Officer, by which infra/app/rbac.bicep gives the right. */
export const OFFICER_ROLE_ID = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'

/** What gives the right to write keys, command by command. */
export const HOW_TO_TAKE = ['npm run officer -- take', 'azd provision platform --no-state'] as const

/** The ARM id of the environment's vault. */
export const vaultId = (context: Pick<Context, 'env'>): string =>
  [
    '/subscriptions',
    required(context, 'AZURE_SUBSCRIPTION_ID'),
    'resourceGroups',
    required(context, 'AZURE_RESOURCE_GROUP'),
    'providers/Microsoft.KeyVault/vaults',
    required(context, 'KEY_VAULT_NAME'),
  ].join('/')

/** Assignments of the officer's role on the vault itself, of one principal or of all. */
export const officerAssignments = async (context: Context, principalId?: string): Promise<readonly RoleAssignment[]> =>
  (await roleAssignmentsOn(context, vaultId(context))).filter(
    (assignment) =>
      assignment.roleId.toLowerCase() === OFFICER_ROLE_ID &&
      (principalId === undefined || assignment.principalId.toLowerCase() === principalId.toLowerCase()),
  )

/** Who is named in the azd environment. */
export const namedOfficer = (context: Pick<Context, 'env'>): string | undefined =>
  optional(context, 'KEY_OFFICER_PRINCIPAL_ID')?.toLowerCase()

/**
 * Whether the officer's role is assigned and so only needs time to act. Whoever may not list assignments gets the
 * benefit of the doubt.
 */
export const roleIsOnItsWay = async (context: Context, principalId: string): Promise<boolean> => {
  try {
    return (await officerAssignments(context, principalId)).length > 0
  } catch (error) {
    if (error instanceof Stop) return true
    throw error
  }
}
