import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'

const PAGES = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.md'], {
  encoding: 'utf8',
})
  .stdout.split('\0')
  .filter((page) => page !== '' && existsSync(page))
const read = (path: string): string => readFileSync(path, 'utf8')
const manifest = z
  .object({ version: z.string(), scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(read('package.json')))

/** Made by hand or by a build, so not in a fresh checkout. */
const NOT_COMMITTED = ['local.settings.json', 'purge.json', 'dist/']
const FOLDERS = /^(functions|shared|test|infra|\.ci|\.github)\//

const commandsIn = (text: string): string[] =>
  [...text.matchAll(/\bnpm (?:run ([\w:-]+)|(test|start)\b)/g)].map(([, script, short]) => script ?? short ?? '')

const linksIn = (text: string): string[] =>
  [...text.matchAll(/\]\(([^)#\s]+)/g)].map(([, target]) => target ?? '').filter((target) => !/^<?[a-z]+:/.test(target))

/** As GitHub names a heading: letters, digits, dashes and underscores of it, each space a dash. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => anchorOf(heading ?? ''))

/** Links to a heading, of this page or of another one, that is not there. */
const lostAnchorsIn = (page: string, text: string): string[] =>
  [...text.matchAll(/\]\(([^)#\s:]*)#([^)\s]+)\)/g)]
    .filter(([, target = '', anchor = '']) => {
      const file = target === '' ? page : join(dirname(page), target)
      return !existsSync(file) || !anchorsOf(read(file)).includes(anchor)
    })
    .map(([link]) => link)

const pathsIn = (text: string): string[] =>
  [...text.matchAll(/`([^`\s<>*…]+)`|\bnode ((?:test|infra)\/\S+\.ts)/g)]
    .map(([, quoted, script]) => quoted ?? script ?? '')
    .filter((path) => FOLDERS.test(path) || /^[\w.-]+\.(md|ts|json)$/.test(path))
    .filter((path) => !NOT_COMMITTED.includes(path))

describe.each(PAGES)('%s', (page) => {
  const text = read(page)

  test('names only npm scripts that exist', () => {
    expect(commandsIn(text).filter((name) => !(name in manifest.scripts))).toEqual([])
  })

  test('links only to files that exist', () => {
    expect(linksIn(text).filter((target) => !existsSync(join(dirname(page), target)))).toEqual([])
  })

  test('links only to headings that exist', () => {
    expect(lostAnchorsIn(page, text)).toEqual([])
  })

  test('names only files and folders that exist', () => {
    const missing = (path: string) => !existsSync(path) && !existsSync(join(dirname(page), path))
    expect(pathsIn(text).filter(missing)).toEqual([])
  })
})

test('each npm script is told of in a document', () => {
  const told = new Set(PAGES.flatMap((page) => commandsIn(read(page))))
  expect(Object.keys(manifest.scripts).filter((name) => !told.has(name))).toEqual([])
})

test('the checks above find something to check', () => {
  const readme = read('README.md')
  expect(PAGES).toEqual(expect.arrayContaining(['README.md', 'infra/costs.md', 'test/clients/README.md']))
  expect(commandsIn(readme)).toEqual(expect.arrayContaining(['demo', 'sandbox', 'rehearse', 'doctor']))
  expect(commandsIn(read('CONTRIBUTING.md'))).toEqual(expect.arrayContaining(['storage', 'start']))
  expect(anchorsOf(read('infra/README.md'))).toContain('8-update-and-go-back')
  expect(
    lostAnchorsIn('README.md', 'a [link](infra/README.md#6-verify), a [lost one](infra/README.md#7-verify)'),
  ).toEqual(['](infra/README.md#7-verify)'])
  expect(linksIn(readme)).toContain('infra/README.md')
  expect(pathsIn(readme)).toContain('shared/oauth/')
})

/** `[“name”](file.test.ts)`, in the words of the file: those of a test, a block of tests, or the title of a table. */
const provenIn = (text: string): { readonly name: string; readonly file: string }[] =>
  [...text.matchAll(/\[“([^”]+)”\]\(([^)\s]+\.test\.ts)\)/g)].map(([, name = '', file = '']) => ({ name, file }))
const isTitle = ({ name, file }: { readonly name: string; readonly file: string }): boolean =>
  ["'", '`'].some((quote) => [', ', ',\n'].some((end) => read(file).includes(`${quote}${name}${quote}${end}`)))

test('each attack on writing has tests that exist', () => {
  const [, section = ''] = read('SECURITY.md').split('### Attacks on writing')
  const rows = (section.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('| '))
  const attacks = rows.filter((row) => !/^\| (?:Attack|---) /.test(row))
  expect(attacks.length).toBeGreaterThan(20)
  expect(attacks.filter((row) => provenIn(row).length === 0)).toEqual([])
  expect(provenIn(section).filter((one) => !isTitle(one))).toEqual([])
})

test.each(['functions', 'shared', 'infra', 'test/sandbox'])(
  'whoever changes a folder of %s learns what to run',
  (parent) => {
    const [, section = ''] = read('CONTRIBUTING.md').split('## Changed this → run that')
    const changed = section.split('\n').flatMap((line) => pathsIn(line.split('|')[1] ?? ''))
    const folders = readdirSync(parent, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    const named = (name: string) => changed.some((path) => path.startsWith(`${parent}/${name}/`))
    const general = changed.includes(`${parent}/`)
    expect(folders.map(({ name }) => name).filter((name) => !general && !named(name))).toEqual([])
    expect(general || folders.length > 0).toBe(true)
  },
)

/** A line of pipes that no line of dashes makes a table of is shown as it is typed. */
const brokenTablesIn = (text: string): string[] =>
  text
    .replaceAll(/^```[^]*?^```/gm, '')
    .split(/\n(?!\|)/)
    .flatMap((block) => {
      const rows = block.split('\n').filter((line) => line.startsWith('|'))
      const [heads = '', dashes = ''] = rows
      const before = block.split('\n')[0] ?? ''
      const isAlone = before === '' || before.startsWith('|') || before.startsWith('<!--')
      return rows.length > 0 && !(isAlone && /^\|(?: *:?-+:? *\|)+$/.test(dashes)) ? [heads] : []
    })

test.each(PAGES)('%s: every table is one', (page) => {
  expect(brokenTablesIn(read(page))).toEqual([])
})

test('a table without its line of dashes, or right behind a paragraph, is found', () => {
  const good = 'text\n\n| a | b |\n| --- | --- |\n| c | d |\n\n<!-- prettier-ignore -->\n| e |\n| - |\n'
  expect(brokenTablesIn(good)).toEqual([])
  expect(brokenTablesIn(`${good}\n| f | g |\n| h | i |\n`)).toEqual(['| f | g |'])
  expect(brokenTablesIn('text\n| a |\n| --- |\n')).toEqual(['| a |'])
})

test('the generated parts say what the code says', () => {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['infra/docs/generate.ts', '--check'], {
    encoding: 'utf8',
  })
  expect({ stdout, stderr, status }).toEqual({ stdout: '', stderr: '', status: 0 })
})

test('the README stays short: what only some readers need stands in documents of its own', () => {
  expect(Buffer.byteLength(read('README.md'))).toBeLessThan(20_000)
})

test('the README says in its quick start what works on a fresh checkout', () => {
  expect(read('README.md')).toContain('npm ci\nnpm run demo\n')
})
