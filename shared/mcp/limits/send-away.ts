import type { Caller } from '../../grants/caller.ts'
import type { Incoming, Outgoing } from '../../http/message.ts'
import { rpcError } from '../endpoint/rpc-error.ts'
import type { SentAway } from './fair-line.ts'

/**
 * The answer to a request for which there is no room: it was not parsed, so no message of it can be answered. Of such an
 * answer clients hand on the status and the whole text, which therefore says when to come again; a result of a tool
 * in it would be read by none. It is not counted as a failure: those of one address would cost others their answers.
 * @see https://www.rfc-editor.org/rfc/rfc6585#section-4
 */
export function sendAway(
  { audit }: Pick<Incoming, 'audit'>,
  { userId, clientId, grantId }: Pick<Caller, 'userId' | 'clientId' | 'grantId'>,
  { retryAfterSeconds, milestone }: SentAway,
): Outgoing {
  const known = { step: '/mcp', code: 'too_many_at_once', userId, clientId, grantId }
  if (milestone !== undefined) audit({ name: 'rate.limited', count: milestone, ...known })
  const message = `Too many calls of this person are waiting. Wait ${retryAfterSeconds} seconds, then call again, with fewer calls at once.`
  return rpcError(429, message, { 'retry-after': String(retryAfterSeconds) })
}
