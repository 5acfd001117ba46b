import { readFile } from 'node:fs/promises'
import type { PluginBuild } from 'esbuild'
import { withLazySchemasIn } from './lazy-schemas.ts'

/** Of the SDK: the schemas of its protocol, and the one module of its own that makes more of them when it is loaded. */
const SCHEMAS =
  /[\\/]@modelcontextprotocol[\\/](?:core[\\/]dist[\\/](?:schemas|auth)|server[\\/]dist[\\/]src)-[\w-]+\.mjs$/
/** A whole statement of its bundles: what is inside of one is indented, or closes a bracket. */
const STATEMENT =
  /^(const \w+ = )((?:z|\w+Schema)\.[^;]*(?:;\n[\t })\]][^;]*)*|new Set\([^;]*|\{\n\tstring: shapeKeys\([^;]*);$/gm
/** Fills two tables with every schema, for programs that check values against them by name. */
const REGISTRATION = /^for \(const .*\) register\(.*\);$/gm

/** What makes all schemas of a revision when the first one is needed, and what names them by method. */
const BUILDER = /^(?:build(?:\$\d)?|registryMaps|getWireResultSchemas)$/
const BUILDERS = /^function registryMaps\(\)/m

/** @throws Error where the SDK no longer looks as this was written for */
export function withoutUnusedSchemas(source: string, name: string): string {
  const marked = source.replace(STATEMENT, '$1/* @__PURE__ */ (() => ($2))();').replace(REGISTRATION, '')
  if (marked === source) throw new Error(`${name}: no schema of the SDK was found`)
  return marked
}

/**
 * A call at the top of a module is an effect to a bundler, so the SDK's thousand schemas would all be kept, and made at
 * every start. Marked as none, those that nothing reaches are left out.
 * @see https://esbuild.github.io/api/#pure
 */
export function unusedSchemas(build: PluginBuild): void {
  build.onLoad({ filter: SCHEMAS }, async ({ path }) => {
    const marked = withoutUnusedSchemas(await readFile(path, 'utf8'), path)
    return { contents: BUILDERS.test(marked) ? withLazySchemasIn(BUILDER, marked, path) : marked, loader: 'js' }
  })
}
