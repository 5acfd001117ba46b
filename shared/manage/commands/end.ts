import * as z from 'zod'
import { endSession, type TellEnded } from '../../grants/sessions/end-session.ts'
import { type Command, type CommandContext, type CommandResult, defineCommand } from '../command.ts'
import { endEverywhere } from '../ending/end-everywhere.ts'
import { endPerson, personIndex } from '../ending/end-person.ts'
import { type Ending, ENDING_MS, type EndingDeps } from '../ending/ending.ts'
import { continuation, objectId, sessionId } from './members.ts'

const after = continuation.optional()
const input = z.union([
  z.strictObject({ person: objectId, after }),
  z.strictObject({ session: sessionId, person: objectId.optional() }),
  z.strictObject({ client: z.string().min(1).max(2_000), after }),
  z.strictObject({ all: z.literal(true), after }),
])
type Input = z.output<typeof input>

/**
 * `{"command":"end"}` of one `person`, `session`, `client`, or of `all`: at once on this instance, within a minute on
 * every other. Nobody is kept from connecting anew.
 */
export const createEndCommand = (deps: EndingDeps): Command =>
  defineCommand('end', input, async (context, asked) => {
    const ending = await end(deps, context, asked)
    const kind = kindOf(asked)
    return {
      answer: { ...ending },
      noted: {
        kind,
        outcome: ending.complete ? 'ok' : 'error',
        count: ending.ended,
        ...('session' in asked && { grantId: asked.session }),
        ...('person' in asked && asked.person !== undefined && { reason: `of person ${asked.person}` }),
      } satisfies CommandResult['noted'],
    }
  })

const kindOf = (asked: Input): 'session' | 'person' | 'client' | 'all' => {
  if ('session' in asked) return 'session'
  if ('person' in asked) return 'person'
  return 'client' in asked ? 'client' : 'all'
}

async function end(deps: EndingDeps, context: CommandContext, asked: Input): Promise<Ending> {
  const until = deps.now() + ENDING_MS
  if ('session' in asked) return endOne(deps, context, asked)
  if ('person' in asked) {
    const tell = tellEnded(context, asked.person)
    return endPerson(deps, asked.person, until, tell, asked.after)
  }
  const tell = tellEnded(context)
  const { after } = asked
  if ('client' in asked) {
    const isWanted = ({ clientId }: { readonly clientId: string }) => clientId === asked.client
    return endEverywhere(deps, { isWanted, until, tell, after })
  }
  return endEverywhere(deps, { isWanted: () => true, until, tell, after })
}

/** With a person named, a session of somebody else is none. */
async function endOne(
  deps: EndingDeps,
  context: CommandContext,
  { session, person }: Extract<Input, { session: string }>,
): Promise<Ending> {
  const index = person === undefined ? undefined : await personIndex(deps, person)
  const { store, forgetGrant } = deps
  const ended = await endSession({ store, forgetGrant, tell: tellEnded(context, person) }, session, index)
  return { ended: ended ? 1 : 0, complete: true }
}

/** Who ended it stands in the event of the request, under the same correlation id. */
export const tellEnded =
  ({ audit }: CommandContext, userId?: string): TellEnded =>
  ({ grantId, clientId }, outcome) =>
    audit({
      name: 'grant.ended',
      step: 'manage',
      outcome,
      grantId,
      clientId,
      ...(userId !== undefined && { userId }),
    })
