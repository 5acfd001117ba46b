import { constantTimeEqual } from '../../tokens/token.ts'
import { challengeOf } from './code-challenge.ts'

/** @see https://www.rfc-editor.org/rfc/rfc7636#section-4.1 */
export const isCodeVerifier = (value: string): boolean => /^[A-Za-z0-9._~-]{43,128}$/.test(value)

/** Whether the verifier is the one behind the S256 challenge. @see https://www.rfc-editor.org/rfc/rfc7636#section-4.6 */
export const verifierMatches = (verifier: string, challenge: string): boolean =>
  isCodeVerifier(verifier) && constantTimeEqual(challengeOf(verifier), challenge)
