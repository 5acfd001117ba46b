import { median, times } from '../measure.ts'
import type { Sandbox } from '../../sandbox/start-sandbox.ts'
import { openSession } from '../stage/session.ts'

/** Milliseconds, medians. */
export type TokenTimes = {
  readonly signIn: number
  readonly redeem: number
  readonly refresh: number
  readonly firstUse: number
}

/** Signing in and refreshing, one at a time, and the first call with a new token. */
export async function measureTokens({ app, mcpUrl }: Sandbox, samples: number): Promise<TokenTimes> {
  const { authorize, redeem, refresh, listTools } = await openSession(mcpUrl, app.url)
  return {
    signIn: median(await times(samples, authorize)),
    redeem: median(await times(samples, redeem, authorize)),
    refresh: median(await times(samples, refresh)),
    firstUse: median(await times(samples, listTools, refresh)),
  }
}
