import { describe, expect, test } from '@jest/globals'
import { type Check, failed, ok } from '../../../shared/manage/finding.ts'
import { runChecks } from '../../../shared/manage/run-checks.ts'

const well: Check = { name: 'vault', run: () => Promise.resolve([ok('Well.'), ok('Well, too.')]) }
const trouble = failed({ code: 'storage-failed', found: 'Found.', means: 'Means.', fix: 'Fix.' })
const broken: string[] = []
const run = (checks: readonly Check[], timeoutMs = 1_000) =>
  runChecks(checks, { timeoutMs, onBroken: (name, reason) => broken.push(`${name} ${reason}`) })

describe('checks', () => {
  test('keep their order and their names, and one may find several things', async () => {
    const storage: Check = { name: 'storage', run: () => Promise.resolve([trouble]) }
    expect(await run([storage, well])).toEqual([
      { name: 'storage', ...trouble },
      { name: 'vault', ...ok('Well.') },
      { name: 'vault', ...ok('Well, too.') },
    ])
  })

  test.each<[string, Check['run']]>([
    ['rejects', () => Promise.reject(new TypeError('a secret'))],
    [
      'throws at once',
      () => {
        throw new TypeError('a secret')
      },
    ],
  ])('one that %s hides no other, and its message goes nowhere', async (_, unexpected) => {
    const findings = await run([{ name: 'clock', run: unexpected }, well])
    expect(findings).toMatchObject([{ name: 'clock', status: 'failed', code: 'check-broke' }, {}, {}])
    expect(JSON.stringify(findings)).not.toContain('secret')
    expect(broken.at(-1)).toBe('clock TypeError')
  })

  test('one that never ends is not waited for', async () => {
    const never: Check = { name: 'dataverse', run: () => new Promise(() => undefined) }
    const findings = await run([never, well, { ...never, name: 'clock' }], 50)
    expect(findings.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'dataverse failed',
      'vault ok',
      'vault ok',
      'clock failed',
    ])
    expect(findings[0]).toMatchObject({ code: 'check-timed-out' })
  })

  test('run side by side', async () => {
    const order: string[] = []
    const slow = (name: Check['name']): Check => ({
      name,
      run: async () => {
        order.push(`${name} begins`)
        await Promise.resolve()
        order.push(`${name} ends`)
        return []
      },
    })
    await run([slow('storage'), slow('vault')])
    expect(order).toEqual(['storage begins', 'vault begins', 'storage ends', 'vault ends'])
  })
})
