import { randomUUID } from 'node:crypto'
import { copyFile, mkdir, rm } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { CACHE } from '../bicep-cli.ts'
import type { Build, Diagnostic, Template } from './build.ts'
import { askBicep } from './server/shared.ts'
import { sourcesOf } from './sources.ts'

type Compiled = {
  readonly contents?: string | null
  readonly diagnostics: readonly {
    readonly source: string
    /** Lines from 0. */
    readonly range: { readonly start: { readonly line: number } }
    readonly level: 'Error' | 'Warning' | 'Info'
    readonly code: string
    readonly message: string
  }[]
}
const LEVELS = { Error: 'error', Warning: 'warning', Info: 'note' } as const

/**
 * Compiles a file with the configuration nearest to it. Files in diagnostics are absolute.
 * @throws Error when the compiler itself fails
 */
export async function compile(path: string): Promise<Build> {
  const { contents, diagnostics } = (await askBicep('bicep/compile', { path })) as Compiled
  return {
    template: typeof contents === 'string' ? (JSON.parse(contents) as Template) : undefined,
    diagnostics: diagnostics.map(({ source, range, level, code, message }): Diagnostic => {
      return { level: LEVELS[level], rule: code, message, file: source, line: range.start.line + 1 }
    }),
  }
}

function commonFolder(files: readonly string[]): string {
  let folder = dirname(files[0] ?? '')
  while (files.some((file) => relative(folder, file).startsWith('..'))) folder = dirname(folder)
  return folder
}

/**
 * Compiles a file with another configuration than the nearest, which the compiler's JSON-RPC does not take: a copy of it
 * and of all that it rests on, beside that configuration. Files in diagnostics are those that were copied.
 * @throws Error when the compiler itself fails
 */
export async function compileWith(config: string, entry: string): Promise<Build> {
  const sources = sourcesOf(entry)
  const from = commonFolder(sources)
  const copy = join(CACHE, 'work', randomUUID())
  const inCopy = (file: string) => join(copy, relative(from, file))
  try {
    for (const file of sources) {
      await mkdir(dirname(inCopy(file)), { recursive: true })
      await copyFile(file, inCopy(file))
    }
    await copyFile(config, join(copy, 'bicepconfig.json'))
    const { template, diagnostics } = await compile(inCopy(resolve(entry)))
    return { template, diagnostics: diagnostics.map((one) => ({ ...one, file: join(from, relative(copy, one.file)) })) }
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
}
