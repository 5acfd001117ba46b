import { randomBytes } from 'node:crypto'
import { newGrantId, newToken, type TokenKind } from '../../../shared/tokens/token.ts'

/** A token in perfect form that nobody issued; with a grant id, one that names somebody's grant. */
export const forge = (kind: TokenKind, grantId = newGrantId(randomBytes)): string =>
  newToken(kind, grantId, randomBytes).value
