import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { BUILD, makeOnce, RELEASE } from '../../../../infra/rehearsal/azd/service/unchanged.ts'
import { DIST } from '../../../sandbox/start-sandbox.ts'

const work = mkdtempSync(join(tmpdir(), 'build-once-'))
afterAll(() => rmSync(work, { recursive: true }))

let runs = 0
/** Writes what it read, and takes away what an earlier one left. */
const buildIn = (folder: string, also?: string) =>
  makeOnce(folder, BUILD, () => {
    runs += 1
    mkdirSync(join(folder, 'dist'), { recursive: true })
    writeFileSync(join(folder, 'dist/app.js'), `built ${readFileSync(join(folder, 'app.ts'), 'utf8')}`)
    rmSync(join(folder, 'dist/old.js'), { force: true })
    if (also !== undefined) writeFileSync(join(folder, also), 'written')
    return Promise.resolve()
  })

function copy(name: string, source: string, old = false): string {
  const folder = join(work, name)
  mkdirSync(join(folder, 'dist'), { recursive: true })
  writeFileSync(join(folder, 'app.ts'), source)
  if (old) writeFileSync(join(folder, 'dist/old.js'), 'old')
  return folder
}

test.each([
  ['one', 'a', false, 1],
  ['the same elsewhere', 'a', false, 0],
  ['other sources', 'b', false, 1],
  ['the same with what an earlier build left', 'b', true, 0],
  ['others with that', 'd', true, 1],
])(
  '%s: sources %s, with an earlier build beside them %s: runs %i times, and the folder is as after it',
  async (name, source, old, more) => {
    const folder = copy(name, source, old)
    const before = runs
    await buildIn(folder)
    expect(runs - before).toBe(more)
    expect(readFileSync(join(folder, 'dist/app.js'), 'utf8')).toBe(`built ${source}`)
    expect(existsSync(join(folder, 'dist/old.js'))).toBe(false)
  },
)

test('a build that writes elsewhere, too, runs each time', async () => {
  const before = runs
  for (const name of ['elsewhere', 'and again']) {
    const folder = copy(name, 'e')
    await buildIn(folder, 'app.json')
    expect(readFileSync(join(folder, 'app.json'), 'utf8')).toBe('written')
  }
  expect(runs - before).toBe(2)
})

test('a build that fails is not remembered', async () => {
  const folder = copy('failing', 'c')
  await expect(makeOnce(folder, BUILD, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  await buildIn(folder)
  expect(readFileSync(join(folder, 'dist/app.js'), 'utf8')).toBe('built c')
})

test('a release that was made of the same files is found again, words and all; one that failed is not', async () => {
  const makeIn = (folder: string, code: number) =>
    makeOnce(
      folder,
      RELEASE,
      () => {
        runs += 1
        mkdirSync(join(folder, 'release'), { recursive: true })
        writeFileSync(join(folder, 'release/SHA256SUMS'), 'sums')
        return Promise.resolve({ code, output: 'made' })
      },
      (said) => said.code === 0,
    )
  const before = runs
  await expect(makeIn(copy('refused', 'f'), 1)).resolves.toEqual({ code: 1, output: 'made' })
  await expect(makeIn(copy('released', 'f'), 0)).resolves.toEqual({ code: 0, output: 'made' })
  const folder = copy('released again', 'f')
  await expect(makeIn(folder, 0)).resolves.toEqual({ code: 0, output: 'made' })
  expect(readFileSync(join(folder, 'release/SHA256SUMS'), 'utf8')).toBe('sums')
  expect(runs - before).toBe(2)
  mkdirSync(join(folder, 'infra/release'), { recursive: true })
  writeFileSync(join(folder, 'infra/release/notices.ts'), 'another')
  await makeIn(folder, 0)
  expect(runs - before).toBe(3)
})

/** A module and all that it imports of this project, by paths from its root. */
function modulesOf(path: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(path)) return seen
  seen.add(path)
  for (const [, next = ''] of readFileSync(path, 'utf8').matchAll(/(?:from|import)\s*\(?'(\.[\w./-]+)'/g))
    modulesOf(join(dirname(path), next), seen)
  return seen
}

test('all that a build reads of this project counts, and what a hook is, say, does not', () => {
  const maps = readdirSync(`${DIST}.maps`, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.map'),
  )
  const bundled = maps.flatMap((name) => {
    const file = join(`${DIST}.maps`, name)
    const { sources } = JSON.parse(readFileSync(file, 'utf8')) as { readonly sources: readonly string[] }
    return sources.map((source) => relative(process.cwd(), resolve(dirname(file), source)).replaceAll(sep, '/'))
  })
  const own = bundled.filter((path) => /^[a-z]/.test(path) && !path.includes('node_modules/') && existsSync(path))
  const builders = [...modulesOf('infra/build.ts')]
  expect(own.filter((path) => path.startsWith('functions/')).length).toBeGreaterThan(10)
  expect(builders).toEqual(expect.arrayContaining(['infra/lean/unused-schemas.ts', 'infra/build-views.ts']))
  const read = ['host.json', 'package.json', 'tsconfig.json', 'shared/mcp/app/theme.css', ...own, ...builders]
  expect(read.filter((path) => !BUILD.reads(path) || path.startsWith('test/'))).toEqual([])
  const others = [
    'infra/hooks/postdeploy.mjs',
    'infra/main.bicep',
    'infra/app/function.bicep',
    'infra/doctor/diagnose.ts',
    'release/SHA256SUMS',
    '.github/dependency-review.yml',
  ]
  expect(others.filter((path) => BUILD.reads(path))).toEqual([])
})
