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

test('a bare run leaves out what is marked; whoever names a path gets all below it; CI runs all', async () => {
  const filtered = chosen(FILES, ['--silent'])
  const left = FILES.filter((file) => !filtered.includes(file))
  expect(left.length).toBeGreaterThan(0)
  for (const file of FILES) expect(readFileSync(file, 'utf8').startsWith(MARK)).toBe(left.includes(file))
  for (const number of ['2', '50%']) expect(chosen(FILES, ['-w', number])).toEqual(filtered)
  for (const named of [
    ['--silent', 'test/browser'],
    ['-t', 'a person'],
    ['-w', '2', 'test'],
  ])
    expect(chosen(FILES, named)).toEqual(FILES)
  expect(await import(new URL('../../../jest.ci.config.js', import.meta.url).href)).toMatchObject({
    default: { filter: undefined },
  })
})

const listed = async (...args: readonly string[]) => {
  const jest = ['node_modules/jest/bin/jest.js', '--listTests', ...args]
  const { stdout, stderr } = await promisify(execFile)(process.execPath, jest, { maxBuffer: 2 ** 24 })
  return { files: stdout.trim().split('\n').toSorted(), told: stderr }
}

test('Jest itself runs these, and says beside its output how many it leaves out and how to run them', async () => {
  const bare = FILES.filter((file) => !isMarked(file))
  const told = expect.stringContaining(
    `${bare.length} of ${FILES.length} test files; the ${FILES.length - bare.length} `,
  )
  const nothing = expect.not.stringContaining('left to CI')
  expect(await listed()).toEqual({ files: bare.toSorted(), told })
  expect(await listed('test')).toEqual({ files: FILES.toSorted(), told: nothing })
  const inBrowser = FILES.filter((file) => file.includes('/test/browser/'))
  expect(await listed('test/browser')).toEqual({ files: inBrowser.toSorted(), told: nothing })
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
