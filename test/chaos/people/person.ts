import { revokeToken } from '../../sandbox/chatgpt/token.ts'
import { endedEarly, explain } from '../report/grant-ledger.ts'
import { catchBreath, meet, type Party, type Session, signIn } from './connect.ts'
import type { Inhabitant } from './people.ts'
import { ask, pick } from './questions.ts'
import { refresh } from './refresh.ts'
import { attempt, WIRE, type World } from './world.ts'

const LEAST_QUESTIONS = 20
const MOST_MORE_QUESTIONS = 60
/** An hour in fast time: questions between two refreshes. */
const LEAST_BETWEEN = 8
const MOST_MORE_BETWEEN = 12
/** One in so many people who disconnect removes the connector, and registers anew. */
const REMOVES_CONNECTOR = 3

/** A token that is not taken any more has come to its end, or its grant has. */
function judgeStale(world: World, { tokens, takenAt, ledger }: Session, { name, upn }: Inhabitant): void {
  const ageMs = world.now() - takenAt
  const rule = explain(ledger, { sessionsEndedAt: world.sessionsEndedAt(upn) })
  if (rule === undefined && endedEarly(ageMs, tokens.expires_in))
    world.tally.loss('lost grants', `${name}: an access token was refused after ${Math.round(ageMs / 1000)} s`)
  else world.tally.note('access tokens not taken before the client renewed them')
}

/** A while with ChatGPT. `ended`: the grant is gone, by a rule or not. */
async function stay(
  world: World,
  session: Session,
  person: Inhabitant,
  everybody: readonly Inhabitant[],
): Promise<'satisfied' | 'ended' | 'over'> {
  let untilRefresh = LEAST_BETWEEN + world.random(MOST_MORE_BETWEEN)
  let left = LEAST_QUESTIONS + world.random(MOST_MORE_QUESTIONS)
  while (!world.over()) {
    const answer = await ask(world, session, person, pick(world, person, everybody))
    if (answer === 'failed') await catchBreath(world)
    untilRefresh -= 1
    left -= 1
    if (left < 0 && answer === 'answered') return 'satisfied'
    if (untilRefresh > 0 && answer !== 'stale') continue
    if (answer === 'stale') judgeStale(world, session, person)
    if ((await refresh(world, session, person)) !== 'renewed') return 'ended'
    untilRefresh = LEAST_BETWEEN + world.random(MOST_MORE_BETWEEN)
  }
  return 'over'
}

/** Disconnect (RFC 7009): said until it is heard; afterwards the refresh token is worth nothing. */
async function disconnect(world: World, session: Session, person: Inhabitant): Promise<void> {
  const { discovery, client, tokens } = session
  session.ledger = { ...session.ledger, revoked: true }
  while (!world.stopped()) {
    const outcome = await attempt(world, () => revokeToken(WIRE, discovery, client, tokens.refresh_token ?? ''))
    if (outcome.kind === 'done') break
    await catchBreath(world)
  }
  if ((await refresh(world, session, person)) === 'renewed')
    world.tally.loss('wrong rows', `${person.name} was let in by a grant that had been revoked`)
}

/** Whoever is connected at the end must be able to renew and to ask. */
async function lastCheck(
  world: World,
  session: Session | undefined,
  person: Inhabitant,
  everybody: readonly Inhabitant[],
): Promise<void> {
  if (session && (await refresh(world, session, person)) === 'ended') return
  while (session && !world.stopped()) {
    const answer = await ask(world, session, person, pick(world, person, everybody))
    if (answer === 'answered') return
    if (answer === 'stale' && (await refresh(world, session, person)) === 'ended') return
    await catchBreath(world)
  }
  world.tally.loss('lost grants', `${person.name} did not get through at the end, long after the last fault`)
}

/** A person's time with the app, from adding the connector to the end of the run. */
export async function live(world: World, person: Inhabitant, everybody: readonly Inhabitant[]): Promise<void> {
  let party: Party | undefined
  let session: Session | undefined
  while (!world.over()) {
    party ??= await meet(world)
    session = party && (await signIn(world, person.upn, party))
    if (!session) break
    const outcome = await stay(world, session, person, everybody)
    if (outcome === 'satisfied') await disconnect(world, session, person)
    if (outcome !== 'over') session = undefined
    if (outcome === 'satisfied' && world.random(REMOVES_CONNECTOR) === 0) party = undefined
  }
  party ??= await meet(world)
  session ??= party && (await signIn(world, person.upn, party))
  await lastCheck(world, session, person, everybody)
}
