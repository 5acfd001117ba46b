import { createHash } from 'node:crypto'
import { SignJWT, calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import type { CryptoKey, JSONWebKeySet, JWTPayload } from 'jose'

export type SigningKey = {
  readonly publicKey: CryptoKey
  /** Entra's key set names no `alg`. */
  readonly jwks: JSONWebKeySet
  readonly sign: (payload: JWTPayload) => Promise<string>
}

let ofProcess: Promise<SigningKey> | undefined

/** One for all tenants of a process, whose tokens are told apart by their issuers: making one takes a tenth of a second. */
export const signingKey = (): Promise<SigningKey> => (ofProcess ??= createSigningKey())

async function createSigningKey(): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair('RS256')
  const jwk = await exportJWK(publicKey)
  const kid = createHash('sha1')
    .update(await calculateJwkThumbprint(jwk))
    .digest('base64url')
  return {
    publicKey,
    jwks: { keys: [{ ...jwk, use: 'sig', kid, x5t: kid }] },
    sign: (payload) =>
      new SignJWT(payload).setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid, x5t: kid }).sign(privateKey),
  }
}
