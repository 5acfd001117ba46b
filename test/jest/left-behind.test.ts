import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { z } from 'zod'

const JEST = createRequire(import.meta.url).resolve('jest/bin/jest')
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const asTest = (body: string, rest = '') => `test('a test', async () => { ${body} }${rest})`

/** name of the file, its tests, what its failure says: nothing where it passes */
const FILES: readonly [string, string, string][] = [
  ['nothing', asTest('expect(process.env.LEFT).toBeUndefined()'), ''],
  ['environment', asTest("process.env.LEFT = 'here'"), 'process.env.LEFT'],
  ['global', asTest('globalThis.fetch = () => undefined'), 'the global fetch'],
  ['folder', asTest("process.chdir('/')"), 'the folder /'],
  ['listener', asTest("process.on('SIGHUP', () => undefined)"), 'listeners of the process: 1 × SIGHUP'],
  ['timer', asTest('setInterval(() => undefined, 60_000)'), 'open: 1 × Timeout'],
  ['endless', asTest('await new Promise(() => undefined)', ', 200'), 'Exceeded timeout of 200 ms'],
  ['rejection', asTest("void Promise.reject(new Error('unheard'))"), 'unheard'],
  ['hook', `${asTest('')}\nafterAll(() => { throw new Error('too late') })`, 'too late'],
]

const Results = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numRuntimeErrorTestSuites: z.number(),
  testResults: z.array(z.object({ name: z.string(), message: z.string() })),
})
let folder: string
let results: z.infer<typeof Results>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'left-behind-'))
  const imports = "import { afterAll, expect, test } from '@jest/globals'\nvoid [afterAll, expect]\n"
  await Promise.all(FILES.map(([name, tests]) => writeFile(join(folder, `${name}.test.mjs`), `${imports}${tests}\n`)))
  const config = {
    rootDir: folder,
    runtime: here('runtime.ts'),
    testEnvironment: here('environment.ts'),
    // Each in place of many seconds: what is left here ends neither by itself nor with its process.
    testEnvironmentOptions: { settledWithinMs: 500 },
    workerGracefulExitTimeout: 500,
    injectGlobals: false,
    transform: {},
    testMatch: ['**/*.test.mjs'],
    maxWorkers: 2,
    watchman: false,
  }
  const output = join(folder, 'results.json')
  const args = [JEST, '--config', JSON.stringify(config), '--json', '--outputFile', output]
  await new Promise<void>((resolve) => execFile(process.execPath, args, () => resolve()))
  results = Results.parse(JSON.parse(await readFile(output, 'utf8')))
}, 240_000)
afterAll(async () => await rm(folder, { recursive: true, force: true }))

test.each(FILES)('a file that leaves behind: %s', (name, _tests, says) => {
  const { message } = results.testResults.find((one) => one.name.endsWith(`/${name}.test.mjs`)) ?? {}
  if (says === '') expect(message).toBe('')
  else expect(message).toContain(says)
})

test('is counted as failed, and its tests as what they were', () => {
  expect(results).toMatchObject({ numPassedTests: 7, numFailedTests: 2, numRuntimeErrorTestSuites: 6 })
})
