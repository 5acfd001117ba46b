import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      license: z.string().optional(),
      integrity: z.string().optional(),
    }),
  ),
})
export type Lock = z.infer<typeof lockSchema>
export const parseLock = (text: string): Lock => lockSchema.parse(JSON.parse(text))

/** A package of which the bundle holds something. */
export type Bundled = {
  readonly name: string
  readonly version: string
  /** SPDX. */
  readonly licence: string
  /** Of the registry's archive, `sha512-…` in base64. */
  readonly integrity: string | undefined
  /** Where it is installed: its licence is read there. */
  readonly folder: string
}

const PACKAGE = /(?:node_modules\/(?:@[^/]+\/)?[^/@.][^/]*\/)+/
/** How pnpm lays out what a package was bundled with before it was published. */
const VENDORED = /node_modules\/\.pnpm\/(?:[^/]+)\/node_modules\/((?:@[^/]+\/)?[^/]+)\//
const VENDORED_VERSION = /node_modules\/\.pnpm\/(?:@[^/+]+\+)?[^/@]+@(\d[^/_(]*)/

/** What maps of packages name as sources and is no package of its own, but their own code. */
const OWN_CODE: Readonly<Record<string, string>> = {
  '@modelcontextprotocol/core-internal': '@modelcontextprotocol/server',
}

const nameOf = (key: string): string => key.split('node_modules/').at(-1) ?? key

/** The key in the lock file of the package that a file belongs to; undefined: the file is of this project. */
export const keyOf = (path: string): string | undefined => PACKAGE.exec(path)?.[0].slice(0, -1)

/** Name and version of a package that another one brought along inside its own files. */
const vendoredIn = (source: string): { readonly name: string; readonly version: string } | undefined => {
  const name = VENDORED.exec(source)?.[1]
  const version = VENDORED_VERSION.exec(source)?.[1]
  return name === undefined || version === undefined ? undefined : { name, version }
}

const unknown = (what: string, where: string): Error =>
  new Error(
    `${what} stands in the bundle, and ${where}: nobody knows its version and licence. Say in ` +
      'infra/release/bundled-packages.ts whose code it is, or install that version as a devDependency.',
  )

/** What plugins of the build make: a view's own inputs are told besides, a table has the name of its package. */
const ofPlugin = (input: string): string | undefined => {
  if (input.startsWith('built:')) return undefined
  if (input.startsWith('zones:')) return `node_modules/${input.slice('zones:'.length)}`
  throw unknown(input, 'a plugin made it')
}

function keysOf(inputs: readonly string[], sources: readonly string[], { packages }: Lock): Set<string> {
  const keys = new Set<string>()
  const add = (key: string | undefined) => key !== undefined && keys.add(key)
  for (const input of inputs) add(/^[a-z]+:/.test(input) ? ofPlugin(input) : keyOf(input))
  for (const source of sources) {
    const vendored = vendoredIn(source)
    if (vendored === undefined) continue
    const found = Object.entries(packages).find(
      ([key, { version }]) => nameOf(key) === vendored.name && version === vendored.version,
    )
    if (found === undefined) throw unknown(`${vendored.name}@${vendored.version}`, 'a package has it inside')
    keys.add(found[0])
  }
  return keys
}

/** Sources that maps name below a folder which the lock file does not know. @throws Error for one that nobody explained */
function checkSources(sources: readonly string[], lock: Lock): void {
  for (const source of sources) {
    const key = keyOf(source)
    if (key === undefined || vendoredIn(source) !== undefined || lock.packages[key] !== undefined) continue
    if (OWN_CODE[nameOf(key)] === undefined) throw unknown(key, 'a source map names it')
  }
}

/**
 * The packages of which something stands in the bundle, by name and version, each once: those of the files that esbuild
 * put there, those that such a file was itself bundled from, and those whose data a plugin of the build wrote.
 * @param sources what the bundle's own maps name, as paths from the root of the project
 * @throws Error for something that no package of the lock file explains
 */
export function bundledPackages(
  root: string,
  inputs: readonly string[],
  sources: readonly string[],
  lock: Lock,
): readonly Bundled[] {
  checkSources(sources, lock)
  const found = new Map<string, Bundled>()
  for (const key of [...keysOf(inputs, sources, lock)].sort()) {
    const { version, license, integrity } = lock.packages[key] ?? {}
    if (version === undefined) throw unknown(key, 'package-lock.json does not name it')
    const folder = join(root, key)
    if (!existsSync(folder)) throw new Error(`${key} is not installed in this folder: npm ci`)
    const name = nameOf(key)
    const id = `${name}@${version}`
    if (!found.has(id)) found.set(id, { name, version, licence: license ?? 'none', integrity, folder })
  }
  return [...found].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, bundled]) => bundled)
}
