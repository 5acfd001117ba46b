import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import { BAD, GOOD } from './bad-workflows.ts'
import { checkWorkflow, disagreeing } from './check-workflow.ts'
import { languageService, type Problem, type Validate } from './language-service.ts'
import { readWorkflow } from './read-workflow.ts'

const ROOT = join(import.meta.dirname, '../../../..')
const FOLDER = join(ROOT, '.github/workflows')
const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')))
const project = { root: ROOT, scripts: new Set(Object.keys(scripts)) }
const files = readdirSync(FOLDER).map((name) => ({ name, text: readFileSync(join(FOLDER, name), 'utf8') }))

let github: Validate
beforeAll(async () => {
  github = await languageService(ROOT)
})

const said = new Map<string, string>()

/** What bash itself says of a script, which it reads and does not start; asked once for each text, as most are in each bad one. */
function bashSays(script: string): string {
  const known = said.get(script)
  if (known !== undefined) return known
  const { status, stderr } = spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' })
  const what = status === 0 ? '' : stderr.trim() || `bash ended with ${status}`
  said.set(script, what)
  return what
}

const shellProblems = (name: string, text: string): Problem[] =>
  readWorkflow(name, text).jobs.flatMap(({ steps }) =>
    steps.flatMap(({ run }) => {
      if (run === undefined) return []
      const what = bashSays(run.text)
      return what === '' ? [] : [{ line: run.line, what }]
    }),
  )

const problemsOf = async (name: string, text: string): Promise<Problem[]> => [
  ...(await github(text)),
  ...checkWorkflow(name, text, project),
  ...shellProblems(name, text),
]

describe('the workflows of this project', () => {
  test('are these; who adds one adds it here, to say that it was meant', () => {
    expect(files.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['ci.yml', 'codeql.yml', 'dependency-review.yml', 'deploy.yml']),
    )
    expect(files.every(({ name }) => name.endsWith('.yml'))).toBe(true)
  })

  test.each(files)('$name breaks no rule, of GitHub’s or of ours', async ({ name, text }) => {
    expect(await problemsOf(name, text)).toEqual([])
  })

  test('take each action at one version', () => {
    expect(disagreeing(files.map(({ name, text }) => readWorkflow(name, text)))).toEqual([])
  })
})

describe('the checker', () => {
  test('has nothing against a good one', async () => {
    expect(await problemsOf('good.yml', GOOD)).toEqual([])
  })

  test.each(BAD)('refuses %s, by its line', async (_what, from, to, line, says) => {
    expect(GOOD.split(from).length - 1).toBeGreaterThan(0)
    const problems = await problemsOf(
      'bad.yml',
      GOOD.replace(from, () => to),
    )
    expect(problems).toContainEqual({ line, what: expect.stringContaining(says) })
  })

  test('says where an action has two versions', () => {
    const other = GOOD.replace('3d3c42e5', '00000000')
    expect(disagreeing([readWorkflow('a', GOOD), readWorkflow('b', other)])).toEqual([
      expect.stringContaining('actions/checkout'),
    ])
  })

  test.each(['jobs: [', '\tname: x', '[]', ''])('takes %j for no workflow', (text) => {
    expect(() => checkWorkflow('x.yml', text, project)).toThrow()
  })
})
