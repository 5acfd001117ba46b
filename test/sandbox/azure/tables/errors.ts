import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'

/** A refusal of the Table service. @see https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes */
export class TableError extends Error {
  readonly status: number
  readonly code: string
  readonly headers: Readonly<Record<string, string>>
  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.status = status
    this.code = code
    this.headers = headers
  }
}

export const keysNotPermitted = () =>
  new TableError(
    403,
    'KeyBasedAuthenticationNotPermitted',
    'Key based authentication is not permitted on this storage account.',
  )

export const permissionMismatch = () =>
  new TableError(
    403,
    'AuthorizationPermissionMismatch',
    'This request is not authorized to perform this operation using this permission.',
  )

/**
 * By the account's network, whether public access is off or an address is not among its rules: the service tells neither
 * which nor whom. microsoft/AzureStorageExplorer#9150; learn: rest/api/storageservices/common-rest-api-error-codes
 */
export const keptOut = () =>
  new TableError(403, 'AuthorizationFailure', 'This request is not authorized to perform this operation.')

const challenge = (tenantUrl: string) => ({
  'www-authenticate': `Bearer authorization_uri=${tenantUrl}/oauth2/authorize resource_id=https://storage.azure.com`,
})

export const noAuthentication = (tenantUrl: string) =>
  new TableError(
    401,
    'NoAuthenticationInformation',
    'Server failed to authenticate the request. Please refer to the information in the www-authenticate header.',
    challenge(tenantUrl),
  )

export const invalidAuthentication = (tenantUrl: string) =>
  new TableError(
    401,
    'InvalidAuthenticationInfo',
    'Server failed to authenticate the request. Please refer to the information in the www-authenticate header.',
    challenge(tenantUrl),
  )

/** The JSON envelope of the Table service. */
export function sendTableError(
  response: ServerResponse,
  { status, code, message, headers }: TableError,
  now: number,
): void {
  const requestId = randomUUID()
  const value = `${message}\nRequestId:${requestId}\nTime:${new Date(now).toISOString()}`
  response.writeHead(status, {
    'content-type': 'application/json;odata=minimalmetadata;streaming=true;charset=utf-8',
    'x-ms-request-id': requestId,
    'x-ms-error-code': code,
    ...headers,
  })
  response.end(JSON.stringify({ 'odata.error': { code, message: { lang: 'en-US', value } } }))
}
