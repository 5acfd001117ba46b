import type { KeyObject } from 'node:crypto'
import type { Person } from '../people.ts'
import type { Behaviours, Kind } from './behaviours.ts'
import type { SigningKey } from './signing-key.ts'

export type EntraOptions = {
  /** 0 or absent: a free one. */
  readonly port?: number
  readonly tenantId: string
  readonly clientId: string
  readonly clientSecret?: string
  /** The certificate of the app registration; its thumbprint as `x5t#S256` (base64url). */
  readonly certificate?: { readonly publicKey: KeyObject; readonly thumbprint: string }
  readonly redirectUris?: readonly string[]
  /** The full scope of our API, such as `api://<client id>/MCP.Access`. */
  readonly apiScope: string
  readonly dataverseUrl?: string
  /** The host in every URL shown; the server itself listens on 127.0.0.1. */
  readonly hostname?: 'localhost' | '127.0.0.1'
  /** Seconds. */
  readonly accessTokenLifetime?: number
  readonly people: readonly Person[]
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

/** One sign-in of one person; every token that comes of it carries its `sid`. */
export type Session = { readonly sid: string; readonly person: Person; readonly policySatisfied: boolean }

export type CodeRecord = {
  readonly session: Session
  readonly redirectUri: string
  readonly scopes: readonly string[]
  readonly challenge: string | undefined
  readonly nonce: string | undefined
  readonly issuedAt: number
  used: boolean
}

export type RefreshRecord = { readonly session: Session; readonly issuedAt: number; revoked: boolean }

export type EntraContext = {
  readonly options: EntraOptions
  readonly url: string
  readonly issuer: string
  readonly key: SigningKey
  readonly now: () => number
  /** Seconds. */
  readonly accessTokenLifetime: number
  redirectUris: readonly string[]
  dataverseUrl: string | undefined
  readonly behaviours: Behaviours
  readonly counters: Record<Kind, number>
  readonly sessions: Map<string, Session>
  readonly codes: Map<string, CodeRecord>
  readonly refreshTokens: Map<string, RefreshRecord>
}

export function findPerson(context: EntraContext, upn: string | undefined): Person | undefined {
  return context.options.people.find((one) => one.upn === upn?.toLowerCase())
}
