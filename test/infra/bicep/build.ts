import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { cached, digestOf } from './cache.ts'
import { compile, compileWith } from './compile.ts'
import { VERSION } from '../bicep-cli.ts'
import { configOf, extensionFilesOf, sourcesOf } from './sources.ts'

export type Template = {
  readonly resources: unknown
  readonly parameters?: Record<string, { readonly type?: string; readonly defaultValue?: unknown }>
  readonly outputs?: Record<string, unknown>
}
export type Diagnostic = {
  readonly level: 'error' | 'warning' | 'note'
  /** A linter rule, or a code such as BCP079. */
  readonly rule: string
  readonly message: string
  readonly file: string
  readonly line: number
}
export type Build = { readonly template: Template | undefined; readonly diagnostics: readonly Diagnostic[] }
export type BuildOptions = {
  /** Absolute path of the configuration to compile with; default: the nearest bicepconfig.json upwards. */
  readonly config?: string
}

/**
 * Compiles every file of this name below a folder, each with the configuration nearest to it. Not kept.
 * `code` is 0 when none of them has an error; files in diagnostics are absolute.
 * @throws Error when the compiler itself fails
 */
export const buildAll = async (
  folder: string,
  name: string,
): Promise<{ code: number; diagnostics: readonly Diagnostic[] }> => {
  const files = globSync(join('**', name), { cwd: folder })
  const builds = await Promise.all(files.map((file) => compile(join(folder, file))))
  const code = builds.every(({ template }) => template !== undefined) ? 0 : 1
  return { code, diagnostics: builds.flatMap(({ diagnostics }) => diagnostics) }
}

const runBuild = async (file: string, config: string | undefined): Promise<Build> => {
  const { template, diagnostics } = await (config === undefined ? compile(file) : compileWith(config, file))
  const folder = dirname(file)
  return { template, diagnostics: diagnostics.map((one) => ({ ...one, file: relative(folder, one.file) })) }
}

/** Changes with all that decides the result: the sources, the configuration, the compiler, and the day for rules that age. */
export const buildKey = (entry: string, config: string | undefined): string => {
  const configFiles = config === undefined ? [] : [config, ...extensionFilesOf(config)]
  const folder = dirname(resolve(entry))
  const sources = sourcesOf(entry).flatMap((file) => [relative(folder, file), readFileSync(file)])
  const today = new Date().toISOString().slice(0, 10)
  return digestOf(['build', VERSION, today, ...sources, ...configFiles.map((file) => readFileSync(file))])
}

/**
 * Compiles one entry file, linter included; the result is kept in .infra-check/ by the content of all sources.
 * `template` is undefined when there are errors. Files in diagnostics are absolute.
 * @throws Error when the compiler itself fails
 */
export const buildTemplate = async (file: string, { config }: BuildOptions = {}): Promise<Build> => {
  const entry = resolve(file)
  const used = config ?? configOf(entry)
  const { template, diagnostics } = await cached(buildKey(entry, used), () => runBuild(entry, used))
  const folder = dirname(entry)
  return { template, diagnostics: diagnostics.map((one) => ({ ...one, file: resolve(folder, one.file) })) }
}
