import { createHmac, hkdfSync } from 'node:crypto'
import { EncryptJWT, errors, jwtDecrypt } from 'jose'
import * as z from 'zod'
import type { Cookie } from '../../http/message.ts'
import { isCanonicalJwe } from '../../tokens/canonical.ts'
import type { Keys } from '../../tokens/keys.ts'
import { constantTimeEqual } from '../../tokens/token.ts'

/** What a visitor has just done; shown once, on the next page. */
const Notice = z.enum(['ended', 'ended-all', 'nothing-ended'])
export type Notice = z.output<typeof Notice>

/** Somebody who signed in at `/me`. It rests in their cookie alone, sealed, and ends by itself. */
const Visitor = z.strictObject({
  /** Of this sign-in; the forms of its pages are bound to it. */
  id: z.string(),
  userId: z.string(),
  tenantId: z.string(),
  username: z.string().optional(),
  /** Epoch milliseconds; nothing prolongs a visit. */
  since: z.number(),
  notice: Notice.optional(),
})
export type Visitor = z.output<typeof Visitor>

export const VISIT_SECONDS = 600
/** The cookie outlives its visit, so that a page that was left open can say what happened. */
const COOKIE_SECONDS = 3_600
/** `__Host-`: no other host, subdomain or path can set it, and so nobody put another person's visit in its place. */
export const VISIT_COOKIE = '__Host-me'

type Deps = { readonly keys: Pick<Keys, 'index'>; readonly now: () => number; readonly issuer: string }
type Purpose = 'visit' | 'visit-form'

/** Of the index key: no request can name a key, and no rotation ends a visit half way. */
const keyFor = async ({ keys }: Pick<Deps, 'keys'>, purpose: Purpose): Promise<Uint8Array> =>
  new Uint8Array(hkdfSync('sha256', await keys.index(), '', `chatgpt-dynamics-mcp/${purpose}`, 32))

const audienceOf = (issuer: string): string => `${issuer}/me`

/** A JWE (`dir`, A256GCM) in a cookie. @throws KeysUnavailable */
export async function visitCookie(deps: Deps, visitor: Visitor): Promise<Cookie> {
  const value = await new EncryptJWT({ visitor })
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .setIssuer(deps.issuer)
    .setAudience(audienceOf(deps.issuer))
    .setExpirationTime(Math.floor(visitor.since / 1000) + VISIT_SECONDS)
    .encrypt(await keyFor(deps, 'visit'))
  return { name: VISIT_COOKIE, value, maxAge: COOKIE_SECONDS }
}

/** The visitor; `ended` for a visit of ours that is over, `undefined` for anything else. @throws KeysUnavailable */
export async function readVisit(
  deps: Deps,
  cookies: ReadonlyMap<string, string>,
): Promise<Visitor | 'ended' | undefined> {
  const value = cookies.get(VISIT_COOKIE)
  if (value === undefined || !isCanonicalJwe(value)) return undefined
  const key = await keyFor(deps, 'visit')
  try {
    const { payload } = await jwtDecrypt(value, key, {
      issuer: deps.issuer,
      audience: audienceOf(deps.issuer),
      currentDate: new Date(deps.now()),
      requiredClaims: ['exp'],
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    })
    return Visitor.parse(payload.visitor)
  } catch (error) {
    return error instanceof errors.JWTExpired ? 'ended' : undefined
  }
}

/** What the forms of a visitor's pages carry: whoever has not seen a page of this visit cannot send one. */
export async function formProof(deps: Pick<Deps, 'keys'>, { id }: Visitor): Promise<string> {
  return createHmac('sha256', await keyFor(deps, 'visit-form'))
    .update(id)
    .digest('base64url')
}

export const provesForm = async (deps: Pick<Deps, 'keys'>, visitor: Visitor, proof: string): Promise<boolean> =>
  constantTimeEqual(proof, await formProof(deps, visitor))
