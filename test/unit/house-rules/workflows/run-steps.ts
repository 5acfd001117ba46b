import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { readWorkflow, type Step, keysOf, mapOf, textOf } from './read-workflow.ts'

export type Ran = { readonly code: number; readonly output: string }

/** Where a job runs: its folder, the programs that stand in for those of the image, and what the runner sets. */
export type Machine = { readonly folder: string; readonly env: Readonly<Record<string, string>> }

/** Where each Node that a step starts finds what was compiled before. */
const { NODE_COMPILE_CACHE } = process.env
const COMPILED = NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }

/** `gh`, `azd` and the like, each a few lines of bash, before the real ones. */
export function withPrograms(folder: string, programs: Readonly<Record<string, string>>): string {
  const bin = join(folder, 'bin')
  mkdirSync(bin, { recursive: true })
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/bash\n${text}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  return [bin, process.env['PATH'] ?? ''].join(delimiter)
}

/** The steps of a job that run something, by name or command. */
export const runStepsOf = (text: string, job: string): readonly Step[] =>
  readWorkflow('', text)
    .jobs.find(({ id }) => id === job)
    ?.steps.filter(({ run }) => run !== undefined) ?? []

/**
 * Runs one step as the runner does on Linux: in a file, by `bash -e`, with the step's variables, of which `given` has what
 * an expression comes to.
 * @see https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
 * @throws Error for an expression that `given` has no text for
 */
export function runStep(step: Step, { folder, env }: Machine, given: Readonly<Record<string, string>>): Ran {
  const own = mapOf(step.node, 'env')
  const variables = keysOf(own).map((name) => {
    const text = (textOf(own, name) ?? '').replaceAll(/\$\{\{ ([^{}]+) \}\}/g, (_whole, expression: string) => {
      if (given[expression] === undefined) throw new Error(`nobody said what ${expression} is`)
      return given[expression]
    })
    return [name, text] as const
  })
  const file = join(folder, 'step.sh')
  writeFileSync(file, step.run?.text ?? '')
  const { status, stdout, stderr } = spawnSync('bash', ['-e', file], {
    cwd: join(folder, 'clone'),
    env: { ...COMPILED, ...env, ...Object.fromEntries(variables) },
    encoding: 'utf8',
  })
  return { code: status ?? 1, output: stdout + stderr }
}
