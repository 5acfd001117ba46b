import { constantTimeEqual, sha256 } from '../tokens/token.ts'

/** @see https://www.rfc-editor.org/rfc/rfc7636#section-4.2 */
export const isCodeChallenge = (value: string): boolean => /^[A-Za-z0-9_-]{43}$/.test(value)

/** @see https://www.rfc-editor.org/rfc/rfc7636#section-4.1 */
export const isCodeVerifier = (value: string): boolean => /^[A-Za-z0-9._~-]{43,128}$/.test(value)

/** Whether the verifier is the one behind the S256 challenge. */
export const verifierMatches = (verifier: string, challenge: string): boolean =>
  isCodeVerifier(verifier) && constantTimeEqual(sha256(verifier), challenge)

/** S256 of a verifier. */
export const challengeOf = (verifier: string): string => sha256(verifier)
