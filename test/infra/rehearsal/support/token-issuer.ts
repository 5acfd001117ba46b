import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose'
import { createVerifyBearer, type VerifyBearer } from '../../../sandbox/azure/access/bearer.ts'

export const TENANT_ID = '6f1d2c3b-4a59-4e68-8c77-9b8a7c6d5e4f'
export const V1_ISSUER = `https://sts.windows.net/${TENANT_ID}/`

export type TokenIssuer = {
  readonly verify: VerifyBearer
  /** A token of the form that Azure's data planes get (v1); `more` overrides any claim. */
  readonly mint: (resource: string, oid: string, more?: JWTPayload) => Promise<string>
}

/** A key that stands for Entra's, where a test needs tokens and nothing else of Entra. */
export async function createTokenIssuer(): Promise<TokenIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('RS256')
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'a', use: 'sig' }] }
  const seconds = () => Math.floor(Date.now() / 1000)
  return {
    verify: createVerifyBearer({ jwks: () => jwks, issuers: [V1_ISSUER], now: Date.now }),
    mint: (aud, oid, more) => {
      const now = seconds()
      const claims = {
        iss: V1_ISSUER,
        aud,
        oid,
        sub: oid,
        appid: 'c0ffee00',
        tid: TENANT_ID,
        iat: now,
        nbf: now,
        exp: now + 3600,
        ...more,
      }
      return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'a', typ: 'JWT' }).sign(privateKey)
    },
  }
}
