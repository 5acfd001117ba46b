import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import * as z from 'zod'
import type { Bundled } from './bundled-packages.ts'

/** All ask for no more than that their text goes along, which it does. */
const { 'allow-licenses': LICENCES } = z
  .object({ 'allow-licenses': z.array(z.string()).min(1) })
  .parse(parse(readFileSync(join(import.meta.dirname, '../../.github/dependency-review.yml'), 'utf8')))
const ALLOWED: ReadonlySet<string> = new Set(LICENCES)
const TEXTS = join(import.meta.dirname, 'texts')
const FILE = /^(?:licen[cs]e|copying|copyright|notice|third-?party)/i
const FOLDER = /^licen[cs]es$/i

const personSchema = z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)])
const manifestSchema = z.object({ author: personSchema.optional() })

export type Licensed = Bundled & {
  /** Who it names as holder. */
  readonly copyright: readonly string[]
  /** Licence and notices, as they stand in the package. */
  readonly text: string
}

/** A licence that forbids what is done here, or that nobody can pass on. */
export class LicenceError extends Error {
  override readonly name = 'LicenceError'
}

const lines = (text: string): string =>
  `${text
    .replace(/^\uFEFF/, '')
    .replaceAll(/\r\n?/g, '\n')
    .trim()}\n`

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? filesIn(path) : [path]
    })

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return FOLDER.test(entry.name) ? filesIn(path) : []
      return FILE.test(entry.name) ? [path] : []
    })

/** Where we keep the text of one version of a package that has none itself. */
const ownText = ({ name, version }: Bundled): string => join(TEXTS, `${name.replace('/', '+')}@${version}.txt`)

function textOf(bundled: Bundled): string {
  const files = filesOf(bundled.folder)
  if (files.length > 0) return files.map((file) => lines(readFileSync(file, 'utf8'))).join('\n')
  const own = ownText(bundled)
  if (existsSync(own)) return lines(readFileSync(own, 'utf8'))
  throw new LicenceError(
    `${bundled.name}@${bundled.version} (${bundled.licence}) has no file with its licence. Find the text where the package is ` +
      `developed and write it to infra/release/texts/${own.slice(TEXTS.length + 1)}; where there is none, do without the package.`,
  )
}

const COPYRIGHT = /^.{0,20}?\b(Copyright[ \t]+[\w(©].{0,200})$/gm
const BEFORE_NAME = /^Copyright[ \t]+(?:\([cC]\)|©)?[\s\d,–-]*/

/** "Copyright [yyyy] [name of copyright owner]" is the form of Apache's appendix, and a year alone names nobody. */
const namesSomebody = (line: string): boolean => !line.includes('[') && line.replace(BEFORE_NAME, '') !== ''

function holders(text: string, folder: string): string[] {
  const named = [...text.matchAll(COPYRIGHT)].map(([, line = '']) => line.trim()).filter(namesSomebody)
  if (named.length > 0) return [...new Set(named)]
  const { author } = manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')))
  return author === undefined ? [] : [author]
}

/** @throws LicenceError for a licence that nobody allowed, or whose text cannot be passed on */
export function licensed(bundled: Bundled): Licensed {
  const { name, version, licence, folder } = bundled
  if (!ALLOWED.has(licence))
    throw new LicenceError(
      `${name}@${version} has the licence ${licence}, which is not among those that may be passed on (${[...ALLOWED].join(', ')}). ` +
        'Do without the package, or read the licence and add it to .github/dependency-review.yml.',
    )
  const text = textOf(bundled)
  return { ...bundled, copyright: holders(text, folder), text }
}
