import { randomUUID } from 'node:crypto'
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build as bundle } from 'esbuild'
import { z } from 'zod'
import { asciiSource } from './ascii-source.ts'
import { inputsOf, viewsPlugin } from './build-views.ts'
import { leanPackages } from './lean/lean-packages.ts'
import { partsKnowWhatIsLoaded } from './lean/loaded-before.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const manifestSchema = z.object({ name: z.string(), version: z.string() })

export type BuildOptions = {
  /** Default: functions/index.ts */
  readonly entry?: string
  /** Default: dist. What was there is replaced when the new build is whole and another. Source maps go to `<outdir>.maps`. */
  readonly outdir?: string
}

export type BuildResult = {
  /** Bytes that Node loads at start: the entry and what it imports at once. */
  readonly startBytes: number
  /** Bytes of all JavaScript, lazily loaded chunks included. */
  readonly totalBytes: number
  /** What is deployed: every file of the folder, with slashes, in order. */
  readonly files: readonly string[]
  /** What it is made of, the views too: paths from the root of the project, in order, and what plugins make (`zones:…`). */
  readonly inputs: readonly string[]
  readonly milliseconds: number
}

type Outputs = Readonly<
  Record<string, { bytes: number; entryPoint?: string; imports: { path: string; kind: string; external?: boolean }[] }>
>

/** CommonJS packages in the bundle call `require`; `@azure/functions` asks the worker for its core this way. */
export const REQUIRE_BANNER =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);"

function bundleApp(entry: string, outdir: string, note: (inputs: readonly string[]) => void) {
  return bundle({
    absWorkingDir: ROOT,
    entryPoints: { index: entry },
    outdir,
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    platform: 'node',
    target: 'node22',
    format: 'esm',
    minify: true,
    keepNames: true,
    sourcemap: 'external',
    legalComments: 'none',
    banner: { js: REQUIRE_BANNER },
    external: ['@azure/functions-core'],
    // A chunk's name depends on its files' paths, which are then the same wherever a link leads.
    preserveSymlinks: true,
    plugins: [partsKnowWhatIsLoaded, viewsPlugin(note), leanPackages, asciiSource],
    metafile: true,
    logLevel: 'warning',
  })
}

function eagerFiles(outputs: Outputs, file: string, seen: Set<string> = new Set()): Set<string> {
  seen.add(file)
  for (const { path, kind, external } of outputs[file]?.imports ?? []) {
    if (kind === 'import-statement' && external !== true && !seen.has(path)) eagerFiles(outputs, path, seen)
  }
  return seen
}

/** The functions themselves, which the entry waits for. */
const FUNCTIONS = 'functions/all.ts'

function measure(outputs: Outputs): Pick<BuildResult, 'startBytes' | 'totalBytes'> {
  const scripts = Object.keys(outputs).filter((file) => file.endsWith('.js'))
  const entry = scripts.find((file) => outputs[file]?.entryPoint !== undefined && file.endsWith('index.js')) ?? ''
  const waitedFor = scripts.find((file) => outputs[file]?.entryPoint === FUNCTIONS)
  const atStart = new Set([entry, waitedFor ?? entry].flatMap((file) => [...eagerFiles(outputs, file)]))
  const bytes = (files: Iterable<string>) => [...files].reduce((sum, file) => sum + (outputs[file]?.bytes ?? 0), 0)
  return { startBytes: bytes(atStart), totalBytes: bytes(scripts) }
}

/** azd puts all of the folder into its zip, and the maps are four times the app: they stay beside it, for whoever reads a stack. */
async function moveMaps(outputs: Outputs, outdir: string, mapsDir: string): Promise<void> {
  await mkdir(mapsDir, { recursive: true })
  for (const file of Object.keys(outputs).filter((name) => name.endsWith('.map'))) {
    const from = join(ROOT, file)
    const to = join(mapsDir, relative(outdir, from))
    await mkdir(dirname(to), { recursive: true })
    await rename(from, to)
  }
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
    .sort()
}

/** Whether two folders hold the same files, byte by byte. */
async function isSame(one: string, other: string): Promise<boolean> {
  const [files, others] = await Promise.all([listFiles(one), listFiles(other).catch(() => [])])
  if (files.join('\n') !== others.join('\n')) return false
  const read = (folder: string) => Promise.all(files.map((file) => readFile(join(folder, file))))
  const [bytes, known] = await Promise.all([read(one), read(other)])
  return bytes.every((file, at) => file.equals(known[at] ?? Buffer.of()))
}

/** One that is the same stays: whoever runs from it loads its chunks when they are needed. */
async function replaceFolder(target: string, next: string): Promise<void> {
  if (await isSame(next, target)) return
  await rm(target, { recursive: true, force: true })
  await rename(next, target)
}

/** A manifest without dependencies: the bundle holds them, and the platform has nothing to install. */
async function writeManifest(outdir: string): Promise<void> {
  const text = await readFile(join(ROOT, 'package.json'), 'utf8')
  const { name, version } = manifestSchema.parse(JSON.parse(text))
  const manifest = { name, version, private: true, type: 'module', main: 'index.js' }
  await writeFile(join(outdir, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
}

/** Most chunks call no `require`: its line is emptied there, and every place in a map stays. */
async function dropUnusedBanners(folder: string): Promise<void> {
  const scripts = (await listFiles(folder)).filter((file) => file.endsWith('.js'))
  await Promise.all(
    scripts.map(async (file) => {
      const text = await readFile(join(folder, file), 'utf8')
      const code = text.replace(REQUIRE_BANNER, '')
      if (code !== text && !/\brequire\b/.test(code)) await writeFile(join(folder, file), code)
    }),
  )
}

/** What esbuild has `keepNames` call for each class and function, each time that one is made. */
const NAME_ALL = /=\((\w+),(\w+)\)=>([\w$]+)\(\1,"name",\{value:\2,configurable:!0\}\)/
const NAME_SOME = '=($1,$2)=>$1.prototype===void 0?$1:$3($1,"name",{value:$2,configurable:!0})'

/**
 * Errors and credentials are told by the names of their classes. To name each arrow function as well, at each call that
 * makes one, was a twentieth of a query: what has no prototype makes no objects, and goes without.
 */
async function nameClassesAlone(folder: string): Promise<void> {
  const scripts = (await listFiles(folder)).filter((file) => file.endsWith('.js'))
  await Promise.all(
    scripts.map(async (file) => {
      const text = await readFile(join(folder, file), 'utf8')
      const code = text.replace(NAME_ALL, NAME_SOME)
      if (code !== text) await writeFile(join(folder, file), code)
    }),
  )
}

/**
 * Writes a folder that is deployed as it is: the bundle, its lazily loaded chunks, host.json and a manifest; the same
 * sources give the same files, byte by byte.
 * @throws BuildFailure of esbuild, with the places of the errors
 */
export async function build(options: BuildOptions = {}): Promise<BuildResult> {
  const started = performance.now()
  const outdir = options.outdir ?? join(ROOT, 'dist')
  // Others may build at the same time.
  const turn = randomUUID()
  const next = `${outdir}.next-${turn}`
  const nextMaps = `${outdir}.maps.next-${turn}`
  try {
    await mkdir(next, { recursive: true })
    const inputs = new Set<string>()
    const note = (some: readonly string[]) => some.forEach((one) => inputs.add(one))
    const { metafile } = await bundleApp(options.entry ?? join(ROOT, 'functions/index.ts'), next, note)
    note(inputsOf(metafile))
    await dropUnusedBanners(next)
    await nameClassesAlone(next)
    await copyFile(join(ROOT, 'host.json'), join(next, 'host.json'))
    await writeManifest(next)
    await moveMaps(metafile.outputs, next, nextMaps)
    await replaceFolder(outdir, next)
    await replaceFolder(`${outdir}.maps`, nextMaps)
    const { startBytes, totalBytes } = measure(metafile.outputs)
    const files = await listFiles(outdir)
    return {
      startBytes,
      totalBytes,
      files,
      inputs: [...inputs].sort(),
      milliseconds: Math.round(performance.now() - started),
    }
  } finally {
    for (const folder of [next, nextMaps]) await rm(folder, { recursive: true, force: true })
  }
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(2)} MB`

const HELP = `npm run build

Writes dist/, which is what gets deployed, and its source maps into dist.maps/. Takes no arguments.
`

const [given] = import.meta.main ? process.argv.slice(2) : []
if (given === '--help' || given === '-h') process.stdout.write(HELP)
else if (given !== undefined) {
  process.stderr.write(`This takes no arguments: ${given}\n\n${HELP}`)
  process.exitCode = 2
} else if (import.meta.main) {
  // esbuild, which builds once here, spends a third of its time on taking back memory that it does not need.
  process.env['GOGC'] ??= 'off'
  const { startBytes, totalBytes, milliseconds } = await build()
  console.log(
    `dist/ built in ${milliseconds} ms: ${megabytes(startBytes)} loaded at start, ${megabytes(totalBytes)} in all`,
  )
}
