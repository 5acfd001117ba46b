import { hkdfSync } from 'node:crypto'
import type { Keys } from './keys.ts'

/** The key that signs cursors: of the index key, so that all instances share it and no rotation ends a list half way. */
export async function cursorKey(keys: Keys): Promise<Uint8Array> {
  return new Uint8Array(hkdfSync('sha256', await keys.index(), '', 'chatgpt-dynamics-mcp/cursor', 32))
}
