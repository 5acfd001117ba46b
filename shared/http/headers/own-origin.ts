import type { Incoming } from '../message.ts'
import { WireError } from '../wire-error.ts'

/** A foreign page could submit what its owner fetched himself; the browser says whose page it was. @throws WireError 403 */
export function checkOrigin({ headers }: Pick<Incoming, 'headers'>, issuer: string): void {
  if (headers.get('origin') !== issuer)
    throw new WireError(403, 'access_denied', 'This form was not sent from our own page.', { cause: 'origin' })
}
