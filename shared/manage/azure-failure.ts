import * as z from 'zod'

export type AzureFailure = {
  /** `identity`: the app's managed identity got no token, so that the service was never asked. */
  readonly kind: 'forbidden' | 'closed' | 'missing' | 'identity' | 'unreachable' | 'other'
  /** For people: `403 AuthorizationPermissionMismatch`, `ENOTFOUND`. Never a message, which may quote what was sent. */
  readonly said: string
}

/** A word of a documented list of codes; a text that only looks like one is left out. */
const code = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{1,60}$/)
  .optional()
  .catch(undefined)
const inner = z.object({ code }).optional().catch(undefined)
/** Tables name the code in `odataError`, Key Vault in `error` and, more exactly, in what its client calls `innerError`. */
const Details = z
  .object({
    odataError: inner,
    error: z.object({ code, innerError: inner }).optional().catch(undefined),
  })
  .optional()
  .catch(undefined)
const Failure = z.object({
  name: z.string().catch(''),
  statusCode: z.number().int().optional().catch(undefined),
  code,
  details: Details,
})
type Failure = z.output<typeof Failure>

const NO_IDENTITY =
  /^(CredentialUnavailableError|AuthenticationError|AuthenticationRequiredError|AggregateAuthenticationError)$/
/** The service's own firewall, not a missing role. @see https://learn.microsoft.com/azure/key-vault/general/rest-error-codes */
const CLOSED =
  /^(AuthorizationFailure|PublicAccessNotPermitted|NetworkAclsValidationFailure|ForbiddenByFirewall|ForbiddenByConnection)$/
const MOST_CAUSES = 6

/** Why a call to Azure failed, from the error that an Azure library threw, however often it was wrapped. */
export function azureFailure(error: unknown): AzureFailure {
  const causes = causesOf(error)
  if (causes.some(({ name }) => NO_IDENTITY.test(name))) return { kind: 'identity', said: 'no token' }
  const answered = causes.find(({ statusCode }) => statusCode !== undefined)
  if (answered?.statusCode === undefined) return unanswered(causes)
  const { statusCode: status } = answered
  const codes = [answered.details?.error?.innerError?.code, answered.details?.odataError?.code]
  const exact = [...codes, answered.details?.error?.code, answered.code].find((one) => one !== undefined)
  return { kind: kindOf(status, exact), said: exact === undefined ? String(status) : `${status} ${exact}` }
}

function kindOf(status: number, exact: string | undefined): AzureFailure['kind'] {
  if (exact !== undefined && CLOSED.test(exact)) return 'closed'
  if (status === 401 || status === 403) return 'forbidden'
  if (status === 404) return 'missing'
  return status >= 500 || status === 429 ? 'unreachable' : 'other'
}

function unanswered(causes: readonly Failure[]): AzureFailure {
  const named = causes.map((cause) => cause.code).find((one) => one !== undefined)
  if (named !== undefined) return { kind: 'unreachable', said: named }
  const inTime = !causes.some(({ name }) => name === 'AbortError' || name === 'TimeoutError')
  return inTime ? { kind: 'other', said: 'no code' } : { kind: 'unreachable', said: 'no answer in time' }
}

function causesOf(error: unknown): Failure[] {
  const causes: Failure[] = []
  for (let one = error; one instanceof Error && causes.length < MOST_CAUSES; one = one.cause) {
    const read = Failure.safeParse(one)
    if (read.success) causes.push(read.data)
  }
  return causes
}
