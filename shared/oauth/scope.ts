/** The one scope that this server knows. */
export const SCOPE = 'dynamics.read'
/** Advertised in the server metadata only; a refresh token is issued with or without it. */
export const OFFLINE_ACCESS = 'offline_access'

/**
 * What is granted. Everything asked for is accepted (`openid profile email` are, and are not granted), since clients ask
 * for whatever they find advertised somewhere, or for nothing at all when they reconnect.
 */
export function grantedScope(asked: string | undefined): string {
  return asked?.split(' ').includes(OFFLINE_ACCESS) ? `${SCOPE} ${OFFLINE_ACCESS}` : SCOPE
}
