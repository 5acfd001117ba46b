import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { toAscii } from '../../../infra/ascii-source.ts'
import { build, type BuildResult } from '../../../infra/build.ts'
import { startFunctionsHost } from '../../sandbox/functions-host/start.ts'

const ENTRY = `
import { app } from '@azure/functions'
import { z } from 'zod'

class NamedError extends Error {}
app.http('hello', {
  route: 'hello/{name}',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: (request) => ({ body: z.string().parse(request.params.name) + ' ' + NamedError.name }),
})
app.http('lazy', {
  route: 'lazy',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: async () => ({ body: typeof (await import('@azure/keyvault-secrets')).SecretClient }),
})
`

let work: string
let outdir: string
let result: BuildResult
beforeAll(async () => {
  work = await mkdtemp(join(process.cwd(), 'node_modules', '.build-test-'))
  outdir = await mkdtemp(join(tmpdir(), 'dist-'))
  await writeFile(join(outdir, 'stale.js'), '')
  await writeFile(join(work, 'entry.ts'), ENTRY)
  result = await build({ entry: join(work, 'entry.ts'), outdir })
})
afterAll(async () => {
  await rm(work, { recursive: true })
  for (const folder of [outdir, `${outdir}.maps`]) await rm(folder, { recursive: true })
})

describe('the bundle', () => {
  test('is a folder of its own, without dependencies and without leftovers', async () => {
    const manifest: unknown = JSON.parse(await readFile(join(outdir, 'package.json'), 'utf8'))
    expect(manifest).toEqual({
      name: 'chatgpt-dynamics-mcp',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      private: true,
      type: 'module',
      main: 'index.js',
    })
    expect((await readdir(outdir)).sort()).toEqual(['chunks', 'host.json', 'index.js', 'package.json'])
  })

  test('lists what is deployed in order, and none of it is a map: azd zips the folder as it is', async () => {
    const found = await readdir(outdir, { recursive: true, withFileTypes: true })
    const names = found.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name))
    expect(result.files).toEqual(names.map((name) => name.slice(outdir.length + 1)).sort())
    expect(
      result.files.filter((name) => !/^(host\.json|package\.json|index\.js|chunks\/[\w.-]+\.js)$/.test(name)),
    ).toEqual([])
    const kept = await readdir(`${outdir}.maps`, { recursive: true })
    for (const script of result.files.filter((name) => name.endsWith('.js'))) expect(kept).toContain(`${script}.map`)
  })

  test('is the same, byte by byte, when it is built again elsewhere', async () => {
    const second = join(outdir, '../', `again-${process.pid}`)
    const again = await build({ entry: join(work, 'entry.ts'), outdir: second })
    expect(again.files).toEqual(result.files)
    for (const file of result.files)
      expect((await readFile(join(second, file))).equals(await readFile(join(outdir, file)))).toBe(true)
    for (const folder of [second, `${second}.maps`]) await rm(folder, { recursive: true })
  })

  test('stays where it is the same, also for several builds at once, and gives way to another', async () => {
    const target = join(outdir, '../', `stays-${process.pid}`)
    const entry = join(work, 'entry.ts')
    await build({ entry, outdir: target })
    const { ino } = await stat(join(target, 'index.js'))
    const [one, other] = await Promise.all([build({ entry, outdir: target }), build({ entry, outdir: target })])
    expect(await stat(join(target, 'index.js'))).toMatchObject({ ino })
    expect([one.files, other.files]).toEqual([result.files, result.files])
    await writeFile(join(target, 'index.js'), 'changed by somebody')
    await build({ entry, outdir: target })
    expect(await readFile(join(target, 'index.js'))).toEqual(await readFile(join(outdir, 'index.js')))
    const beside = (await readdir(join(outdir, '..'))).filter((name) => name.startsWith(`stays-${process.pid}`))
    expect(beside.sort()).toEqual([`stays-${process.pid}`, `stays-${process.pid}.maps`])
    for (const folder of [target, `${target}.maps`]) await rm(folder, { recursive: true })
  })

  test('loads rarely used packages lazily', () => {
    expect(result.startBytes).toBeGreaterThan(50_000)
    expect(result.totalBytes - result.startBytes).toBeGreaterThan(50_000)
  })

  test('runs on the functions host from a folder with no node_modules', async () => {
    const host = await startFunctionsHost({ appDir: outdir, env: {} })
    const bodies = await Promise.all(
      ['hello/you', 'lazy'].map(async (path) => (await fetch(`${host.url}/${path}`)).text()),
    )
    expect(bodies).toEqual(['you NamedError', 'function'])
    await host.close()
  })

  test('an unknown import fails the build', async () => {
    const entry = join(work, 'bad.ts')
    await writeFile(entry, "import 'no-such-package-anywhere'")
    await expect(build({ entry, outdir: join(work, 'out') })).rejects.toThrow('no-such-package-anywhere')
  })
})

test.each([
  ['a regular expression', 'export const text = "5 €".replace(/[£€¥]/u, "EUR")', '5 EUR'],
  ['a class beyond the first plane', 'export const text = "a😀b".replace(/[😀😁]/u, "-")', 'a-b'],
  ['a template', 'export const text = `Let “${1}” – in`', 'Let “1” – in'],
  ['a string and a comment', 'export const text = "naïve…" // …', 'naïve…'],
  ['a pattern of String.raw', 'export const text = "‘a’".replaceAll(new RegExp(String.raw`[‘’]`, "g"), "")', 'a'],
])('%s beyond ASCII becomes ASCII that says the same', async (_, source, expected) => {
  const escaped = toAscii(source, 'a.ts')
  expect(/^[\0-\x7f]*$/.test(escaped)).toBe(true)
  const module: unknown = await import(`data:text/javascript,${encodeURIComponent(escaped)}`)
  expect(module).toMatchObject({ text: expected })
})

test('a backslash before such a character is refused, as it would escape the escape', () => {
  expect(() => toAscii('/\\’/', 'a.ts')).toThrow('a.ts: a backslash')
})
