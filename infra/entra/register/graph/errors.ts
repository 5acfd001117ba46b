import { plain } from '../../../doctor/wire/plain-text.ts'

export type GraphFailure = {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly retryAfterSeconds: number | undefined
}

/** An answer of Microsoft Graph that is no success. */
export class GraphError extends Error {
  override readonly name = 'GraphError'
  readonly failure: GraphFailure
  constructor(failure: GraphFailure) {
    super(`${failure.status} ${failure.code}: ${failure.message}`)
    this.failure = failure
  }
}

export const isGraphError = (error: unknown, code: RegExp): error is GraphError =>
  error instanceof GraphError && code.test(`${error.failure.code} ${error.failure.message}`)

/** What a step wants to do, in words, and the roles of Entra that let a person do it. */
export type Undertaking = { readonly what: string; readonly roles: string }

const APPLICATIONS = 'Cloud Application Administrator or Application Administrator'
export const UNDERTAKINGS = {
  read: { what: 'read app registrations', roles: APPLICATIONS },
  application: {
    what: 'make or change app registrations',
    roles: `${APPLICATIONS} (Application Developer to make one)`,
  },
  servicePrincipal: { what: 'make or change enterprise applications', roles: APPLICATIONS },
  consent: {
    what: 'consent for the whole tenant',
    roles: `${APPLICATIONS}, or Privileged Role Administrator`,
  },
  assign: { what: 'assign people to enterprise applications', roles: `${APPLICATIONS}, or User Administrator` },
} as const satisfies Record<string, Undertaking>

const RECYCLE_BIN =
  'A deleted registration of this name is still in the recycle bin, or another object has the name. In the Entra ' +
  'admin centre open App registrations, Deleted applications: restore it and run this again, or delete it for good.'

const KNOWN: readonly [RegExp, string][] = [
  [/same value for property uniqueName/i, RECYCLE_BIN],
  [
    /disabled first/i,
    'Somebody else’s scope or role of this registration would have to go, and Graph lets none go that is enabled. ' +
      'Disable it in the Entra admin centre (App registrations, Expose an API or App roles), then run this again.',
  ],
  [
    /polic(y|ies)/i,
    'A policy of the tenant forbids it. Ask who manages the app management policies in Entra for an exception.',
  ],
]

/** What Graph's refusal means and what to do, in a sentence. */
export const explain = ({ failure }: GraphError, { what, roles }: Undertaking): string => {
  const { status, code, message } = failure
  const said = `Microsoft Graph answered ${status} ${plain(code, 80)}: ${plain(message)}`
  if (status === 401) return `The sign-in is not valid (any more). Run: az login\n${said}`
  if (status === 403)
    return `You may not ${what}. It needs one of these roles in Entra: ${roles}. Ask an administrator for it, or to run this command; after a role was given, run az logout and az login.\n${said}`
  if (status === 429)
    return `Microsoft Graph is throttling. Nothing is lost: run the same command again in a few minutes.\n${said}`
  if (status >= 500) return `Microsoft Graph has a fault. Nothing is lost: run the same command again.\n${said}`
  if (status === 404)
    return `Entra does not show yet what was made a moment ago. Run the same command again in a few minutes.\n${said}`
  const known = KNOWN.find(([pattern]) => pattern.test(message))
  return `${known?.[1] ?? `It was refused to ${what}.`}\n${said}`
}
