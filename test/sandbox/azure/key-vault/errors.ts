import type { BearerRefused, Claims } from '../access/bearer.ts'
import type { Closed } from '../network/entrance.ts'

/** One refusal of Key Vault, in its envelope. @see https://learn.microsoft.com/azure/key-vault/general/rest-error-codes */
export class VaultError extends Error {
  readonly status: number
  readonly code: string
  readonly inner: string | undefined
  readonly headers: Readonly<Record<string, string>>
  constructor(
    status: number,
    code: string,
    message: string,
    more: { readonly inner?: string; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message)
    this.status = status
    this.code = code
    this.inner = more.inner
    this.headers = more.headers ?? {}
  }

  body(): string {
    const { code, message, inner } = this
    return JSON.stringify({ error: { code, message, ...(inner !== undefined && { innererror: { code: inner } }) } })
  }
}

export const badParameter = (message: string) => new VaultError(400, 'BadParameter', message)

export const secretNotFound = (name: string) =>
  new VaultError(
    404,
    'SecretNotFound',
    `A secret with (name/id) ${name} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182`,
  )

export const deletedSecretNotFound = (name: string) =>
  new VaultError(404, 'SecretNotFound', `Deleted Secret not found: ${name}`)

/** @see https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview */
export const nameInTheBin = (name: string) =>
  new VaultError(
    409,
    'Conflict',
    `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.`,
    { inner: 'ObjectIsDeletedButRecoverable' },
  )

export const disabledSecret = () =>
  new VaultError(403, 'Forbidden', 'Operation get is not allowed on a disabled secret.', { inner: 'SecretDisabled' })

export const purgeProtected = () =>
  new VaultError(
    403,
    'Forbidden',
    'Operation "purge" is not allowed because purge protection is enabled for this vault. Key Vault service will automatically purge it after the retention period has passed.',
    { inner: 'VaultPurgeProtectionEnabled' },
  )

export const throttled = (retryAfterSeconds: number) =>
  new VaultError(429, 'Throttled', 'Request was not processed because too many requests were received.', {
    headers: { 'retry-after': String(retryAfterSeconds) },
  })

type Refused = {
  readonly claims: Claims
  readonly action: string
  readonly resource: string
  readonly vault: string
  readonly location: string
}

const callerOf = (claims: Claims): string => `appid=${claims.appid ?? ''};oid=${claims.oid};iss=${claims.iss ?? ''}`

/**
 * By the vault's network, in the words of public reports: Azure/azure-cli#31406 (no public access, bypass None) and
 * microsoft/multimodal-ai#171; of its firewall, which names whom it refuses, learn: key-vault/general/rest-error-codes.
 */
export function keptOut(entrance: Closed, claims: Claims, vault: string, location: string): VaultError {
  const where = [`Caller: ${callerOf(claims)}`, `Vault: ${vault};location=${location}`]
  const [inner, ...lines] =
    entrance === 'closed'
      ? [
          'ForbiddenByConnection',
          "Connection is not an approved private link and caller was ignored because bypass is not set to 'AzureServices' and PublicNetworkAccess is set to 'Disabled'.",
          'To set bypass to AzureServices, use command: az keyvault update --bypass AzureServices',
        ]
      : [
          'ForbiddenByFirewall',
          'Client address is not authorized and caller is not a trusted service.',
          `Client address: ${entrance.refused}`,
        ]
  return new VaultError(403, 'Forbidden', [...lines, ...where].join('\r\n'), { inner })
}

/** @see https://learn.microsoft.com/azure/key-vault/general/troubleshooting-access-issues */
export function forbiddenByRbac({ claims, action, resource, vault, location }: Refused): VaultError {
  const caller = callerOf(claims)
  const lines = [
    'Caller is not authorized to perform action on resource.',
    'If role assignments, deny assignments or role definitions were changed recently, please observe propagation time.',
    `Caller: ${caller}`,
    `Action: '${action}'`,
    `Resource: '${resource.toLowerCase()}'`,
    'Assignment: (not found)',
    'DenyAssignmentId: null',
    "DecisionReason: 'DeniedWithNoValidRBAC' ",
    `Vault: ${vault};location=${location}`,
  ]
  return new VaultError(403, 'Forbidden', `${lines.join('\r\n')}\r\n`, { inner: 'ForbiddenByRbac' })
}

const UNAUTHORIZED: Record<BearerRefused['why'], string> = {
  missing: 'AKV10000: Request is missing a Bearer or PoP token.',
  malformed: 'AKV10001: Bearer token is malformed.',
  expired: 'AKV10021: Token lifetime validation failed: the token is expired.',
  audience: 'AKV10022: Invalid audience. Expected https://vault.azure.net.',
  issuer: 'AKV10032: Invalid issuer.',
  signature: 'AKV10046: Unable to resolve the key used for signature validation.',
}

/** Every 401 carries the challenge. @see https://learn.microsoft.com/azure/key-vault/general/authentication-requests-and-responses */
export const unauthorized = ({ why }: BearerRefused, tenantUrl: string) =>
  new VaultError(401, 'Unauthorized', UNAUTHORIZED[why], {
    headers: { 'www-authenticate': `Bearer authorization="${tenantUrl}", resource="https://vault.azure.net"` },
  })
