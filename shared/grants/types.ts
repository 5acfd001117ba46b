import { z } from 'zod'
import type { GrantRow, GrantStore, SwitchStore, UserStore } from '../storage/ports.ts'
import type { Keys } from '../tokens/keys.ts'
import type { Random } from '../tokens/token.ts'

/** What the grant rules need from the outside world. */
export type GrantDeps = {
  readonly store: GrantStore
  readonly users: UserStore
  readonly switches: Pick<SwitchStore, 'isClientEnded'>
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
  access: z.object({ person: Person, dataverse: DataverseToken }),
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
}

export type RefusalReason =
  | 'unknown'
  | 'other-client'
  | 'client-ended'
  | 'expired'
  | 'revoked'
  | 'code-reused'
  | 'refresh-reused'
  | 'unreadable'
  | 'entra-refused'

/** The token is not honoured. The client hears `invalid_grant` whatever the reason; the log hears the reason. */
export class GrantRefused extends Error {
  override readonly name = 'GrantRefused'
  readonly reason: RefusalReason
  readonly grantId: string
  constructor(reason: RefusalReason, grantId: string, options?: ErrorOptions) {
    super(`the grant is refused: ${reason}`, options)
    this.reason = reason
    this.grantId = grantId
  }
}

export type Versioned<T> = { readonly row: T; readonly etag: string }
export type VersionedGrant = Versioned<GrantRow>
