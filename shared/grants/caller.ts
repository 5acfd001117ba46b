/** The person behind an access token, as it was opened: everything a tool may know about who asks. */
export type Caller = {
  /** Entra object id. */
  readonly userId: string
  readonly tenantId: string
  /** HMAC of both, as in the grant's row. */
  readonly userIndex: string
  readonly username?: string
  /** Dataverse `systemuserid`. */
  readonly systemUserId: string
  readonly businessUnitId: string
  readonly organizationId: string
  readonly roles: readonly string[]
  /** Has the role or group that writing wants, as of the last renewal; what the person agreed to is in `scope`. */
  readonly mayWrite?: true | undefined
  readonly dataverseToken: string
  /** When the access token ends, in epoch milliseconds. */
  readonly expiresAt: number
  readonly clientId: string
  readonly grantId: string
  readonly scope: string
  /** The one address at which the token is honoured (RFC 8707). */
  readonly resource: string
}
