import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cached, digestOf } from './cache.ts'
import { compile, compileWith } from './compile.ts'
import { runBicep, VERSION } from '../bicep-cli.ts'
import { configOf, extensionsOf, sourcesOf } from './sources.ts'

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

const SARIF = ['--diagnostics-format', 'sarif']
type Sarif = {
  runs: {
    results: {
      ruleId: string
      level?: 'error' | 'note'
      message: { text: string }
      locations: { physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } } }[]
    }[]
  }[]
}

/** SARIF leaves the level out where it is its default, `warning`: §3.27.10 of SARIF 2.1.0. */
const readDiagnostics = (text: string, folder: string): Diagnostic[] =>
  (JSON.parse(text) as Sarif).runs.flatMap(({ results }) =>
    results.map(({ ruleId, level, message, locations: [location] }) => ({
      level: level ?? 'warning',
      rule: ruleId,
      message: message.text,
      file: location ? relative(folder, fileURLToPath(location.physicalLocation.artifactLocation.uri)) : '',
      line: location?.physicalLocation.region.startLine ?? 0,
    })),
  )

/** Types that lie on this machine are unpacked at the first use; a registry is not asked, for it may be out of reach. */
const restoreFlag = (config: string | undefined): string[] =>
  config !== undefined && extensionsOf(config).remote ? ['--no-restore'] : []

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
  if (config !== undefined && !extensionsOf(config).remote) {
    const { template, diagnostics } = await compileWith(config, file)
    const folder = dirname(file)
    return { template, diagnostics: diagnostics.map((one) => ({ ...one, file: relative(folder, one.file) })) }
  }
  const { code, stdout, stderr } = await runBicep([
    'build',
    file,
    '--stdout',
    ...SARIF,
    ...restoreFlag(config),
    ...(config === undefined ? [] : ['--config', config]),
  ])
  if (!stderr.trimStart().startsWith('{')) throw new Error(`${file}: ${stderr.trim() || 'bicep failed'}`)
  const diagnostics = readDiagnostics(stderr, dirname(file))
  return { template: code === 0 ? (JSON.parse(stdout) as Template) : undefined, diagnostics }
}

/** Changes with all that decides the result: the sources, the configuration, the compiler, and the day for rules that age. */
export const buildKey = (entry: string, config: string | undefined): string => {
  const configFiles = config === undefined ? [] : [config, ...extensionsOf(config).files]
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
