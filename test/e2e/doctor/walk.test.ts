// Not in a bare npm test: walks to the app once for each fault on the way.
import { describe, expect, test } from '@jest/globals'
import {
  type Broken,
  CHALLENGE_FAULTS,
  CLIENT_FAULTS,
  DOCUMENT_FAULTS,
  header,
  HOST_FAULTS,
  UNCACHED,
} from './faults.ts'
import { examine, examineOverTheWire, faultsIn, useStage, withCode } from './stage.ts'

const stage = useStage()

describe('a deployment that is well', () => {
  test('passes every step, over the wire and by what the other walks here ask', async () => {
    const report = await examineOverTheWire(stage())
    expect(await examine(stage())).toEqual(report)
    expect(faultsIn(report)).toEqual([])
    expect(report.passed).toBe(true)
    const steps = [
      'connection',
      'challenge',
      'resource-metadata',
      'server-metadata',
      'cors',
      'registration',
      'clients',
      'authorize',
      'token',
      'chunked',
    ]
    expect(report.findings.filter(({ status }) => status === 'ok').map(({ step }) => step)).toEqual(steps)
    expect(report.findings.every(({ status }) => status !== 'skipped')).toBe(true)
  })

  test.each(UNCACHED)(
    'is well behind a front door that keeps nothing: %s, %s: %s',
    async (path, name, value, method) => {
      stage().proxy.fault = header(path, name, value, method)
      expect(faultsIn(await examine(stage()))).toEqual([])
    },
  )
})

/** One thing is broken: exactly that is named, with what it means and what to do, and nothing misleads. */
const named = async ([, finding, fault]: Broken): Promise<void> => {
  stage().proxy.fault = fault
  const report = await examine(stage())
  expect(faultsIn(report)).toEqual([finding])
  const { means, fix } = withCode(report, finding.split(' ')[1] ?? '') ?? {}
  expect(means).toMatch(/\w{3}/)
  expect(fix).toMatch(/\w{3}/)
  expect(report.passed).toBe(finding.startsWith('warning'))
}

describe.each([
  ['documents', DOCUMENT_FAULTS],
  ['the refusal', CHALLENGE_FAULTS],
  ['clients, page and tokens', CLIENT_FAULTS],
  ['the host', HOST_FAULTS],
])('broken: %s', (_, faults) => {
  test.each(faults.map((broken): [string, string, Broken] => [broken[0], broken[1], broken]))(
    '%s → %s',
    (_what, _finding, broken) => named(broken),
  )
})
