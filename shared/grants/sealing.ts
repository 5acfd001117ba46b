import { seal, type SealContext, unseal } from '../tokens/seal.ts'
import type { Sealed } from '../storage/ports.ts'
import type { Token } from '../tokens/token.ts'
import { type GrantDeps, GrantRefused, Sealable } from './types.ts'

type Purpose = keyof Sealable
const ROW: Readonly<Record<Purpose, string>> = {
  code: 'code',
  access: 'access',
  refresh: 'refresh',
  successor: 'refresh',
}

const contextOf = (token: Token, purpose: Purpose, sealingKey: Uint8Array): SealContext => ({
  sealingKey,
  secret: token.value,
  purpose,
  place: `${token.grantId}|${ROW[purpose]}:${token.hash}`,
})

/** Seals a value so that only the holder of `token` can open it, and only in that token's own row. */
export async function sealUnder<P extends Purpose>(
  deps: Pick<GrantDeps, 'keys' | 'random'>,
  token: Token,
  purpose: P,
  value: Sealable[P],
): Promise<Sealed> {
  const { id, key } = await deps.keys.current()
  return { keyId: id, bytes: seal(value, contextOf(token, purpose, key), deps.random) }
}

/** @throws GrantRefused `unreadable` when its key is gone or the row was tampered with */
export async function openWith<P extends Purpose>(
  deps: Pick<GrantDeps, 'keys'>,
  token: Token,
  purpose: P,
  sealed: Sealed | undefined,
): Promise<Sealable[P]> {
  const key = sealed && (await deps.keys.byId(sealed.keyId))
  if (!key) throw new GrantRefused('unreadable', token.grantId)
  const opened = Sealable[purpose].safeParse(unseal(sealed.bytes, contextOf(token, purpose, key.key)))
  if (!opened.success) throw new GrantRefused('unreadable', token.grantId)
  return opened.data as Sealable[P]
}
