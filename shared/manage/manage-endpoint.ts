import type { EntraCaller, VerifyAccessToken } from '../entra/access-token.ts'
import { TokenInvalid } from '../entra/verify-token.ts'
import { readBearer } from '../http/headers/bearer.ts'
import { jsonObject } from '../http/form.ts'
import type { Endpoint, Incoming, Outgoing } from '../http/message.ts'
import { json } from '../http/replies.ts'
import { asBearerOf, WireError } from '../http/wire-error.ts'
import type { EventFields } from '../telemetry/events.ts'
import { notAdmitted } from './administrator.ts'
import type { Command } from './command.ts'
import { type Refusal, refusalOf } from './refusals.ts'

export type ManageDeps = {
  readonly commands: readonly Command[]
  readonly verify: VerifyAccessToken
  /** The scope that a person's token is asked for, such as `<client id>/MCP.Access`. */
  readonly apiScope: string
  readonly version: string
  readonly now: () => number
}

/** A person in two hundred groups has a long token; all headers together may have 16,384 characters. */
const MOST_TOKEN_CHARACTERS = 15_000

/** Refusals of what anybody can send; every other one is of a token that Entra has signed. */
const ANONYMOUS: ReadonlySet<Refusal> = new Set(['no-token', 'malformed', 'token-in-query', 'not-verified'])

/**
 * `POST /manage`: what an administrator asks of the deployment. Entra's own access tokens are its only key: no token of
 * ours opens it, no cookie counts, and no web page may ask.
 * @see https://www.rfc-editor.org/rfc/rfc6750
 */
export function createManageEndpoint(deps: ManageDeps): Endpoint {
  const commands = new Map(deps.commands.map((command) => [command.name, command]))
  return async (request) => {
    refuseBrowsers(request)
    const administrator = await admit(deps, request)
    return asBearerOf(administrator.objectId, () => runCommand(deps, request, administrator, commands))
  }
}

async function runCommand(
  deps: ManageDeps,
  request: Incoming,
  administrator: EntraCaller,
  commands: ReadonlyMap<string, Command>,
): Promise<Outgoing> {
  const { command, members } = readCommand(request, commands)
  const started = deps.now()
  const { answer, noted } = await command.run(
    { administrator, correlationId: request.correlationId, audit: request.audit },
    members,
  )
  const durationMs = deps.now() - started
  request.audit({ name: 'manage.called', step: command.name, ...callerOf(administrator), durationMs, ...noted })
  return json(200, { command: command.name, version: deps.version, ...answer })
}

/** Every browser names the page that asks, on a POST its own as well; this is for command lines. */
function refuseBrowsers(request: Incoming): void {
  if (!request.headers.has('origin') && !request.headers.has('sec-fetch-site')) return
  audit(request, 403, 'browser')
  throw new WireError(403, 'access_denied', 'No web page may ask this.')
}

async function admit(deps: ManageDeps, request: Incoming): Promise<EntraCaller> {
  const refuse = (refusal: Refusal, more: { cause?: unknown; caller?: EntraCaller } = {}): WireError => {
    const error = refusalOf(refusal, deps.apiScope, more.cause)
    if (refusal !== 'no-token') audit(request, error.status, refusal, more.caller)
    if (ANONYMOUS.has(refusal)) return error
    return error.blaming({ flow: more.caller?.objectId ?? `manage:${request.clientAddress}`, issued: true })
  }
  // RFC 6750 section 2.3: a token in a URL ends up in logs and referrers.
  if (request.query.has('access_token')) throw refuse('token-in-query')
  const bearer = readBearer(request.headers, MOST_TOKEN_CHARACTERS)
  if (bearer.kind !== 'present') throw refuse(bearer.kind === 'absent' ? 'no-token' : 'malformed')
  const caller = await deps.verify(bearer.token).catch((error: unknown) => {
    throw error instanceof TokenInvalid ? refuse(error.fault, { cause: error }) : error
  })
  const refusal = notAdmitted(caller, permissionOf(deps.apiScope))
  if (refusal !== undefined) throw refuse(refusal, { caller })
  return caller
}

const permissionOf = (scope: string): string => scope.slice(scope.lastIndexOf('/') + 1)

function readCommand(request: Incoming, commands: ReadonlyMap<string, Command>) {
  const { command: name, ...members } = jsonObject(request)
  const command = typeof name === 'string' ? commands.get(name) : undefined
  if (command) return { command, members }
  const known = [...commands.keys()].join(', ')
  throw new WireError(400, 'invalid_request', `The body must name a command, which is one of: ${known}.`)
}

/** Only what a verified token says is logged of a caller. */
const callerOf = ({ objectId, clientId }: EntraCaller): EventFields => ({ userId: objectId, clientId })

function audit(request: Incoming, status: number, code: string, caller?: EntraCaller): void {
  const known = caller ? callerOf(caller) : {}
  request.audit({ name: 'manage.refused', outcome: 'refused', status, code, ...known })
}
