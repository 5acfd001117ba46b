import type { TokenPair } from '../../grants/types.ts'
import type { Outgoing } from '../../http/message.ts'
import { json } from '../../http/replies.ts'

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-5.1 */
export function tokenResponse({ access, refresh, accessExpiresAt, scope }: TokenPair, now: number): Outgoing {
  return json(200, {
    access_token: access,
    token_type: 'Bearer',
    expires_in: Math.max(0, Math.floor((accessExpiresAt - now) / 1000)),
    refresh_token: refresh,
    scope,
  })
}
