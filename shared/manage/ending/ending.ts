import type { GrantStore, UserStore } from '../../storage/ports.ts'
import type { Keys } from '../../tokens/keys.ts'

/** What ending and removing connections needs. */
export type EndingDeps = {
  readonly store: GrantStore
  readonly users: UserStore
  readonly keys: Pick<Keys, 'index'>
  /** Drops what this instance remembers of a grant's access tokens. */
  readonly forgetGrant: (grantId: string) => void
  readonly now: () => number
  readonly tenantId: string
}

/** Connections of which one request ended some; the next one goes on behind `next`, or from the start without it. */
export type Ending = {
  readonly ended: number
  readonly complete: boolean
  readonly next?: string
  /** Storage did not answer in between. What has ended stays so, and is passed over when asked again. */
  readonly fault?: 'storage'
}

/** Azure's front gives up on a request after 230 s; an administrator at a terminal should see that it goes on. */
export const ENDING_MS = 20_000
