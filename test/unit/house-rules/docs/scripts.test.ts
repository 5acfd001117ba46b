// Not in a bare npm test: types commands.
import { execFile } from 'node:child_process'
import { expect, test } from '@jest/globals'
import project from '../../../../package.json' with { type: 'json' }

/** Programs of ours, by the script that starts them; tsc, which is not, has words of its own. */
const PROGRAMS = Object.entries(project.scripts).flatMap(([name, line]) => {
  const [, file] = /^node ((?:test|infra)\/\S+)$/.exec(line) ?? []
  return file === undefined ? [] : [[name, file] as const]
})
const STACK = /^node:internal|^ {4}at /m

type Ended = { readonly code: unknown; readonly stdout: string; readonly stderr: string }

/** Without a PATH: whoever would begin its work here finds no tool for it. */
const end = (file: string, option: string) =>
  new Promise<Ended>((ended) =>
    execFile(process.execPath, [file, option], { env: { ...process.env, PATH: '/nowhere' } }, (error, stdout, stderr) =>
      ended({ code: error?.code ?? 0, stdout, stderr }),
    ),
  )

test('there are programs to ask', () => expect(PROGRAMS.length).toBeGreaterThan(25))

test.each(PROGRAMS)('npm run %s says how it is called, and does nothing for another option', async (name, file) => {
  const [help, wrong] = await Promise.all([end(file, '--help'), end(file, '--no-such-option')])
  expect(help).toMatchObject({ code: 0, stderr: '' })
  expect(help.stdout).toContain(`npm run ${name}`)
  expect([1, 2]).toContain(wrong.code)
  expect(wrong.stdout).toBe('')
  expect(wrong.stderr).toContain(`npm run ${name}`)
  expect(wrong.stderr).not.toMatch(STACK)
  expect(wrong.stderr).not.toContain('To specify a positional argument')
})

test('npm run lint refuses what would reach its last program alone', async () => {
  const [, last = ''] = /node (\S+)$/.exec(project.scripts.lint) ?? []
  const { code, stderr } = await end(last, '--fix')
  expect(code).toBe(2)
  expect(stderr).toContain('npm run lint takes no arguments')
})
