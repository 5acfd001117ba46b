import type { AtOnce, Hot } from '../parts/hot.ts'
import type { Start } from '../parts/start.ts'
import type { TokenTimes } from '../parts/tokens.ts'

export type Measured = {
  readonly start: Start
  readonly hot: Hot
  readonly atOnce: AtOnce
  readonly signIn: TokenTimes
}

/** Ours to what it is compared with, by "what: with what". */
export function ratiosOf({ start, hot, atOnce, signIn }: Measured): Record<string, number> {
  const { query, whoami, 'tools/list': listed } = hot
  const [few, many] = [atOnce['8'], atOnce['32']]
  return {
    'query, processor: bare proxy': query.ours.cpu / query.bare.cpu,
    'query, time: bare proxy': query.ours.p50 / query.bare.p50,
    'query, time: Dataverse asked directly': query.ours.p50 / query.direct.p50,
    'whoami, processor: bare proxy': whoami.ours.cpu / whoami.bare.cpu,
    'tools/list, processor: bare proxy': listed.ours.cpu / listed.bare.cpu,
    'tools/list, processor: bare proxy that lists as much': listed.ours.cpu / listed.listing.cpu,
    'per second, 8 at once: bare proxy': few.ours.perSecond / few.bare.perSecond,
    'per second, 32 at once: bare proxy': many.ours.perSecond / many.bare.perSecond,
    'p95 to p50, 32 at once': many.ours.p95 / many.ours.p50,
    'start to 401: empty app': start.challenge.clock / start.empty.clock,
    'start to 401, processor: empty app': start.challenge.cpu / start.empty.cpu,
    'start to first answer: empty app and upstream': start.firstCall.clock / (start.empty.clock + start.upstream),
    'start to first answer: the least with the same packages': start.firstCall.clock / start.least.clock,
    'sign-in: a query of the bare proxy': signIn.signIn / query.bare.p50,
    'refresh: a query of the bare proxy': signIn.refresh / query.bare.p50,
  }
}

/** Milliseconds of this machine. */
export function timesOf({ start, hot, signIn }: Measured): Record<string, number> {
  return {
    'hot query': hot.query.ours.p50,
    'hot whoami': hot.whoami.ours.p50,
    'hot tools/list': hot['tools/list'].ours.p50,
    'sign-in, consent page to code': signIn.signIn,
    'code for tokens': signIn.redeem,
    refresh: signIn.refresh,
    'first call with a new token': signIn.firstUse,
    'process started to 401': start.challenge.clock,
    'process started to first answer': start.firstCall.clock,
    'the least with the same packages, started to first answer': start.least.clock,
  }
}
