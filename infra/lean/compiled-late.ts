import { readFile } from 'node:fs/promises'
import type { PluginBuild } from 'esbuild'

const SCHEMAS = /[\\/]zod[\\/]v4[\\/]core[\\/]schemas\.js$/
/** Where zod keeps the parser that it wrote for objects of one shape. */
const PARSER = 'let fastpass;'
/** Where it asks whether it may write one. */
const MAY_COMPILE = 'if (jit && fastEnabled && '
/** To write and compile one costs as much as to read some two hundred objects without it. */
export const READ_BEFORE = 200

/** @throws Error where zod no longer looks as this was written for */
export function withParsersLate(source: string, name: string): string {
  for (const text of [PARSER, MAY_COMPILE])
    if (source.split(text).length !== 2) throw new Error(`${name}: zod does not compile parsers as it did`)
  return source
    .replace(PARSER, 'let fastpass, read = 0;')
    .replace(MAY_COMPILE, `if (jit && fastEnabled && (fastpass || ++read > ${READ_BEFORE}) && `)
}

/**
 * zod writes the source of a parser for each schema of an object when that reads its first value, and has it compiled.
 * A schema that has read few still reads them as it does where nothing may be compiled: the same values, the same
 * errors. A first question would pay for dozens of parsers, most of which read one value.
 */
export function compiledLate(build: PluginBuild): void {
  build.onLoad({ filter: SCHEMAS }, async ({ path }) => ({
    contents: withParsersLate(await readFile(path, 'utf8'), path),
    loader: 'js',
  }))
}
