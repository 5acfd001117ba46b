import { describe, expect, test } from '@jest/globals'
import { hkdfSync } from 'node:crypto'
import { derivedKeyOf } from '../../../shared/tokens/derived-key.ts'
import { KeysUnavailable, type Keys } from '../../../shared/tokens/keys.ts'

const INDEX_KEY = new Uint8Array(32).map((_, at) => at)
const DERIVED = new Uint8Array(hkdfSync('sha256', INDEX_KEY, '', 'chatgpt-dynamics-mcp/cursor', 32))

/** Keys that cannot be read the first times. */
function keysAfter(failures: number): { readonly keys: Keys; readonly asked: () => number } {
  let asked = 0
  const other = (): Promise<never> => Promise.reject(new Error('no other key signs cursors'))
  const index = async (): Promise<Uint8Array> => {
    asked += 1
    if (asked <= failures) throw new KeysUnavailable('The vault does not answer')
    return INDEX_KEY
  }
  return { keys: { current: other, byId: other, index }, asked: () => asked }
}

describe('the key of cursors', () => {
  test('is derived of the index key once, for all calls of a worker', async () => {
    const { keys, asked } = keysAfter(0)
    const key = derivedKeyOf(keys, 'cursor')
    const first = await key()
    expect(first).toEqual(DERIVED)
    expect(await key()).toBe(first)
    expect(asked()).toBe(1)
  })

  test('is another for changes', async () => {
    const key = await derivedKeyOf(keysAfter(0).keys, 'change')()
    expect(key).toEqual(new Uint8Array(hkdfSync('sha256', INDEX_KEY, '', 'chatgpt-dynamics-mcp/change', 32)))
    expect(key).not.toEqual(DERIVED)
  })

  test('is asked for again after a failure', async () => {
    const { keys, asked } = keysAfter(2)
    const key = derivedKeyOf(keys, 'cursor')
    for (let failed = 0; failed < 2; failed += 1) await expect(key()).rejects.toThrow(KeysUnavailable)
    expect(await key()).toEqual(DERIVED)
    expect(asked()).toBe(3)
  })
})
