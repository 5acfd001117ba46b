import type { Incoming } from '../../http/message.ts'
import { OAuthError } from '../errors/oauth-error.ts'

/** A foreign page could submit what its owner fetched himself; the browser says whose page it was. */
export function checkOrigin({ headers }: Pick<Incoming, 'headers'>, issuer: string): void {
  if (headers.get('origin') !== issuer)
    throw new OAuthError('access_denied', 'This form was not sent from our own page.', { cause: 'origin' })
}
