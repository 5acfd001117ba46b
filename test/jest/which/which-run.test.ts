import { execFile } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { chosen, isMarked, MARK } from './bare.ts'

const FILES = globSync('test/**/*.test.ts', { exclude: ['**/node_modules/**'] }).map((file) => resolve(file))
const SHORT = FILES.filter((file) => file.endsWith('.short.test.ts'))

/** CI leaves short forms out where it runs the sweeps: one without a sweep would be run by nobody there. */
test('a short form stands beside the sweep that asks the whole, and is for a bare run', () => {
  const swept = new Set(globSync('test/**/*.sweep.ts').map((file) => resolve(dirname(file))))
  expect(SHORT.length).toBeGreaterThan(0)
  expect(SHORT.filter((file) => !swept.has(dirname(file)) || isMarked(file))).toEqual([])
})

test.each([
  [['test/browser']],
  [['-t', 'a name']],
  [['--testNamePattern=a name']],
  [['--testPathPatterns=killed']],
  [['--findRelatedTests=shared/config/config.ts']],
  [['--onlyChanged']],
  [['-o']],
  [['--onlyFailures']],
  [['--changedSince=main']],
  [['--shard=1/2']],
  [['--listTests']],
])('who asks for %j is given all of that', (asked) => {
  expect(chosen(FILES, asked)).toEqual(FILES)
})

test('a bare run leaves out what is marked; CI runs all', async () => {
  const filtered = chosen(FILES, [])
  const left = FILES.filter((file) => !filtered.includes(file))
  expect(left.length).toBeGreaterThan(0)
  for (const file of FILES) expect(readFileSync(file, 'utf8').startsWith(MARK)).toBe(left.includes(file))
  const ofCi: string = '../../../jest.ci.config.js'
  expect(await import(ofCi)).toMatchObject({ default: { filter: undefined } })
})

const ASKED = `
  const { default: { filter } } = await import('./jest.config.js')
  const chosen = process.getBuiltinModule('module').createRequire(process.cwd() + '/x')(filter.replace('<rootDir>', process.cwd()))
  let given = ''
  for await (const chunk of process.stdin) given += chunk
  process.stdout.write(JSON.stringify(chosen(JSON.parse(given)).filtered))
`

test('the file that Jest is told to ask gives a bare run these, and says how many it leaves out and how to run them', async () => {
  const asking = promisify(execFile)(process.execPath, ['--input-type=module', '-e', ASKED], { maxBuffer: 2 ** 24 })
  asking.child.stdin?.end(JSON.stringify(FILES))
  const { stdout, stderr } = await asking
  const run = chosen(FILES, [])
  expect(JSON.parse(stdout)).toEqual(run)
  expect(stderr).toContain(
    `${run.length} of ${FILES.length} test files; the ${FILES.length - run.length} that take long`,
  )
})

test('what is marked says why', () => {
  const why = FILES.filter(isMarked).map((file) => readFileSync(file, 'utf8').split('\n')[0]?.slice(MARK.length) ?? '')
  expect(why.filter((reason) => !/^[a-z].{10,90}\.$/.test(reason))).toEqual([])
})

/** By two names below `test/`: e2e/attacks, unit/mcp, browser/view. */
test('a bare run asks something of every area', () => {
  const areaOf = (file: string) => file.split('/test/').at(-1)?.split('/').slice(0, 2).join('/') ?? ''
  const areas = Map.groupBy(FILES, areaOf)
  const silent = [...areas].filter(([area, files]) => !area.endsWith('.ts') && files.every(isMarked))
  expect(silent.map(([area]) => area)).toEqual([])
})
