import { OAuthError } from './errors/oauth-error.ts'

/** The only audience of our tokens. */
export const resourceOf = (publicBaseUrl: string): string => `${publicBaseUrl}/mcp`

/**
 * Absent means ours; anything else but ours is refused.
 * @throws OAuthError `invalid_target`
 * @see https://www.rfc-editor.org/rfc/rfc8707#section-2
 */
export function checkResource(asked: string | undefined, publicBaseUrl: string): string {
  const ours = resourceOf(publicBaseUrl)
  if (asked !== undefined && canonical(asked) !== ours)
    throw new OAuthError('invalid_target', 'The resource must be this server’s /mcp address.')
  return ours
}

/** Scheme and host are compared without regard to case; everything else, a fragment too, must be exact. */
function canonical(resource: string): string {
  return resource.replace(/^https?:\/\/[^/?#]*/i, (origin) => origin.toLowerCase())
}
