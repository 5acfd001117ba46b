import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { WeakKey } from '../../../shared/tokens/keys.ts'
import { createLocalKeys } from '../../../shared/tokens/local-keys.ts'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keys-'))
  file = join(folder, '.keys', 'local.json')
})
afterEach(() => rm(folder, { recursive: true }))

const keysOf = (path = file) => createLocalKeys(path, randomBytes)
const modeOf = async (path: string) => (await stat(path)).mode & 0o777

describe('the first start', () => {
  test('makes a file for its owner alone, in a folder for its owner alone', async () => {
    const { id, key } = await keysOf().current()
    expect({ id, bytes: key.length }).toEqual({ id: 'local', bytes: 32 })
    expect(await modeOf(file)).toBe(0o600)
    expect(await modeOf(join(folder, '.keys'))).toBe(0o700)
  })

  test('of ten workers at once: all have the same keys, and no draft is left', async () => {
    const all = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const keys = keysOf()
        return [(await keys.current()).key, await keys.index()]
      }),
    )
    expect(new Set(all.map((pair) => pair.map((key) => Buffer.from(key).toString('hex')).join())).size).toBe(1)
    expect(await readdir(join(folder, '.keys'))).toEqual(['local.json'])
  })

  test('makes two different keys', async () => {
    const keys = keysOf()
    expect(Buffer.from(await keys.index())).not.toEqual(Buffer.from((await keys.current()).key))
  })
})

test('the next start reads the same keys', async () => {
  const first = await keysOf().current()
  expect(await keysOf().byId('local')).toEqual(first)
})

test('another key id is unknown', async () => {
  expect(await keysOf().byId('v1')).toBeUndefined()
})

describe('a file that is broken is refused and left as it is', () => {
  const GOOD = randomBytes(32).toString('base64url')
  test.each([
    ['empty', ''],
    ['cut off', `{ "sealingKey": "${GOOD}`],
    ['no object', '[]'],
    ['one key', JSON.stringify({ sealingKey: GOOD })],
    ['a short key', JSON.stringify({ sealingKey: GOOD.slice(1), indexKey: GOOD })],
    ['a constant key', JSON.stringify({ sealingKey: 'A'.repeat(43), indexKey: GOOD })],
    ['base64, not base64url', JSON.stringify({ sealingKey: '+/'.repeat(21) + '+', indexKey: GOOD })],
  ])('%s', async (_, content) => {
    await keysOf().current()
    await writeFile(file, content)
    const error: unknown = await keysOf()
      .current()
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(WeakKey)
    expect(String(error)).not.toContain(GOOD.slice(0, 12))
    expect(await readFile(file, 'utf8')).toBe(content)
  })
})
