import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { OnResolveArgs, Plugin, PluginBuild } from 'esbuild'
import { WINDOWS_TO_IANA_MAP, findIana } from 'windows-iana'
import { compiledLate } from './compiled-late.ts'
import { unusedSchemas } from './unused-schemas.ts'

const HERE = fileURLToPath(new URL('.', import.meta.url))

type Lean = {
  /** What an import says. */
  readonly asked: RegExp
  /** The file of this folder that is loaded in its place. */
  readonly instead: string
  /** Whether it is that package which asks. */
  readonly where?: (args: OnResolveArgs) => boolean
}

/** What packages bring along and this app never runs: a cold start would read and compile every byte of it. */
const LEAN: readonly Lean[] = [
  // An object that names fifty languages, which no bundler can take apart.
  {
    asked: /^\.\.\/locales\/index\.js$/,
    instead: 'zod-locales.ts',
    where: ({ resolveDir }) => resolveDir.includes(`${sep}node_modules${sep}zod${sep}`),
  },
  // The SDK makes one for each server, and asks it about schemas that are no zod's alone.
  { asked: /^@modelcontextprotocol\/server\/_shims$/, instead: 'json-schema-validator.ts' },
  // What a source is given that makes its schemas late.
  { asked: /^lean:later$/, instead: 'later.ts' },
  // OpenTelemetry's SDK has these for OTEL_ settings that name them: two thirds of what is loaded after a first answer.
  {
    asked:
      /^@opentelemetry\/(?:exporter-(?:logs|metrics|trace)-otlp-(?:grpc|http|proto)|exporter-(?:prometheus|zipkin)|otlp-(?:grpc-)?exporter-base|propagator-(?:b3|jaeger)|configuration)$/,
    instead: 'other-exporters.cjs',
  },
  // The tables speak JSON; a fault before them may be told in XML.
  { asked: /^@azure\/core-xml$/, instead: 'core-xml.ts', where: ({ importer }) => !importer.startsWith(HERE) },
]

/** Puts smaller files in the place of parts of packages; what they offer is the same for all that this app does. */
export const leanPackages: Plugin = {
  name: 'lean-packages',
  setup: (build) => {
    for (const { asked, instead, where } of LEAN)
      build.onResolve({ filter: asked }, (args) =>
        where?.(args) === false ? undefined : { path: join(HERE, instead) },
      )
    tableOfZones(build)
    unusedSchemas(build)
    compiledLate(build)
  },
}

/** Of its two tables, each there twice, one answer a name is needed: the first one. */
function tableOfZones(build: PluginBuild): void {
  build.onResolve({ filter: /^windows-iana$/ }, ({ path }) => ({ path, namespace: 'zones' }))
  build.onLoad({ filter: /^/, namespace: 'zones' }, () => ({ contents: zonesModule() }))
}

function zonesModule(): string {
  const names = new Set(WINDOWS_TO_IANA_MAP.map(({ windowsName }) => windowsName))
  const first = [...names].map((name) => [name, findIana(name)[0]])
  return `const first = new Map(${JSON.stringify(first)})
export const findIana = (name) => first.has(name) ? [first.get(name)] : []`
}
