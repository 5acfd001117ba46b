import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build as bundle, type Plugin, transform } from 'esbuild'

const SOURCES = fileURLToPath(new URL('../shared/mcp/app', import.meta.url))
/** What a browser of the hosts' own lists runs: `light-dark()` and `toSorted` are the newest that the view needs. */
const BROWSERS = ['chrome123', 'firefox120', 'safari17.5']

/**
 * The report view as one file that asks for nothing else: script and style stand in it.
 * @throws BuildFailure of esbuild, with the places of the errors
 */
export async function buildReportView(): Promise<string> {
  const [script, style] = await Promise.all([bundleScript(), minifyStyle()])
  return [
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Report</title>',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<style>${style}</style><body><script type="module">${script}</script></body></html>\n`,
  ].join('')
}

async function bundleScript(): Promise<string> {
  const { outputFiles } = await bundle({
    entryPoints: [join(SOURCES, 'main.ts')],
    bundle: true,
    write: false,
    minify: true,
    platform: 'browser',
    format: 'esm',
    target: BROWSERS,
    legalComments: 'none',
    logLevel: 'warning',
  })
  return outputFiles.map(({ text }) => text).join('')
}

async function minifyStyle(): Promise<string> {
  const source = await readFile(join(SOURCES, 'theme.css'), 'utf8')
  const { code } = await transform(source, { loader: 'css', minify: true, target: BROWSERS })
  return code.trim()
}

/** Gives the app the view under the name by which it asks for it; a lazy import, so it is a chunk that nobody loads at start. */
export const reportViewPlugin: Plugin = {
  name: 'report-view',
  setup: (build) => {
    build.onResolve({ filter: /^built:report-view$/ }, ({ path }) => ({ path, namespace: 'built' }))
    build.onLoad({ filter: /^/, namespace: 'built' }, async () => ({
      contents: `export const html = ${JSON.stringify(await buildReportView())}`,
      loader: 'js',
    }))
  },
}
