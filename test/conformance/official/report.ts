import type { NotApplicable } from './expected-failures.ts'
import type { Run } from './runner.ts'
import type { DateResult } from './suites.ts'

/** Checks of a run by what became of them. An expected failure names what this server does not have. */
export type Counts = {
  readonly scenarios: number
  readonly passed: number
  readonly notApplicable: number
  readonly unexpected: number
}

/** The authorization server's scenarios end with exit code 0 even where the runner skips them: both must have passed. */
export function isAsExpected({ authorization, server }: DateResult): boolean {
  const everyScenario = authorization.scenarios.map(({ checks }) => checks.some(({ status }) => status === 'SUCCESS'))
  return server.exitCode === 0 && authorization.exitCode === 0 && everyScenario.filter(Boolean).length === 2
}

export function countOf({ scenarios }: Run, expected: readonly NotApplicable[]): Counts {
  const names = new Set(expected.flatMap(({ entries }) => entries))
  const checks = scenarios.flatMap(({ name, checks: all }) => all.map((check) => ({ ...check, name })))
  const failed = checks.filter(({ status }) => status === 'FAILURE' || status === 'WARNING')
  const notApplicable = failed.filter(({ name, id }) => names.has(`${name}:${id}`)).length
  return {
    scenarios: scenarios.length,
    passed: checks.filter(({ status }) => status === 'SUCCESS').length,
    notApplicable,
    unexpected: failed.length - notApplicable,
  }
}

const row = (cells: readonly string[]) =>
  cells
    .map((cell, at) => cell.padEnd(at === 1 ? 22 : 12))
    .join('')
    .trimEnd()

export const HEADING = row(['revision', 'tested', 'scenarios', 'passed', 'not ours', 'unexpected'])

/** Two lines a revision, and everything that the runner printed where something was not as expected. */
export function describe(result: DateResult, expected: readonly NotApplicable[]): string {
  const { date, authorization, server } = result
  const line = (tested: string, run: Run) => {
    const { scenarios, passed, notApplicable, unexpected } = countOf(run, expected)
    return row([date, tested, ...[scenarios, passed, notApplicable, unexpected].map(String)])
  }
  const lines = [line('authorization server', authorization), line('MCP server', server)]
  const runs = isAsExpected(result) ? [] : [authorization, server]
  return [...lines, ...runs.map(({ command, output }) => `\n$ ${command}\n${output}`)].join('\n')
}
