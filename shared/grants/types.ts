import * as z from 'zod'
import type { GrantRow, GrantStore, UserStore } from '../storage/ports.ts'
import type { Keys } from '../tokens/keys.ts'
import type { Random } from '../tokens/token.ts'
import type { CurrentSwitches } from './switches/current-switches.ts'

/** What the grant rules need from the outside world. */
export type GrantDeps = {
  readonly store: GrantStore
  readonly users: UserStore
  readonly switches: Pick<CurrentSwitches, 'fresh'>
  readonly keys: Keys
  readonly random: Random
  /** Epoch milliseconds. */
  readonly now: () => number
  /** Seconds. */
  readonly lifetimes: {
    readonly code: number
    readonly access: number
    readonly refreshIdle: number
    readonly grant: number
    readonly refreshGrace: number
  }
}

/** The person as Entra and Dynamics know them. */
export const Person = z.object({
  userId: z.string(),
  tenantId: z.string(),
  username: z.string().optional(),
  systemUserId: z.string(),
  businessUnitId: z.string(),
  organizationId: z.string(),
  roles: z.array(z.string()),
  /** Of `WRITE_ROLES` or `WRITE_GROUPS`; absent in rows of before there was writing, which is no. */
  mayWrite: z.literal(true).optional(),
})
export type Person = z.output<typeof Person>

/** MSAL's serialized cache with Entra's refresh token, and the account in it to renew. */
export const EntraSession = z.object({ cache: z.string(), homeAccountId: z.string() })
export type EntraSession = z.output<typeof EntraSession>

export const DataverseToken = z.object({ value: z.string(), expiresAt: z.number() })
export type DataverseToken = z.output<typeof DataverseToken>

/** What Entra gave at a sign-in or a renewal. */
export type Authorization = {
  readonly person: Person
  readonly session: EntraSession
  readonly dataverse: DataverseToken
}

/** What rests sealed under each kind of token. */
export const Sealable = {
  code: z.object({ person: Person, session: EntraSession, dataverse: DataverseToken }),
  access: z.object({
    person: Person,
    dataverse: DataverseToken,
    /** Hash of the refresh token of the same pair, and when both were issued; absent in rows of 0.1.0. */
    refresh: z.string().optional(),
    issuedAt: z.number().optional(),
  }),
  refresh: z.object({ person: Person, session: EntraSession }),
  successor: z.object({ access: z.string(), refresh: z.string(), accessExpiresAt: z.number() }),
}
export type Sealable = { [K in keyof typeof Sealable]: z.output<(typeof Sealable)[K]> }

export type TokenPair = {
  readonly access: string
  readonly refresh: string
  /** Epoch milliseconds. */
  readonly accessExpiresAt: number
  readonly scope: string
  readonly grantId: string
  /** Absent when a pair is given again. */
  readonly userId?: string
  /** Set when the pair is given again although it was received: milliseconds from its receipt to this request. */
  readonly repeatedAfterMs?: number
}

export type RefusalReason =
  /** No such grant. */
  | 'unknown'
  /** The grant is known; its token is made up, or its row was swept. */
  | 'unknown-secret'
  | 'other-client'
  | 'client-ended'
  | 'other-resource'
  | 'expired'
  | 'revoked'
  /** A used code of 0.1.0, whose mark holds nothing to compare with. */
  | 'code-used'
  | 'code-reused'
  | 'refresh-reused'
  | 'refresh-repeated'
  | 'unreadable'
  | 'entra-refused'

/** The token is not honoured. The client hears `invalid_grant` whatever the reason; the log hears the reason. */
export class GrantRefused extends Error {
  override readonly name = 'GrantRefused'
  readonly reason: RefusalReason
  readonly grantId: string
  /** Of a pair that was asked for again: milliseconds from its receipt to this request. */
  readonly repeatedAfterMs?: number
  constructor(
    reason: RefusalReason,
    grantId: string,
    options: ErrorOptions & { readonly repeatedAfterMs?: number } = {},
  ) {
    super(`the grant is refused: ${reason}`, options)
    this.reason = reason
    this.grantId = grantId
    if (options.repeatedAfterMs !== undefined) this.repeatedAfterMs = options.repeatedAfterMs
  }
}

export type Versioned<T> = { readonly row: T; readonly etag: string }
export type VersionedGrant = Versioned<GrantRow>
