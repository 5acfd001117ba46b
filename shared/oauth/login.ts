import * as z from 'zod'
import type { LoginStore } from '../storage/ports.ts'
import type { Keys } from '../tokens/keys.ts'
import { seal, unseal } from '../tokens/seal.ts'
import { type Random, sha256 } from '../tokens/token.ts'

/** A claims challenge, a sign-in that must be fresh, another account. */
const Hop = z.enum(['claims', 'login', 'account'])
export type Hop = z.output<typeof Hop>

const Running = z.object({
  codeVerifier: z.string(),
  nonce: z.string(),
  /** SHA-256 of the cookie that binds the browser which approved to the one that comes back. */
  cookieHash: z.string(),
  /** Why the person was sent to Entra once more; none of these reasons counts twice. */
  hops: z.array(Hop).default([]),
})

/** A running sign-in of a client, between "Continue" and Entra's return. */
const Login = Running.extend({
  clientId: z.string(),
  redirectUri: z.string(),
  clientState: z.string().optional(),
  codeChallenge: z.string(),
  scope: z.string(),
  resource: z.string(),
  /** The client asked that the person prove anew who they are: whatever leads to Entra once more says so again. */
  anew: z.literal(true).optional(),
  loginHint: z.string().optional(),
  domainHint: z.string().optional(),
})
export type Login = z.output<typeof Login>

/** A running sign-in to `/me`. It names no client and no redirect address, so none can get anything by it. */
const Visit = Running.extend({ kind: z.literal('me') }).strict()
export type Visit = z.output<typeof Visit>

/** What rests sealed under Entra's `state`; a row from before there were visits is one of a client. */
const AnyLogin = z.union([Visit, Login])
export type AnyLogin = z.output<typeof AnyLogin>

export const isVisit = <T extends object>(login: T): login is Extract<T, { kind: 'me' }> => 'kind' in login

export type LoginDeps = {
  readonly logins: LoginStore
  readonly keys: Keys
  readonly random: Random
  readonly now: () => number
  /** Seconds. */
  readonly lifetime: number
}

export type RunningLogin = {
  readonly login: AnyLogin
  readonly consume: () => Promise<boolean>
  readonly expired: boolean
}

const placeOf = (stateHash: string) => `login|${stateHash}`

export async function saveLogin(deps: LoginDeps, state: string, login: AnyLogin): Promise<void> {
  const stateHash = sha256(state)
  const { id, key } = await deps.keys.current()
  const context = { sealingKey: key, secret: state, purpose: 'login', place: placeOf(stateHash) } as const
  const sealed = { keyId: id, bytes: seal(login, context, deps.random) }
  await deps.logins.create(stateHash, { expiresAt: deps.now() + deps.lifetime * 1000, sealed })
}

/** The sign-in behind a state, not yet consumed; `undefined` for a state that is unknown or was used. */
export async function findLogin(deps: LoginDeps, state: string): Promise<RunningLogin | undefined> {
  const stateHash = sha256(state)
  const row = await deps.logins.read(stateHash)
  const key = row && (await deps.keys.byId(row.sealed.keyId))
  if (!row || !key) return undefined
  const context = { sealingKey: key.key, secret: state, purpose: 'login', place: placeOf(stateHash) } as const
  const login = AnyLogin.safeParse(unseal(row.sealed.bytes, context))
  if (!login.success) return undefined
  return {
    login: login.data,
    expired: row.expiresAt <= deps.now(),
    consume: () => deps.logins.consume(stateHash, row.etag),
  }
}
