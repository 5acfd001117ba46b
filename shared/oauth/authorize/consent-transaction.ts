import { hkdfSync } from 'node:crypto'
import { EncryptJWT, jwtDecrypt } from 'jose'
import { z } from 'zod'
import type { Keys } from '../../tokens/keys.ts'

/** What the person is asked to approve; it travels in the form, sealed, and rests nowhere. */
export const ConsentTransaction = z.object({
  flowId: z.string(),
  /** SHA-256 of the consent cookie: whoever fetched this page must be who submits it. */
  cookieHash: z.string(),
  clientId: z.string(),
  redirectUri: z.string(),
  state: z.string().optional(),
  codeChallenge: z.string(),
  scope: z.string(),
  resource: z.string(),
  prompt: z.enum(['login', 'select_account']).optional(),
  loginHint: z.string().optional(),
  domainHint: z.string().optional(),
})
export type ConsentTransaction = z.output<typeof ConsentTransaction>

type SealDeps = { readonly keys: Keys; readonly now: () => number; readonly issuer: string }

/** A JWE (`dir`, A256GCM) under a key of its own, derived from the sealing key. */
export async function sealTransaction(
  { keys, now, issuer }: SealDeps,
  transaction: ConsentTransaction,
  lifetime: number,
): Promise<string> {
  const { id, key } = await keys.current()
  return new EncryptJWT({ transaction })
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: id })
    .setIssuer(issuer)
    .setAudience(issuer)
    .setExpirationTime(Math.floor(now() / 1000) + lifetime)
    .encrypt(consentKey(key))
}

/** The transaction, or `undefined` when it is not ours, was changed, or is too old. */
export async function openTransaction(
  { keys, now, issuer }: SealDeps,
  sealed: string,
): Promise<ConsentTransaction | undefined> {
  let unavailable: unknown
  const keyOf = async (kid: string | undefined): Promise<Uint8Array> => {
    const found = await keys.byId(kid ?? '').catch((error: unknown) => {
      unavailable = error
    })
    if (!found) throw new TypeError('unknown key')
    return consentKey(found.key)
  }
  try {
    const { payload } = await jwtDecrypt(sealed, (header) => keyOf(header.kid), {
      ...{ issuer, audience: issuer, currentDate: new Date(now()) },
      ...{ keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] },
    })
    return ConsentTransaction.parse(payload.transaction)
  } catch {
    if (unavailable instanceof Error) throw unavailable
    return undefined
  }
}

const consentKey = (sealingKey: Uint8Array): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', sealingKey, '', 'chatgpt-dynamics-mcp/consent', 32))
