// Not in a bare npm test: types commands.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import project from '../../../package.json' with { type: 'json' }

const run = promisify(execFile)

/** Programs of ours; `build`, and what measures or shows itself, are asked by their own tests. */
const PROGRAMS = Object.entries(project.scripts).flatMap(([name, command]) => {
  const [, file] = /^node (infra\/\S+\.(?:ts|mjs))$/.exec(command) ?? []
  return file === undefined || name === 'build' ? [] : [[name, file] as const]
})

test('there are programs to ask', () => expect(PROGRAMS.length).toBeGreaterThan(12))

test.each(PROGRAMS)('npm run %s -- --help says how it is called, and does nothing', async (name, file) => {
  const { stdout, stderr } = await run(process.execPath, [file, '--help'], { env: { PATH: '/nowhere' } })
  expect(stdout).toContain(`npm run ${name}`)
  expect(stderr).toBe('')
})
