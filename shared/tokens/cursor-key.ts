import { hkdfSync } from 'node:crypto'
import type { Keys } from './keys.ts'

/**
 * The key that signs cursors: of the index key, so that all instances share it and no rotation ends a list half way.
 * As that one never changes, it is derived once in a worker.
 */
export function cursorKeyOf(keys: Keys): () => Promise<Uint8Array> {
  let derived: Uint8Array | undefined
  return async () => (derived ??= derive(await keys.index()))
}

function derive(indexKey: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', indexKey, '', 'chatgpt-dynamics-mcp/cursor', 32))
}
