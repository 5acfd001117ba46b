import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'
import { withLazySchemas } from './lean/lazy-schemas.ts'

const OWN = /[\\/](?:shared|functions)[\\/].*\.ts$/
/** By code units: an escape of each half of a pair is the same text, also in a regular expression with the flag u. */
const BEYOND_ASCII = /[^\0-\x7f]/g
const escapeOf = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`

/**
 * A source in which all beyond ASCII is an escape; line breaks stay where they are.
 * @throws Error where a backslash stands before such a character, which would then escape the escape
 */
export function toAscii(source: string, name: string): string {
  if (/\\[^\0-\x7f]/.test(source)) throw new Error(`${name}: a backslash before a character beyond ASCII`)
  return source.replace(BEYOND_ASCII, escapeOf)
}

/**
 * V8 keeps a script of ASCII in one byte a character, and in two for a single character beyond: 26 of them cost 1.3 MB
 * of each worker. esbuild escapes them in strings, but not in regular expressions and templates, so they are escaped
 * before it reads them. Of a template that means its cooked text; of `String.raw` only a pattern may be made.
 * @see https://esbuild.github.io/api/#charset
 */
export const asciiSource: Plugin = {
  name: 'ascii-source',
  setup: (build) => {
    build.onLoad({ filter: OWN }, async ({ path }) => {
      if (path.includes('node_modules')) return undefined
      return { contents: toAscii(withLazySchemas(await readFile(path, 'utf8'), path), path), loader: 'ts' }
    })
  },
}
