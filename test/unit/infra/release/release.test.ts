// Not in a bare npm test: builds a release in two places.
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { homedir, tmpdir, userInfo } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { unzipSync } from 'fflate'
import { checksumFaults } from '../../../../infra/release/checksums.ts'
import { copyProject, type ProjectCopy } from '../../../../infra/rehearsal/world/project-copy.ts'

const run = promisify(execFile)
const ROOT = process.cwd()
/** 31 December 2025, 23:30 UTC: another year, month and day east of Greenwich. */
const DATE = '1767223800'
const VERSION = (JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version
const ZIP = `chatgpt-dynamics-mcp-${VERSION}.zip`
const MAPS = `chatgpt-dynamics-mcp-${VERSION}-maps.zip`
const SBOM = 'sbom.cdx.json'

type Builder = { readonly umask: string; readonly env: Readonly<Record<string, string>> }

const release = ({ umask, env }: Builder, cwd: string) =>
  run('sh', ['-c', `umask ${umask}; exec node infra/release/release.ts --date ${DATE}`], {
    cwd,
    env: { PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter), ...env },
  })

let copy: ProjectCopy
let deep: string
beforeAll(async () => {
  copy = copyProject()
  // The packages are linked here: from another depth they are another way off.
  deep = mkdtempSync(join(tmpdir(), 'another place-'))
  const project = join(deep, 'b', 'Project')
  cpSync(copy.dir, project, { recursive: true, verbatimSymlinks: true })
  mkdirSync(join(deep, 'home'))
  await release({ umask: '022', env: { TZ: 'UTC', LANG: 'C', HOME: homedir(), USER: 'ada' } }, copy.dir)
  const other = { TZ: 'Pacific/Auckland', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8', HOME: join(deep, 'home') }
  await release({ umask: '077', env: { ...other, USER: 'grace', NODE_ENV: 'production' } }, project)
}, 300_000)
afterAll(() => {
  copy.remove()
  rmSync(deep, { recursive: true, force: true })
})

const first = (name: string): Buffer => readFileSync(join(copy.dir, 'release', name))
const textsOf = (name: string): [string, string][] =>
  Object.entries(unzipSync(first(name))).map(([file, bytes]) => [file, Buffer.from(bytes).toString('utf8')])

describe('two builds in two places by two people', () => {
  test.each([ZIP, MAPS, SBOM, 'THIRD-PARTY-NOTICES.txt', 'SHA256SUMS'])('%s is the same, byte for byte', (name) => {
    expect(readFileSync(join(deep, 'b/Project/release', name)).equals(first(name))).toBe(true)
  })

  test('leave these files and no others, and their checksums', async () => {
    const names = readdirSync(join(copy.dir, 'release'))
    expect(names.sort()).toEqual([ZIP, MAPS, SBOM, 'SHA256SUMS', 'THIRD-PARTY-NOTICES.txt'].sort())
    expect(checksumFaults(join(copy.dir, 'release'))).toEqual([])
    if (process.platform === 'linux')
      await expect(run('sha256sum', ['-c', 'SHA256SUMS'], { cwd: join(copy.dir, 'release') })).resolves.toBeDefined()
  })
})

describe('the zip', () => {
  test('is what dist/ is, the licences, and nothing else: host.json stands at its root', () => {
    const dist = join(copy.dir, 'dist')
    const built = readdirSync(dist, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(dist.length + 1))
    const held = unzipSync(first(ZIP))
    expect(Object.keys(held)).toEqual([...built, 'LICENSE', 'THIRD-PARTY-NOTICES.txt'].sort())
    for (const name of built) expect(Buffer.from(held[name] ?? []).equals(readFileSync(join(dist, name)))).toBe(true)
    expect(Object.keys(held)).toEqual(expect.arrayContaining(['host.json', 'index.js', 'package.json']))
    expect(Object.keys(held).filter((name) => name.endsWith('.map'))).toEqual([])
  })

  test.each([ZIP, MAPS])('%s names nobody’s folder, user or hour', (name) => {
    const own = [tmpdir(), copy.dir, ROOT, homedir(), `/home/${userInfo().username}`].filter((one) => one.length > 5)
    for (const [file, text] of textsOf(name))
      for (const one of own) expect([file, text.includes(one)]).toEqual([file, false])
  })

  test('the maps stand in a file of their own, one for each script', () => {
    const scripts = Object.keys(unzipSync(first(ZIP))).filter((name) => name.endsWith('.js'))
    expect(Object.keys(unzipSync(first(MAPS)))).toEqual(scripts.map((name) => `${name}.map`).sort())
  })
})

type Component = { name: string; version: string; purl: string; licenses: unknown[]; hashes: { content: string }[] }
const components = (): Component[] =>
  (JSON.parse(first(SBOM).toString('utf8')) as { components: Component[] }).components
const lock = () =>
  (
    JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
      packages: Record<string, { version: string; integrity: string; license: string }>
    }
  ).packages

/** By what the released maps name, which esbuild writes apart from the list that the SBOM is made of. */
function namedByMaps(): Set<string> {
  const packages = lock()
  const found = new Set<string>()
  for (const [, text] of textsOf(MAPS))
    for (const source of (JSON.parse(text) as { sources: string[] }).sources) {
      const inside =
        /\/\.pnpm\/(?:@[^+]+\+)?[^@/]+@(\d+\.\d+\.\d+)(?:_[^/]*)?\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)
      const path = /(?:node_modules\/(?:@[^/]+\/)?[^/]+\/)+/.exec(source)?.[0].slice(0, -1)
      if (inside) found.add(`${inside[2]}@${inside[1]}`)
      else if (path !== undefined && packages[path] !== undefined)
        found.add(`${path.split('node_modules/').at(-1)}@${packages[path].version}`)
    }
  return found
}

describe('the SBOM', () => {
  test('lists what the maps name, and little that they do not: packages that are bundles without maps, and a table', () => {
    const listed = new Set(components().map(({ name, version }) => `${name}@${version}`))
    const named = namedByMaps()
    expect(named.size).toBeGreaterThan(100)
    expect([...named].filter((one) => !listed.has(one))).toEqual([])
    const besides = [...listed].filter((one) => !named.has(one)).map((one) => one.slice(0, one.lastIndexOf('@')))
    expect(besides.sort()).toEqual(['@azure/functions', '@azure/functions-extensions-base', 'windows-iana'])
  })

  test('lists each copy of a package, what is for development and bundled all the same, and what a package holds inside', () => {
    const versions = (name: string) =>
      components()
        .filter((one) => one.name === name)
        .map((one) => one.version)
    expect(versions('@opentelemetry/core').length).toBeGreaterThan(1)
    expect(versions('supports-color')).toHaveLength(1)
    expect(versions('content-type')).toEqual(['1.0.5'])
    expect(versions('jest')).toEqual([])
  })

  test('has version, package URL, licence and hash as the lock file has them', () => {
    const known = Object.entries(lock())
    for (const { name, version, purl, licenses, hashes } of components()) {
      const found = known.find(([path, one]) => path.endsWith(`node_modules/${name}`) && one.version === version)?.[1]
      expect(purl).toBe(`pkg:npm/${name.replace('@', '%40')}@${version}`)
      expect([name, licenses]).toEqual([name, [{ license: { id: found?.license } }]])
      const sum = Buffer.from(found?.integrity.slice('sha512-'.length) ?? '', 'base64').toString('hex')
      expect([name, hashes.map(({ content }) => content)]).toEqual([name, [sum]])
    }
  })

  test('bears the date of the commit, and a number that is made of what it says', () => {
    expect(JSON.parse(first(SBOM).toString('utf8'))).toMatchObject({
      bomFormat: 'CycloneDX',
      serialNumber: expect.stringMatching(/^urn:uuid:[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/),
      metadata: {
        timestamp: '2025-12-31T23:30:00.000Z',
        component: { name: 'chatgpt-dynamics-mcp', version: VERSION },
      },
    })
  })
})

test('the notices name each package of the SBOM with its licence, and somebody whose it is', () => {
  const text = first('THIRD-PARTY-NOTICES.txt').toString('utf8')
  for (const { name, version, licenses } of components()) {
    const { license } = licenses[0] as { license: { id: string } }
    expect(text).toMatch(new RegExp(`^${name} ${version} \\(${license.id}\\)\n {4}\\S`.replaceAll('.', '\\.'), 'm'))
  }
  expect(text.match(/^\S+ \d\S* \(.*\)$/gm)).toHaveLength(components().length)
  expect(text).not.toMatch(/\r|\[name of copyright owner\]\)$/m)
})
