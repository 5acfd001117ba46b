import { hkdfSync } from 'node:crypto'
import type { Keys } from './keys.ts'

/** What a derived key signs: one for each, or what was signed for one purpose could be played as the other. */
export type Purpose = 'cursor' | 'change' | 'client-id' | 'client-secret'

/**
 * A key that signs what clients hold: of the index key, so that all instances share it and no rotation ends a list half
 * way. As that one never changes, it is derived once in a worker.
 * @see RFC 5869 section 3.2
 */
export function derivedKeyOf(keys: Pick<Keys, 'index'>, purpose: Purpose): () => Promise<Uint8Array> {
  let derived: Uint8Array | undefined
  return async () => (derived ??= derive(await keys.index(), purpose))
}

function derive(indexKey: Uint8Array, purpose: Purpose): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', indexKey, '', `chatgpt-dynamics-mcp/${purpose}`, 32))
}
