import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build, stop } from 'esbuild'
import { viewsPlugin } from '../../../../../infra/build-views.ts'
import type * as mortal from './mortal.ts'

type Mortal = typeof mortal

const ENTRY = fileURLToPath(new URL('mortal.ts', import.meta.url))
/** Where esbuild's helper for functions that wait goes on after an await. */
const AWAIT = /Promise\.resolve\((\w+\.value)\)\.then\(fulfilled, rejected\)/g
const REQUIRE = "import { createRequire as __require } from 'node:module'; const require = __require(import.meta.url);"

/**
 * Our code and its packages with each `await` as a call of {@link Mortal.hop}: Node has no way to stop a function that
 * waits, and a process for each await would take minutes.
 */
export async function buildMortal(): Promise<Mortal> {
  const { outputFiles } = await build({
    entryPoints: [ENTRY],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    supported: { 'async-await': false, 'async-generator': false, 'for-await': false },
    banner: { js: REQUIRE },
    plugins: [viewsPlugin()],
    logLevel: 'error',
  })
  await stop()
  const [{ text } = { text: '' }] = outputFiles
  let found = 0
  const code = text.replaceAll(AWAIT, (_whole, value: string) => {
    found += 1
    return `hop(${value}, fulfilled, rejected)`
  })
  if (found !== 1) throw new Error('esbuild writes functions that wait otherwise than it did')
  const folder = await mkdtemp(join(tmpdir(), 'mortal-'))
  try {
    const file = join(folder, 'mortal.mjs')
    await writeFile(file, code)
    return (await import(pathToFileURL(file).href)) as Mortal
  } finally {
    await rm(folder, { recursive: true })
  }
}
