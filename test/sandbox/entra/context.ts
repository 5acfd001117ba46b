import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Person } from '../people.ts'
import type { Behaviours, Kind, Satisfied } from './behaviours.ts'
import { applicationOf, servicePrincipalOf, userNamed } from './directory/queries.ts'
import type { Application, Certificate, Directory, ServicePrincipal, User } from './directory/types.ts'
import type { Code } from './errors.ts'
import { EntraError } from './errors.ts'
import type { SigningKey } from './signing-key.ts'

export type EntraOptions = {
  /** 0 or absent: a free one. */
  readonly port?: number
  readonly tenantId: string
  /** Who can sign in; with `directory`, its users are. */
  readonly people: readonly Person[]
  /** The tenant as it is at each request. Without one, a tenant is made of what follows, with everything granted. */
  readonly directory?: Directory
  readonly clientId?: string
  readonly clientSecret?: string
  readonly certificate?: Certificate
  readonly redirectUris?: readonly string[]
  /** The full scope of our API, such as `api://<client id>/MCP.Access`. */
  readonly apiScope?: string
  readonly dataverseUrl?: string
  /** The host in every URL shown; the server itself listens on 127.0.0.1. */
  readonly hostname?: 'localhost' | '127.0.0.1'
  /** The origin in every URL and issuer shown, where a front answers for it; in place of `hostname` and port. */
  readonly publicUrl?: string
  /** Seconds. */
  readonly accessTokenLifetime?: number
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** A person as tokens name one. */
export type Account = {
  readonly oid: string
  readonly name: string
  readonly upn: string
  readonly mail: string | null
}

/** One sign-in of one person at one client; every token that comes of it carries its `sid`. */
export type Session = Satisfied & {
  readonly sid: string
  readonly person: Account
  readonly clientId: string
}

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
  readonly directory: Directory
  /** The directory was given: every rule of consent and naming holds, none is taken for granted. */
  readonly strict: boolean
  readonly behaviours: Behaviours
  readonly counters: Record<Kind, number>
  readonly sessions: Map<string, Session>
  readonly codes: Map<string, CodeRecord>
  readonly refreshTokens: Map<string, RefreshRecord>
}

/** An application that asks, with the service principal that it is in this tenant. */
export type Client = { readonly application: Application; readonly servicePrincipal: ServicePrincipal }

/** @throws EntraError AADSTS700016 for an application that this tenant lacks, AADSTS7000112 for a disabled one */
export function clientNamed({ directory }: EntraContext, appId: string, halfMade: Code = 'AADSTS700016'): Client {
  const application = applicationOf(directory, appId)
  const servicePrincipal = servicePrincipalOf(directory, appId)
  const text = `Application '${appId}' in directory '${directory.tenantName}'.`
  if (!application) throw new EntraError('AADSTS700016', text)
  if (!servicePrincipal) throw new EntraError(halfMade, text)
  if (!servicePrincipal.accountEnabled) throw new EntraError('AADSTS7000112')
  return { application, servicePrincipal }
}

export const accountOf = (user: User): Account => ({
  oid: user.id,
  name: user.displayName,
  upn: user.userPrincipalName,
  mail: user.mail,
})

export const accountsOf = ({ directory }: EntraContext): Account[] => [...directory.users.values()].map(accountOf)

export function findPerson({ directory }: EntraContext, upn: string | undefined): User | undefined {
  return upn === undefined ? undefined : userNamed(directory, upn)
}
