import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build as bundle, type Metafile, type Plugin, transform } from 'esbuild'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SOURCES = join(ROOT, 'shared/mcp/app')
/** What a browser of the hosts' own lists runs: `light-dark()` and `toSorted` are the newest that the views need. */
const BROWSERS = ['chrome123', 'firefox120', 'safari17.5']
const VIEWS = {
  report: { title: 'Report', script: 'main.ts', styles: ['theme.css', 'draw/chart.css', 'answers/answers.css'] },
  change: { title: 'Change', script: 'change/main.ts', styles: ['theme.css', 'change/change.css'] },
} as const

export type ViewName = keyof typeof VIEWS
/** Is told what a bundle is made of. */
type NoteInputs = (inputs: readonly string[]) => void

/** The files, by their paths from the root, of which something stands in the output. */
export const inputsOf = ({ outputs }: Metafile): string[] =>
  Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  )

/**
 * A view as one file that asks for nothing else: script and style stand in it.
 * @throws BuildFailure of esbuild, with the places of the errors
 */
export async function buildView(name: ViewName, note?: NoteInputs): Promise<string> {
  const { title, script: entry, styles } = VIEWS[name]
  const [script, style] = await Promise.all([bundleScript(entry, note), minifyStyle(styles)])
  return [
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<style>${style}</style><body><script type="module">${script}</script></body></html>\n`,
  ].join('')
}

async function bundleScript(entry: string, note: NoteInputs | undefined): Promise<string> {
  const { outputFiles, metafile } = await bundle({
    absWorkingDir: ROOT,
    entryPoints: [join(SOURCES, entry)],
    bundle: true,
    write: false,
    minify: true,
    platform: 'browser',
    format: 'esm',
    target: BROWSERS,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  })
  note?.(inputsOf(metafile))
  return outputFiles.map(({ text }) => text).join('')
}

async function minifyStyle(files: readonly string[]): Promise<string> {
  const sources = await Promise.all(files.map((file) => readFile(join(SOURCES, file), 'utf8')))
  const { code } = await transform(sources.join('\n'), { loader: 'css', minify: true, target: BROWSERS })
  return code.trim()
}

/** Gives the app each view under the name by which it asks for it; lazy imports, so they are chunks that nobody loads at start. */
export const viewsPlugin = (note?: NoteInputs): Plugin => ({
  name: 'views',
  setup: (build) => {
    build.onResolve({ filter: /^built:(?:report|change)-view$/ }, ({ path }) => ({ path, namespace: 'built' }))
    build.onLoad({ filter: /^/, namespace: 'built' }, async ({ path }) => ({
      contents: `export const html = ${JSON.stringify(await buildView(path === 'built:change-view' ? 'change' : 'report', note))}`,
      loader: 'js',
    }))
  },
})
