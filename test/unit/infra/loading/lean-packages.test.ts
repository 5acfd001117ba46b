// Not in a bare npm test: builds and starts programs; the build as such stays, in ../build.test.ts.
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type * as CoreXml from '@azure/core-xml'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { build } from 'esbuild'
import { findIana, WINDOWS_TO_IANA_MAP } from 'windows-iana'
import * as z from 'zod'
import { REQUIRE_BANNER } from '../../../../infra/build.ts'
import { READ_BEFORE, withParsersLate } from '../../../../infra/lean/compiled-late.ts'
import { leanPackages } from '../../../../infra/lean/lean-packages.ts'

const ENTRY = `
export { zoneOf } from './shared/dataverse/local-time.ts'
export { parseXML, stringifyXML } from '@azure/core-xml'
export { DefaultJsonSchemaValidator } from '@modelcontextprotocol/server/_shims'
export * as z from 'zod'
export { createExporter } from './shared/telemetry/exporter.ts'
`

type Lean = typeof CoreXml & {
  readonly zoneOf: (name: string | undefined) => { readonly iana: string; readonly known: boolean }
  readonly DefaultJsonSchemaValidator: new () => { readonly getValidator: (schema: unknown) => unknown }
  readonly z: typeof z
}

const run = promisify(execFile)
let folder: string
let file: string
let lean: Lean
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lean-'))
  const { outputFiles } = await build({
    stdin: { contents: ENTRY, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    write: false,
    outdir: folder,
    platform: 'node',
    format: 'esm',
    banner: { js: REQUIRE_BANNER },
    plugins: [leanPackages],
  })
  file = join(folder, 'lean.mjs')
  await writeFile(file, outputFiles.map(({ contents }) => contents)[0] ?? '')
  lean = (await import(pathToFileURL(file).href)) as Lean
})
afterAll(async () => await rm(folder, { recursive: true }))

test('every time zone of Windows is the same one as by the package itself', () => {
  const names = new Set(WINDOWS_TO_IANA_MAP.map(({ windowsName }) => windowsName))
  expect(names.size).toBeGreaterThan(130)
  for (const name of names) expect(lean.zoneOf(name)).toEqual({ name, iana: findIana(name)[0], known: true })
})

test.each(['', 'Nowhere Standard Time', 'constructor', '__proto__', 'gmt standard time'])('%j is no zone', (name) => {
  expect(findIana(name)).toEqual([])
  expect(lean.zoneOf(name)).toEqual({ name, iana: 'Etc/UTC', known: false })
})

test('XML is read as by the package itself, and none is written', async () => {
  const text = '<error xmlns="urn:x"><code>Busy</code><message lang="en">Wait &amp; see</message></error>'
  expect(await lean.parseXML(text)).toEqual({
    $: { xmlns: 'urn:x' },
    code: 'Busy',
    message: { $: { lang: 'en' }, _: 'Wait & see' },
  })
  await expect(lean.parseXML('')).rejects.toThrow()
  expect(() => lean.stringifyXML({})).toThrow('nothing is sent as XML')
})

test('a JSON schema that is not zod’s finds no validator, and says so', () => {
  const validator = new lean.DefaultJsonSchemaValidator()
  expect(() => validator.getValidator({ type: 'object' })).toThrow('no validator of JSON schemas is deployed')
})

/** In a process of its own, which it would change for all others. */
async function exporting(environment: Readonly<Record<string, string>>): Promise<string> {
  const script = `
    const { createExporter } = await import(${JSON.stringify(pathToFileURL(file).href)})
    const onFailure = ({ name, message }) => console.log(name + ': ' + message)
    const connectionString = 'InstrumentationKey=6b7e1516-28ae-4d2a-9f4c-3c4fcf098815;IngestionEndpoint=http://127.0.0.1:9'
    await createExporter({ connectionString, onFailure }).start()
    process.exit()`
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { env: environment })
  return stdout
}

test.each([
  ['OTEL_PROPAGATORS', 'b3', 'B3Propagator'],
  ['OTEL_PROPAGATORS', 'tracecontext,jaeger', 'JaegerPropagator'],
])('%s=%s, which is not deployed, is told by name and with what mends it', async (name, value, missing) => {
  expect(await exporting({ [name]: value })).toMatch(
    new RegExp(`^OtherExporterLeftOut: ${missing} is not deployed: .* Take away the OTEL_ setting`),
  )
})

test.each([
  [{}],
  [{ OTEL_PROPAGATORS: 'tracecontext,baggage' }],
  [{ OTEL_TRACES_EXPORTER: 'otlp', OTEL_METRICS_EXPORTER: 'prometheus', OTEL_LOGS_EXPORTER: 'console' }],
])('with %j it exports as ever', async (environment) => {
  expect(await exporting(environment)).toBe('')
})

test('what zod says of a value, it says as ever', () => {
  const values: unknown[] = [1, 'x', null, undefined, {}, { a: 1 }, { a: 'b', c: 'x' }, []]
  const says = (zod: typeof z) =>
    values.map(
      (value) => zod.strictObject({ a: zod.string().min(2), c: zod.enum(['y']) }).safeParse(value).error?.issues,
    )
  expect(says(lean.z)).toEqual(says(z))
  expect(Object.keys(lean.z.locales)).toEqual(['en'])
})

/** How often zod has had a source compiled meanwhile. */
function compiledBy(work: () => void): number {
  const { Function: own } = globalThis
  let compiled = 0
  globalThis.Function = new Proxy(own, {
    construct: (target, given: string[]) => {
      compiled += 1
      return new target(...given)
    },
  })
  try {
    work()
    return compiled
  } finally {
    globalThis.Function = own
  }
}

test('zod compiles a parser for what it has read often, and says the same before and after', () => {
  const values: unknown[] = [{ a: 'xy' }, { a: 'x', c: 1 }, {}, { a: 'xy', b: { d: 1, e: 2 }, f: 3 }, { b: { d: 'x' } }]
  const schemaOf = (zod: typeof z) =>
    zod.looseObject({ a: zod.string().min(2), b: zod.object({ d: zod.int().default(4) }).optional() })
  const [ours, own] = [schemaOf(lean.z), schemaOf(z)]
  const inner = lean.z.object({ g: lean.z.string() })
  expect(inner.safeParse({ g: 'x' }).success).toBe(true)
  const readAll = () => values.map((value) => ours.safeParse(value))
  const expected = values.map((value) => own.safeParse(value))
  const before = Math.floor(READ_BEFORE / values.length)
  const plain = compiledBy(() => {
    for (let round = 0; round < before; round++) expect(readAll()).toEqual(expected)
  })
  const often = compiledBy(() => {
    for (let round = 0; round < before; round++) expect(readAll()).toEqual(expected)
  })
  expect([plain, often]).toEqual([0, 1])
})

test.each([
  '',
  'let fastpass;',
  'if (jit && fastEnabled && a) {}',
  'let fastpass; let fastpass; if (jit && fastEnabled && ',
])('a zod that does this otherwise fails the build: %j', (source) =>
  expect(() => withParsersLate(source, 'schemas.js')).toThrow('schemas.js: zod does not compile'),
)
