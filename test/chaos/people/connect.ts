import { setTimeout as pause } from 'node:timers/promises'
import { buildAuthorizeUrl, readCallback } from '../../sandbox/chatgpt/authorize.ts'
import { walkBrowser } from '../../sandbox/chatgpt/browser.ts'
import { type Discovery, discover } from '../../sandbox/chatgpt/discovery.ts'
import { type OAuthClient, register, STABLE_REDIRECT_URI } from '../../sandbox/chatgpt/registration.ts'
import { redeem, type Tokens } from '../../sandbox/chatgpt/token.ts'
import { StepError } from '../../sandbox/chatgpt/wire.ts'
import type { GrantLedger } from '../report/grant-ledger.ts'
import { attempt, mcpUrlOf, WIRE, type World } from './world.ts'

export type Party = { readonly discovery: Discovery; readonly client: OAuthClient }
/** A connection as its client keeps it. */
/** `takenAt`: when the tokens came, in milliseconds from the start. */
export type Session = Party & { tokens: Tokens; takenAt: number; ledger: GrantLedger }

const LEAST_PAUSE_MS = 300
const MOST_MORE_PAUSE_MS = 1_700
const CODE_TRIES = 4
/** One in so many codes is sent, and its answer lost. */
const CODE_ANSWER_LOST = 15

export const catchBreath = ({ random }: World): Promise<void> => pause(LEAST_PAUSE_MS + random(MOST_MORE_PAUSE_MS))

/** Tries until it is done or nothing may start any more. */
async function insist<T>(world: World, work: () => Promise<T>): Promise<T | undefined> {
  while (!world.stopped()) {
    const outcome = await attempt(world, work)
    if (outcome.kind === 'done') return outcome.value
    await catchBreath(world)
  }
  return undefined
}

/** Discovery and registration, as when a connector is added. */
export const meet = (world: World): Promise<Party | undefined> =>
  insist(world, async () => {
    const discovery = await discover(WIRE, mcpUrlOf(world))
    await world.pace.turn()
    return { discovery, client: await register(WIRE, discovery.server, STABLE_REDIRECT_URI) }
  })

/** Consent page, Entra, callback, code for tokens. @throws what ended it */
async function signInOnce(world: World, upn: string, { discovery, client }: Party): Promise<Session | undefined> {
  const startedAt = world.now()
  const pending = buildAuthorizeUrl(discovery, client)
  const arrival = await walkBrowser(pending.url, upn, { redirectUri: client.redirectUri })
  if (arrival.kind === 'page') {
    const { status, html, url } = arrival
    const isUnknownClient = (status === 400 || status === 401) && new URL(url).pathname === '/oauth/authorize'
    if (isUnknownClient) world.tally.loss('lost grants', `the client of ${upn} is not known any more (${status})`)
    throw new StepError('Sign-in', { status, text: html })
  }
  const code = readCallback(arrival.url, pending, discovery)
  if (world.random(CODE_ANSWER_LOST) === 0) void world.edge.loseAnswerTo(code, 'answered')
  for (let tries = 0; tries < CODE_TRIES; tries++) {
    const outcome = await attempt(world, () => redeem(WIRE, discovery, client, code, pending))
    if (outcome.kind === 'done') {
      return { discovery, client, tokens: outcome.value, takenAt: world.now(), ledger: { startedAt, revoked: false } }
    }
    if (outcome.kind === 'refused' && outcome.status < 500) break
    await catchBreath(world)
  }
  world.tally.note('signed in anew because the answer to a code was lost')
  return undefined
}

/** Signs in until it works; undefined when nothing may start any more. */
export async function signIn(world: World, upn: string, party: Party): Promise<Session | undefined> {
  while (!world.stopped()) {
    const session = await insist(world, () => signInOnce(world, upn, party))
    if (session) return session
  }
  return undefined
}
