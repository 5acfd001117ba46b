import { randomBytes } from 'node:crypto'
import type { ClientName } from '../../../../shared/config/clients/known-clients.ts'

/** How a client says who it is. */
export type Way = 'registration' | 'document'

/** What its addresses depend on. */
export type Place = {
  /** The server's address, as the person entered it. */
  readonly mcpUrl: string
  /** The port on the person's machine that was free. */
  readonly port: number
}

export type Metadata = Readonly<Record<string, unknown>>

/** Where it waits for the person to come back, and the `state` that it sends along. */
export type Waiting = { readonly redirectUri: string; readonly state: string }

/**
 * What its model is given of a result: the text, the structured content, or whichever of them it likes. `unknown` where
 * nobody has said: then either alone has to do.
 */
export type Reading = 'text' | 'structured' | 'both' | 'unknown'

/** What a client does on the wire, as far as somebody has published it. */
export type ClientProfile = {
  readonly name: ClientName
  readonly userAgent?: string
  /** The body of its registration (RFC 7591). */
  readonly registers?: (place: Place) => Metadata
  /** Its metadata document; its `client_id` is where the document lies. */
  readonly document?: (place: Place) => Metadata & { readonly client_id: string }
  /** One for each of its own ways back; the port is another one than at registration. */
  readonly waits: (place: Place, way: Way) => readonly Waiting[]
  /** What it asks for: what the challenge names, what the server advertises as well, or nothing. */
  readonly scope: 'challenge' | 'advertised' | 'none'
  /** Whether a refresh names the resource (RFC 8707) again. */
  readonly namesResourceAtRefresh: boolean
  /** The newest revision that it is known to open with. */
  readonly revision: '2025-06-18' | '2025-11-25' | '2026-07-28'
  /** The page that calls, where it is one. */
  readonly origin?: string
  readonly reads: Reading
  /** Whether disconnecting revokes (RFC 7009). */
  readonly revokes: boolean
  /** What is not known of it, and so assumed above. */
  readonly unknown: readonly string[]
}

/** `state` of letters, digits, `-` and `_`, as most clients make it. */
export const plainState = (): string => randomBytes(24).toString('base64url')

/** What registration bodies of public clients have in common. */
export const PUBLIC = {
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
} as const
