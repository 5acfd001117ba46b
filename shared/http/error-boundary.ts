import type { AuditEvent } from '../telemetry/events.ts'
import { networkOf } from './bounds/client-address.ts'
import { type Failures, UNCOUNTED } from './bounds/failures.ts'
import { addressesForLog } from './foreign-address.ts'
import { failureOf } from './failed-for.ts'
import type { Endpoint, Head, Outgoing } from './message.ts'
import { reasonOf } from './reason-of.ts'
import { WireError } from './wire-error.ts'

/** How a wire error is shown: as RFC 6749 JSON, as JSON-RPC or as a page; with a correlation id where it was logged. */
export type ShowError = (error: WireError, shown: { readonly correlationId: string | undefined }) => Outgoing
/** Knows the errors of the layers below; `undefined` for a fault that nobody foresaw. */
export type TranslateError = (error: unknown) => WireError | undefined
/** Answers what was thrown. `told` are the refusals that the endpoint has a line for, not yet written. */
export type Refuse = (thrown: unknown, head: Head, told?: readonly AuditEvent[]) => Outgoing

/** The one place where errors are caught. What was not foreseen is `server_error` with a correlation id. */
export function withErrorBoundary(
  endpoint: Endpoint,
  translate: TranslateError,
  show: ShowError,
  failures: Failures = UNCOUNTED,
): Endpoint {
  const refuse = createRefuse(translate, show, failures)
  return async (request) => {
    const told: AuditEvent[] = []
    // A refusal waits for its verdict: a line for each failure of a flood would cost more than the flood.
    const audit = (event: AuditEvent): void => {
      if (isRefusal(event)) told.push(event)
      else request.audit(event)
    }
    try {
      const reply = await endpoint({ ...request, audit })
      for (const event of told) request.audit(event)
      return reply
    } catch (thrown) {
      return refuse(thrown, request, told)
    }
  }
}

const isRefusal = ({ name }: AuditEvent): boolean => name.endsWith('.refused')

/**
 * Counts a refusal, logs it with its reason under the id that is shown, and shows it. Beyond the limit nothing is logged
 * but the number, so no id is shown; and it is 429 unless whoever asks must hear the truth (see `Blame`). A fault of
 * ours is neither counted nor hidden.
 */
export function createRefuse(translate: TranslateError, show: ShowError, failures: Failures = UNCOUNTED): Refuse {
  return (caught, head, told = []) => {
    const { error: thrown, asker } = failureOf(caught)
    const error = toWireError(thrown, translate)
    const { correlationId, audit } = head
    const step = stepOf(head.path)
    const { status, code, blame } = error
    const isFault = status >= 500
    const { retryAfter, milestone } = isFault && !blame.theirs ? {} : failures.count(namesOf(error, head))
    if (milestone !== undefined) audit({ name: 'rate.limited', step, count: milestone })
    if (retryAfter !== undefined) {
      return show(blame.issued || blame.theirs ? error : tooMany(retryAfter), { correlationId: undefined })
    }
    if (isFault) {
      for (const line of told) audit(line)
      audit({
        name: 'request.failed',
        step,
        status,
        code,
        correlationId,
        reason: reasonOf(thrown),
        ...asker,
      })
      return show(error, { correlationId })
    }
    const reason = reasonFor(error)
    const lines =
      told.length > 0 ? told : [{ name: 'request.refused', outcome: 'refused', step, status, code } as const]
    const redirectUri = error.addresses.length > 0 ? { redirectUri: addressesForLog(error.addresses) } : {}
    for (const line of lines) audit({ reason, correlationId, ...redirectUri, ...line })
    return show(error, { correlationId })
  }
}

function toWireError(thrown: unknown, translate: TranslateError): WireError {
  const known = thrown instanceof WireError ? thrown : translate(thrown)
  return known ?? new WireError(500, 'server_error', 'Something went wrong on our side.', { cause: thrown })
}

const DOCUMENTS = ['oauth-protected-resource', 'oauth-authorization-server', 'openid-configuration']
const PATHS: ReadonlySet<string> = new Set([
  ...['/', '/signed-out', '/health', '/mcp', '/manage', '/me'],
  ...['authorize', 'callback', 'register', 'revoke', 'token'].map((name) => `/oauth/${name}`),
  ...DOCUMENTS.flatMap((name) => [`/.well-known/${name}`, `/.well-known/${name}/mcp`]),
])

/** Another path may hold a token that somebody pasted into it, and a stranger makes up as many as they like. */
const stepOf = (path: string): string => (PATHS.has(path) ? path : 'another path')

function namesOf({ blame: { clientId, flow, issued } }: WireError, { clientAddress }: Head): string[] {
  const ofFlow = flow === undefined ? [] : [`flow:${flow}`]
  if (issued) return ofFlow
  const ofClient = clientId === undefined ? [] : [`client:${clientId}`]
  return [`address:${networkOf(clientAddress)}`, ...ofClient, ...ofFlow]
}

const TOO_MANY = 'Too many requests from this address, or of this app, have failed. Wait and try again.'

const tooMany = (retryAfter: number): WireError =>
  new WireError(429, 'temporarily_unavailable', TOO_MANY, { headers: { 'retry-after': String(retryAfter) } })

/** Sentences and names of ours alone: a cause of another library may quote what was sent. */
function reasonFor({ description, cause }: WireError): string {
  if (cause === undefined) return description
  return `${description} (${typeof cause === 'string' ? cause : reasonOf(cause)})`
}
