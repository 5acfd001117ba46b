import { plain } from '../../doctor/wire/plain-text.ts'
import { type Context, Stop } from '../run/context.ts'
import { optional, required } from '../run/environment.ts'
import { isGuid } from '../run/guid.ts'
import { jsonOf, runTool, textOf, type ToolResult } from './run-tool.ts'

export type Account = {
  readonly tenantId: string
  readonly subscriptionId: string
  readonly subscription: string
  readonly user: string
  /** As Azure's role assignments name it. */
  readonly principalType: 'User' | 'ServicePrincipal'
}

const az = (context: Context, args: readonly string[]): Promise<ToolResult> =>
  runTool(context, 'az', [
    ...args,
    // Not --tenant: with the subscription az takes the account that sees it, also where several are signed in.
    '--subscription',
    required(context, 'AZURE_SUBSCRIPTION_ID'),
    '--output',
    'json',
  ])

const loginTo = (context: Context): string => {
  const tenant = optional(context, 'AZURE_TENANT_ID')
  return tenant === undefined ? 'az login' : `az login --tenant ${tenant}`
}

const notSignedIn = (context: Context, { stderr }: ToolResult): Stop => {
  const subscription = required(context, 'AZURE_SUBSCRIPTION_ID')
  if (/not found/i.test(stderr))
    return new Stop(
      `az is signed in, but not to subscription ${subscription}. Sign in to its tenant, or choose another subscription:`,
      [loginTo(context), 'azd env set AZURE_SUBSCRIPTION_ID <id, see: az account list --output table>'],
    )
  if (/az login/.test(stderr))
    return new Stop('az is not signed in (its sign-in is not that of azd):', [loginTo(context)])
  return new Stop(`az could not say who is signed in: ${stderr}`, [loginTo(context)])
}

/**
 * Who is signed in to `az` for the environment's subscription.
 * @throws Stop when nobody is, in another tenant than the environment's, or in another cloud than the public one
 */
export const signedIn = async (context: Context): Promise<Account> => {
  const result = await az(context, ['account', 'show'])
  if (result.status !== 0) throw notSignedIn(context, result)
  const json = jsonOf('az account show', result)
  const cloud = plain(textOf(json, 'environmentName') ?? PUBLIC_CLOUD, 80)
  if (cloud !== PUBLIC_CLOUD) throw otherCloud(context, cloud)
  const tenantId = plain(textOf(json, 'tenantId') ?? '')
  const expected = optional(context, 'AZURE_TENANT_ID')
  if (expected !== undefined && expected.toLowerCase() !== tenantId.toLowerCase())
    throw new Stop(`az is signed in to tenant ${tenantId}; this environment was made in tenant ${expected}:`, [
      `az login --tenant ${expected}`,
    ])
  return {
    tenantId,
    subscriptionId: textOf(json, 'id')?.replace(/[^\w-]/g, '') ?? required(context, 'AZURE_SUBSCRIPTION_ID'),
    subscription: plain(textOf(json, 'name') ?? '', 80),
    user: plain(textOf(json, 'user', 'name') ?? '', 80),
    principalType: textOf(json, 'user', 'type') === 'servicePrincipal' ? 'ServicePrincipal' : 'User',
  }
}

/** What `az` calls the one whose hosts of Resource Manager, Key Vault and storage these commands know. */
const PUBLIC_CLOUD = 'AzureCloud'

const otherCloud = (context: Context, cloud: string): Stop => {
  const tenant = optional(context, 'AZURE_TENANT_ID')
  return new Stop(
    `az is set to the cloud ${cloud}, and these commands know the hosts of Azure's public cloud alone. To go there:`,
    [`az cloud set --name ${PUBLIC_CLOUD}`, `az login${tenant === undefined ? '' : ` --tenant ${tenant}`}`],
  )
}

/** For what a token is asked: an API's address or client id, or one of its scopes. */
export type Audience = { readonly resource: string } | { readonly scope: string }

/**
 * An access token of whoever is signed in to `az`.
 * @throws Stop with Entra's reason and the sign-in that mends it
 */
export const accessToken = async (context: Context, audience: Audience): Promise<string> => {
  const asked = 'scope' in audience ? ['--scope', audience.scope] : ['--resource', audience.resource]
  const result = await az(context, ['account', 'get-access-token', ...asked])
  if (result.status === 0) {
    const token = textOf(jsonOf('az account get-access-token', result), 'accessToken')
    if (token !== undefined) return token
  }
  const scope = 'scope' in audience ? audience.scope : `${audience.resource}/.default`
  throw new Stop(`az got no token for ${'scope' in audience ? audience.scope : audience.resource}: ${result.stderr}`, [
    `${loginTo(context)} --scope ${scope}`,
  ])
}

/**
 * The object id of the person or service principal a token was issued to. The token came from az just now, so its
 * signature is not ours to check: it proves nothing here.
 * @throws Stop when the token names none
 * @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
export const objectIdOf = (token: string): string => {
  const part = token.split('.')[1] ?? ''
  let claims: unknown
  try {
    claims = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
  } catch {
    claims = undefined
  }
  const oid = textOf(claims, 'oid')
  if (oid !== undefined && isGuid(oid)) return oid
  throw new Stop('The token that az got names no object id (oid). Sign in anew:', ['az logout', 'az login'])
}

export type RoleAssignment = { readonly id: string; readonly principalId: string; readonly roleId: string }

/**
 * The role assignments made on one resource itself.
 * @throws Stop when az may not list them
 */
export const roleAssignmentsOn = async (context: Context, resourceId: string): Promise<readonly RoleAssignment[]> => {
  // Without names az does not need the directory, which a guest or a service principal may not read.
  const list = ['role', 'assignment', 'list', '--scope', resourceId, '--fill-principal-name', 'false']
  const result = await az(context, list)
  if (result.status !== 0) throw new Stop(`az could not list the role assignments of ${resourceId}: ${result.stderr}`)
  const rows = jsonOf('az role assignment list', result)
  return (Array.isArray(rows) ? rows : [])
    .filter((row) => textOf(row, 'scope')?.toLowerCase() === resourceId.toLowerCase())
    .map((row) => ({
      id: textOf(row, 'id') ?? '',
      principalId: textOf(row, 'principalId') ?? '',
      roleId: (textOf(row, 'roleDefinitionId') ?? '').split('/').at(-1) ?? '',
    }))
}

/**
 * Takes a role assignment away.
 * @throws Stop when az may not
 */
export const deleteRoleAssignment = async (context: Context, id: string): Promise<void> => {
  const result = await az(context, ['role', 'assignment', 'delete', '--ids', id])
  if (result.status !== 0)
    throw new Stop(
      `The role assignment was not deleted: ${result.stderr}\nSomebody with the role Owner or Role Based Access Control Administrator can:`,
      [`az role assignment delete --ids ${id}`],
    )
}
