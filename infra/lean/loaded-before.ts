import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'esbuild'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const APP = join(ROOT, 'functions/index.ts')
const ALL = 'functions/all.ts'
const REST = 'shared/app/lazy/rest.ts'
const MCP = 'shared/mcp/endpoint/mcp-endpoint.ts'
/** What `functions/all.ts`, and after it `rest.ts`, ask for themselves, for whoever signs in or administers. */
const WITHOUT_MCP =
  /[\\/](?:oauth-endpoints|create-manage|sign-in|current-terms|hiding-api|mcp[\\/]tools|change[\\/]model)\.ts$/
const PART = '?part'

function loadedBefore(part: string): readonly string[] {
  if (part === ALL) return []
  if (part === REST) return [ALL]
  return part === MCP || WITHOUT_MCP.test(part) ? [ALL, REST] : [ALL, REST, MCP]
}

const pathFromRoot = (file: string): string => relative(ROOT, file).replaceAll(sep, '/')

/**
 * Has each part of the app that is loaded late import what was loaded before it. That changes nothing when it runs, but
 * esbuild puts two modules into one chunk only where the same parts reach both: it does not know that some of these were
 * there long before, and would cut what every start loads into a hundred chunks, each of which costs about a millisecond.
 * A part for which too much is named here loads too much, and works.
 */
export const partsKnowWhatIsLoaded: Plugin = {
  name: 'parts-know-what-is-loaded',
  setup: (build) => {
    if (!Object.values(build.initialOptions.entryPoints ?? {}).includes(APP)) return
    build.onResolve({ filter: /^\.\.?\// }, async ({ path, kind, resolveDir, importer, pluginData }) => {
      if (kind !== 'dynamic-import' || pluginData === PART || importer.includes('node_modules')) return undefined
      const found = await build.resolve(path, { kind, resolveDir, importer, pluginData: PART })
      const isPart = found.errors.length === 0 && loadedBefore(pathFromRoot(found.path)).length > 0
      return isPart ? { path: found.path, suffix: PART } : found
    })
    build.onLoad({ filter: /\.ts$/ }, ({ path, suffix }) => {
      if (suffix !== PART) return undefined
      const part = pathFromRoot(path)
      const imports = loadedBefore(part).map((file) => `import './${file}'\n`)
      return { contents: `${imports.join('')}export * from './${part}'\n`, resolveDir: ROOT }
    })
  },
}
