import { sha256 } from '../../tokens/token.ts'

/** @see https://www.rfc-editor.org/rfc/rfc7636#section-4.2 */
export const isCodeChallenge = (value: string): boolean => /^[A-Za-z0-9_-]{43}$/.test(value)

/** S256 of a verifier. */
export const challengeOf = (verifier: string): string => sha256(verifier)
