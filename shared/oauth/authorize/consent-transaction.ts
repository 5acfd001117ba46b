import { createHmac, hkdfSync } from 'node:crypto'
import { EncryptJWT, jwtDecrypt } from 'jose'
import * as z from 'zod'
import { isCanonicalJwe } from '../../tokens/canonical.ts'
import type { Keys } from '../../tokens/keys.ts'
import { constantTimeEqual } from '../../tokens/token.ts'

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
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: await namedKey(keys, id) })
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
  if (!isCanonicalJwe(sealed)) return undefined
  let unavailable: unknown
  const keyOf = async (kid = ''): Promise<Uint8Array> => {
    const found = await findKey(keys, kid).catch((error: unknown) => {
      unavailable = error
    })
    if (!found) throw new TypeError('unknown key')
    return consentKey(found.key)
  }
  try {
    const { payload } = await jwtDecrypt(sealed, (header) => keyOf(header.kid), {
      issuer,
      audience: issuer,
      currentDate: new Date(now()),
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    })
    return ConsentTransaction.parse(payload.transaction)
  } catch {
    if (unavailable instanceof Error) throw unavailable
    return undefined
  }
}

/**
 * A key id with its proof, under the index key. Anybody can send a transaction, and an id that is unknown has the vault
 * read, which is allowed so often: made-up ids would use that up, and a new key could not be looked for.
 */
async function namedKey(keys: Keys, id: string): Promise<string> {
  const key = hkdfSync('sha256', await keys.index(), '', 'chatgpt-dynamics-mcp/consent-key-id', 32)
  return `${id}.${createHmac('sha256', new Uint8Array(key)).update(id).digest('base64url')}`
}

async function findKey(keys: Keys, kid: string) {
  const id = kid.slice(0, Math.max(0, kid.lastIndexOf('.')))
  return constantTimeEqual(kid, await namedKey(keys, id)) ? keys.byId(id) : undefined
}

const consentKey = (sealingKey: Uint8Array): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', sealingKey, '', 'chatgpt-dynamics-mcp/consent', 32))
