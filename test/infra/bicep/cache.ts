import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CACHE } from '../bicep-cli.ts'

const FOLDER = join(CACHE, 'results')

/** One name for the same parts in the same order. */
export const digestOf = (parts: readonly (string | Buffer)[]): string => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(`${part.length}:`).update(part)
  return hash.digest('hex').slice(0, 32)
}

/** Writes a file whole or not at all: tests run side by side and write the same. */
export const keepFile = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(path), { recursive: true })
  const draft = `${path}.${randomUUID()}`
  await writeFile(draft, text)
  await rename(draft, path)
}

/** What was kept under this key, or what `make` returns, which is then kept. A failure is not kept. */
export const cached = async <Result>(key: string, make: () => Promise<Result>): Promise<Result> => {
  const path = join(FOLDER, `${key}.json`)
  const kept = await readFile(path, 'utf8').catch(() => undefined)
  if (kept !== undefined) return JSON.parse(kept) as Result
  const result = await make()
  await keepFile(path, JSON.stringify(result))
  return result
}
