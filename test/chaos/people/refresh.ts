import { refreshTokens, type Tokens } from '../../sandbox/chatgpt/token.ts'
import { explain } from '../report/grant-ledger.ts'
import { catchBreath, type Session } from './connect.ts'
import type { Inhabitant } from './people.ts'
import { type Attempt, attempt, WIRE, type World } from './world.ts'

type Way = (world: World, session: Session, person: Inhabitant) => Promise<Attempt<Tokens>>

const plain: Way = (world, { discovery, client, tokens }) =>
  attempt(world, () => refreshTokens(WIRE, discovery, client, tokens.refresh_token ?? ''))

/** Two at once, as two conversations of one person send them; nothing of a pair is used before both are answered. */
const inParallel: Way = async (world, session, person) => {
  const [first, second] = await Promise.all([plain(world, session, person), plain(world, session, person)])
  if (first.kind !== 'done') return isRefusal(first) && second.kind === 'done' ? first : second
  if (second.kind !== 'done') return isRefusal(second) ? second : first
  if (first.value.refresh_token !== second.value.refresh_token)
    world.tally.loss('lost grants', `${person.name}: two refreshes at once were given two pairs`)
  return first
}

/** The answer does not arrive; the client tries again only when the app is done with what it was sent before. */
const losing =
  (when: 'at once' | 'answered'): Way =>
  async (world, session, person) => {
    const done = world.edge.loseAnswerTo(session.tokens.refresh_token ?? '', when)
    await plain(world, session, person)
    await done
    world.tally.note('answers to a refresh lost on purpose')
    return plain(world, session, person)
  }

const WAYS: readonly Way[] = [plain, plain, plain, inParallel, losing('at once'), losing('answered')]

const isRefusal = (outcome: Attempt<unknown>): boolean =>
  outcome.kind === 'refused' && (outcome.code === 'invalid_grant' || outcome.code === 'invalid_client')

/** Renews the pair, until it works or the app says that the grant has ended: then a rule must say why. */
export async function refresh(
  world: World,
  session: Session,
  person: Inhabitant,
): Promise<'renewed' | 'ended' | 'stopped'> {
  let way = WAYS[world.random(WAYS.length)] ?? plain
  while (!world.stopped()) {
    const outcome = await way(world, session, person)
    if (outcome.kind === 'done') {
      session.tokens = { ...session.tokens, ...outcome.value }
      session.takenAt = world.now()
      world.tally.recovery.success(person.upn)
      return 'renewed'
    }
    if (isRefusal(outcome)) {
      const rule = explain(session.ledger, { sessionsEndedAt: world.sessionsEndedAt(person.upn) })
      if (rule === undefined) world.tally.loss('lost grants', `${person.name}: ${JSON.stringify(outcome)}`)
      else world.tally.note(`grants ended: ${rule}`)
      return 'ended'
    }
    way = plain
    await catchBreath(world)
  }
  return 'stopped'
}
