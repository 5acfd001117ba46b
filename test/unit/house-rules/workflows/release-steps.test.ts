import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { checksums, SUMS } from '../../../../infra/release/checksums.ts'
import { type Ran, runStep, runStepsOf } from './run-steps.ts'

const WORKFLOW = readFileSync(join(import.meta.dirname, '../../../../.github/workflows/release.yml'), 'utf8')
const sumsStep = runStepsOf(WORKFLOW, 'build').at(-1)
const publish = runStepsOf(WORKFLOW, 'publish')[0]
const NAMES = ['SBOM.json', 'chatgpt-dynamics-mcp-1.2.3-maps.zip', 'chatgpt-dynamics-mcp-1.2.3.zip', 'x_y.txt']

let folder: string
const place = (name: string) => join(folder, 'clone', name)
const written = () => writeFileSync(place(SUMS), checksums(join(folder, 'clone'), NAMES))
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'release-'))
  mkdirSync(join(folder, 'clone'))
  for (const name of NAMES) writeFileSync(place(name), `bytes of ${name}`)
  written()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const sumOfSums = () =>
  createHash('sha256')
    .update(readFileSync(place(SUMS)))
    .digest('hex')
function publishStep(sums: string): Ran {
  if (publish === undefined) throw new Error('the job publish has no step that runs something')
  return runStep(publish, { folder, env: { PATH: process.env['PATH'] ?? '' } }, { 'needs.build.outputs.sums': sums })
}

describe('what the job publish of release.yml signs', () => {
  test('is what the job build made: its output is what publish asks for', () => {
    const clone = join(folder, 'clone')
    mkdirSync(join(clone, 'release'))
    writeFileSync(join(clone, 'release', SUMS), readFileSync(place(SUMS)))
    if (sumsStep === undefined) throw new Error('the job build has no step that runs something')
    const env = { PATH: process.env['PATH'] ?? '', GITHUB_OUTPUT: join(folder, 'output') }
    expect(runStep(sumsStep, { folder, env }, {}).code).toBe(0)
    expect(readFileSync(join(folder, 'output'), 'utf8')).toBe(`sums=${sumOfSums()}\n`)
    rmSync(join(clone, 'release'), { recursive: true })
    expect(publishStep(sumOfSums())).toMatchObject({ code: 0 })
  })

  test.each([
    [
      'another artifact, whole in itself',
      () => {
        writeFileSync(place('x_y.txt'), 'evil')
        written()
      },
    ],
    ['a file that was changed', () => writeFileSync(place('SBOM.json'), 'evil')],
    ['a file that is missing', () => rmSync(place('SBOM.json'))],
    ['a file more', () => writeFileSync(place('evil.zip'), 'evil')],
    ['a hidden file more', () => writeFileSync(place('.evil'), 'evil')],
    ['a folder more', () => mkdirSync(place('more'))],
    ['no checksums', () => rmSync(place(SUMS))],
  ])('is not %s', (_what, change) => {
    const sums = sumOfSums()
    change()
    expect(publishStep(sums).code).not.toBe(0)
  })

  test.each(['', 'x', '0'.repeat(64)])('is nothing where build said %j', (sums) => {
    expect(publishStep(sums).code).not.toBe(0)
  })
})
