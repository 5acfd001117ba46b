import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { CODES, EntraError } from './errors.ts'
import type { Code, GivenRefusal } from './errors.ts'
import type { Reply } from './http.ts'

/** What a request does: the unit of counters, refusals and faults. */
export const KINDS = [
  'authorize',
  'token.authorization_code',
  'token.refresh_token',
  'token.obo',
  'token.client_credentials',
  'jwks',
  'discovery',
] as const
export type Kind = (typeof KINDS)[number]

const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('throttled'), retryAfter: z.int().positive() }),
  z.strictObject({ kind: z.literal('slow'), ms: z.int().nonnegative() }),
  z.strictObject({
    kind: z.literal('down'),
    status: z.union([z.literal(500), z.literal(502), z.literal(503), z.literal(504)]),
    body: z.enum(['html', 'string', 'empty']),
  }),
  z.strictObject({ kind: z.literal('reset') }),
])
export type Fault = z.infer<typeof faultSchema>

const refusalSchema = z.union([
  z.enum(CODES),
  z.strictObject({
    number: z.int().positive(),
    error: z.string(),
    status: z.int().min(400).max(599).optional(),
    suberror: z.string().optional(),
    claims: z.boolean().optional(),
  }),
])

/**
 * `refuse` and `fault` are merged step by step, null takes one away. `refuseBy` says whether a refusal of `authorize`
 * is Entra's own page or a redirect back. `signedIn`: the browser has a session, so that no page is shown.
 * `refreshTokens: false`: no answer brings one, as without
 * consent to `offline_access`. `revokeSessions`: every refresh token issued so far answers AADSTS50173. `consent: false`: OBO answers AADSTS65001.
 */
export const behaviourSchema = z
  .strictObject({
    refuse: z.partialRecord(z.enum(KINDS), refusalSchema.nullable()),
    fault: z.partialRecord(z.enum(KINDS), faultSchema.nullable()),
    refuseBy: z.enum(['page', 'redirect']),
    consent: z.boolean(),
    signedIn: z.boolean(),
    refreshTokens: z.boolean(),
    revokeSessions: z.literal(true),
    roles: z.array(z.string()),
    groups: z.array(z.string()),
    groupsOverage: z.enum(['none', 'claim_names', 'hasgroups']),
  })
  .partial()
export type BehaviourChange = z.input<typeof behaviourSchema>
type Behaviour = z.infer<typeof behaviourSchema>

/** Thrown to replace the answer of whatever was being done. */
export class Interruption extends Error {
  readonly reply: Reply | 'reset'

  constructor(reply: Reply | 'reset') {
    super('the sandbox was told to fail here')
    this.reply = reply
  }
}

const DOWN_BODIES = {
  html: ['text/html', '<!doctype html><title>Service Unavailable</title><h1>Service Unavailable</h1>'],
  string: ['application/json', '"The service is unavailable."'],
  empty: ['text/plain', ''],
} as const

const CLEARED_BY_POLICY: readonly string[] = ['AADSTS50076', 'AADSTS50079', 'AADSTS50158', 'AADSTS53003']
const CLEARED_BY_FRESHNESS: readonly string[] = ['AADSTS50078', 'AADSTS50173', 'AADSTS70043']

/** What a session has that a refusal may ask for. */
export type Satisfied = {
  /** The claims challenge was carried through the sign-in. */
  readonly policySatisfied: boolean
  /** The person proved anew who they are. */
  readonly fresh: boolean
}
export const NOTHING_SATISFIED: Satisfied = { policySatisfied: false, fresh: false }

export class Behaviours {
  readonly #changes = new Map<string, Behaviour>()

  /** @throws ZodError for an unknown behaviour, step or code */
  change(upn: string, change: BehaviourChange): void {
    const next = behaviourSchema.parse(change)
    const before = this.#changes.get(upn.toLowerCase()) ?? {}
    this.#changes.set(upn.toLowerCase(), {
      ...before,
      ...next,
      refuse: { ...before.refuse, ...next.refuse },
      fault: { ...before.fault, ...next.fault },
    })
  }

  /** One setting of a person, else everybody's (`*`). */
  get<Name extends keyof Behaviour>(upn: string, name: Name): Behaviour[Name] {
    return this.#changes.get(upn.toLowerCase())?.[name] ?? this.#changes.get('*')?.[name]
  }

  grantConsent(): void {
    for (const behaviour of this.#changes.values()) behaviour.consent = true
  }

  signOut(): void {
    for (const behaviour of this.#changes.values()) behaviour.signedIn = false
  }

  clear(): void {
    this.#changes.clear()
  }

  /** Waits or throws Interruption as the fault of this step says. */
  async suffer(kind: Kind, upn = '*'): Promise<void> {
    const fault = this.#step('fault', kind, upn)
    if (!fault) return
    if (fault.kind === 'slow') return pause(fault.ms, undefined, { ref: false })
    if (fault.kind === 'reset') throw new Interruption('reset')
    if (fault.kind === 'throttled') throw new EntraError('AADSTS90055', '', { 'retry-after': String(fault.retryAfter) })
    const [type, body] = DOWN_BODIES[fault.body]
    throw new Interruption({ status: fault.status, headers: { 'content-type': type }, body })
  }

  /** @throws EntraError as was asked for, unless the session has satisfied what the refusal asks */
  check(kind: Kind, upn: string, { policySatisfied, fresh }: Satisfied): void {
    const refusal = this.#step('refuse', kind, upn)
    if (!refusal) return
    const error = new EntraError(refusal)
    if (policySatisfied && CLEARED_BY_POLICY.includes(error.code)) return
    if (fresh && CLEARED_BY_FRESHNESS.includes(error.code)) return
    throw error
  }

  async meet(kind: Kind, upn: string, satisfied: Satisfied): Promise<void> {
    await this.suffer(kind, upn)
    this.check(kind, upn, satisfied)
  }

  #step(what: 'refuse', kind: Kind, upn: string): Code | GivenRefusal | undefined
  #step(what: 'fault', kind: Kind, upn: string): Fault | undefined
  #step(what: 'refuse' | 'fault', kind: Kind, upn: string): Code | GivenRefusal | Fault | undefined {
    return this.#changes.get(upn.toLowerCase())?.[what]?.[kind] ?? this.#changes.get('*')?.[what]?.[kind] ?? undefined
  }
}
