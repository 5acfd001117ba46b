import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { FAULTS } from '../../../infra/rehearsal/faults/faults.ts'
import { whyNotApplicable, withPatch } from '../../../infra/rehearsal/faults/patch.ts'
import { judge } from '../../../infra/rehearsal/faults/run-faults.ts'

const ROOT = join(import.meta.dirname, '../../..')
const FOLDER = join(ROOT, 'infra/rehearsal/faults')

const filesOf = (patch: string): string[] =>
  [...readFileSync(join(FOLDER, patch), 'utf8').matchAll(/^\+\+\+ b\/(.+)$/gm)].map(([, file]) => file ?? '')

describe('the table of faults', () => {
  test('each fault has a name of its own, and each patch is of one fault', () => {
    expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length)
    const patches = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.patch'))
      .map((file) => file.replaceAll('\\', '/'))
    expect(patches.sort()).toEqual(FAULTS.map(({ patch }) => patch).sort())
  })

  test.each(FAULTS.map(({ name, patch }) => [name, patch]))('%s applies to the project as it is', (_name, patch) => {
    expect(whyNotApplicable(ROOT, patch)).toBeUndefined()
    expect(filesOf(patch).length).toBeGreaterThan(0)
  })

  test.each(FAULTS.map(({ name, what, says }) => [name, what, says]))('%s is said in a line', (_name, what, says) => {
    expect(what).not.toMatch(/\n/)
    expect(says.length).toBeGreaterThan(15)
  })
})

describe('a patch', () => {
  const [{ patch }] = FAULTS as unknown as readonly [{ patch: string }]
  let dir: string
  const read = () => filesOf(patch).map((file) => readFileSync(join(dir, file), 'utf8'))
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'patch-'))
    for (const file of filesOf(patch)) {
      mkdirSync(join(dir, dirname(file)), { recursive: true })
      cpSync(join(ROOT, file), join(dir, file))
    }
  })
  afterEach(() => rmSync(dir, { recursive: true }))

  test('is there while the work is done, and not before or after', async () => {
    const before = read()
    let during: string[] = []
    await withPatch(dir, patch, () => Promise.resolve(void (during = read())))
    expect(during).not.toEqual(before)
    expect(read()).toEqual(before)
  })

  test('is taken back after work that fails, and the failure stays what it was', async () => {
    const before = read()
    await expect(withPatch(dir, patch, () => Promise.reject(new Error('as expected')))).rejects.toThrow('as expected')
    expect(read()).toEqual(before)
  })

  test('that no longer applies is named, with what is to be done, and nothing is changed', async () => {
    const [file = ''] = filesOf(patch)
    writeFileSync(join(dir, file), 'written anew\n')
    const why = /infra\/rehearsal\/faults\/hooks\/[\w-]+\.patch no longer applies and must be rewritten/
    expect(whyNotApplicable(dir, patch)).toMatch(why)
    let ran = false
    await expect(withPatch(dir, patch, () => Promise.resolve(void (ran = true)))).rejects.toThrow(why)
    expect([ran, readFileSync(join(dir, file), 'utf8')]).toEqual([false, 'written anew\n'])
  })
})

describe('a fault that was put back', () => {
  const fault = { what: 'the moon is made of cheese', says: 'it is cheese' }
  test.each([
    ['nothing failed', undefined, { failure: /nobody noticed it.*the moon is made of cheese/ }],
    ['something else failed', 'no network\nmore', { failure: /nothing said "it is cheese":\nno network/ }],
    ['it is named', 'ended with 1\n  I say it is cheese, yes\n', { sentence: /^I say it is cheese, yes$/ }],
    ['in a long line', `${'a'.repeat(900)} it is cheese ${'b'.repeat(900)}`, { sentence: /^… .*it is cheese.* …$/ }],
  ])('%s', (_case, told, expected) => {
    const { failure, sentence } = judge(fault, told)
    if ('failure' in expected) expect(failure).toMatch(expected.failure)
    else expect([failure, sentence]).toEqual([undefined, expect.stringMatching(expected.sentence)])
    expect((sentence ?? '').length).toBeLessThan(260)
  })
})
