import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as z from 'zod'
import { decodeKey, type Keys, WeakKey } from './keys.ts'
import type { Random } from './token.ts'

const KeyFile = z.object({ sealingKey: z.string(), indexKey: z.string() })
type KeyFile = z.output<typeof KeyFile>

/** Keys in a file of mode 0600, made at first use. For a developer's machine: config refuses it elsewhere. */
export function createLocalKeys(file: string, random: Random): Keys {
  let loaded: Promise<KeyFile> | undefined
  const load = () => (loaded ??= readOrCreate(file, random))
  const sealingKey = async () => ({ id: 'local', key: decodeKey('sealingKey', (await load()).sealingKey) })
  return {
    current: sealingKey,
    byId: async (id) => (id === 'local' ? sealingKey() : undefined),
    index: async () => decodeKey('indexKey', (await load()).indexKey),
  }
}

async function readOrCreate(file: string, random: Random): Promise<KeyFile> {
  try {
    return await readKeys(file)
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
  }
  const made = { sealingKey: random(32).toString('base64url'), indexKey: random(32).toString('base64url') }
  await createOnce(file, JSON.stringify(made, null, 2), random)
  return readKeys(file)
}

/** A broken file is never replaced: its keys may be all that opens what is stored. JSON's own error would quote them. */
async function readKeys(file: string): Promise<KeyFile> {
  const text = await readFile(file, 'utf8')
  try {
    return KeyFile.parse(JSON.parse(text))
  } catch {
    throw new WeakKey(`${file} does not hold two keys: restore it, or delete it and let everybody sign in anew`)
  }
}

const hasCode = (error: unknown, code: string): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === code

/** Several workers may start at once: a link appears whole or not at all, and the first one wins. */
async function createOnce(file: string, content: string, random: Random): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const draft = `${file}.${random(6).toString('hex')}`
  await writeFile(draft, content, { mode: 0o600, flag: 'wx' })
  try {
    await link(draft, file)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  } finally {
    await unlink(draft)
  }
}
