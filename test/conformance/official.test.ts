// Not in a bare npm test: runs the official MCP conformance runner.
import { beforeAll, describe, expect, test } from '@jest/globals'
import { readExpectedFailures } from './official/expected-failures.ts'
import { countOf, describe as report, isAsExpected } from './official/report.ts'
import { DATES, type DateResult, type Revision, runOfficialSuites } from './official/suites.ts'

const expected = readExpectedFailures()
/**
 * Each revision once, and each era of them, with and without sessions, in both modes: the host has no part in what else
 * tells revisions apart. `npm run conformance` asks each in both.
 */
const BUFFERED: readonly Revision[] = ['2025-03-26', '2025-06-18', '2026-07-28']
const IN_STREAMS: readonly Revision[] = ['2025-11-25', '2026-07-28']
const RUNS = [
  ...BUFFERED.map((date) => [date, 'buffered'] as const),
  ...IN_STREAMS.map((date) => [date, 'stream'] as const),
]
let results: readonly DateResult[] = []
let inStreams: readonly DateResult[] = []
beforeAll(async () => {
  results = await runOfficialSuites({ dates: BUFFERED })
  inStreams = await runOfficialSuites({ streams: true, dates: IN_STREAMS })
}, 240_000)

const resultOf = (date: Revision, mode: 'buffered' | 'stream'): DateResult => {
  const found = (mode === 'stream' ? inStreams : results).find((result) => result.date === date)
  if (!found) throw new Error(`nothing was run for ${date} in ${mode} mode`)
  return found
}

test('every revision is among those that are run', () => {
  expect(new Set(RUNS.map(([date]) => date))).toEqual(new Set(DATES))
})

describe.each(RUNS)('the official conformance runner at %s, in %s mode of the host', (date, mode) => {
  test('both authorization-server scenarios pass', () => {
    const { authorization } = resultOf(date, mode)
    const passed = authorization.scenarios.filter(({ checks }) => checks.every(({ status }) => status === 'SUCCESS'))
    expect(passed.map(({ name }) => name).sort()).toEqual([
      'authorization-code-grant',
      'authorization-server-metadata-endpoint',
    ])
  })

  test('every scenario for MCP servers ends as expected', () => {
    const result = resultOf(date, mode)
    expect(isAsExpected(result) ? '' : report(result, expected)).toBe('')
    expect(countOf(result.server, expected).unexpected).toBe(0)
  })
})

test.each([
  ['2025-11-25', 'stream', ['server-initialize', 'ping', 'tools-list', 'resources-list', 'dns-rebinding-protection']],
  [
    '2026-07-28',
    'buffered',
    ['tools-list', 'resources-list', 'dns-rebinding-protection', 'sep-2164-resource-not-found'],
  ],
  ['2026-07-28', 'buffered', ['http-header-validation']],
] as const)('at %s in %s mode passes in full what needs no fixture: %s', (date, mode, names) => {
  const wanted: readonly string[] = names
  const found = resultOf(date, mode).server.scenarios.filter(({ name }) => wanted.includes(name))
  expect(found).toHaveLength(names.length)
  const statuses = found.flatMap(({ checks }) => checks.map(({ status }) => status))
  expect(statuses).toContain('SUCCESS')
  expect(statuses.filter((status) => !['SUCCESS', 'INFO'].includes(status))).toEqual([])
})

describe('expected-failures.yml', () => {
  test('gives a reason for every entry, once', () => {
    const entries = expected.flatMap(({ entries: all }) => all)
    expect(new Set(entries).size).toBe(entries.length)
    for (const { reason, entries: all } of expected) expect([reason.length > 20, all.length > 0]).toEqual([true, true])
  })

  test('holds nothing that no revision fails any more', () => {
    const failed = [...results, ...inStreams].flatMap(({ server }) =>
      server.scenarios.flatMap(({ name, checks }) =>
        checks.filter(({ status }) => /FAILURE|WARNING/.test(status)).map(({ id }) => `${name}:${id}`),
      ),
    )
    expect(expected.flatMap(({ entries }) => entries).filter((entry) => !failed.includes(entry))).toEqual([])
  })
})
