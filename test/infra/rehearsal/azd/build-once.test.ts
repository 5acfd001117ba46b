import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { buildOnce } from '../../../../infra/rehearsal/azd/service/unchanged.ts'

const work = mkdtempSync(join(tmpdir(), 'build-once-'))
afterAll(() => rmSync(work, { recursive: true }))

let runs = 0
/** Writes what it read, and takes away what an earlier one left. */
const buildIn = (folder: string, also?: string) =>
  buildOnce(folder, () => {
    runs += 1
    mkdirSync(join(folder, 'dist'), { recursive: true })
    writeFileSync(join(folder, 'dist/app.js'), `built ${readFileSync(join(folder, 'app.ts'), 'utf8')}`)
    rmSync(join(folder, 'dist/old.js'), { force: true })
    if (also !== undefined) writeFileSync(join(folder, also), 'written')
    return Promise.resolve()
  })

function copy(name: string, source: string, old = false): string {
  const folder = join(work, name)
  mkdirSync(join(folder, 'dist'), { recursive: true })
  writeFileSync(join(folder, 'app.ts'), source)
  if (old) writeFileSync(join(folder, 'dist/old.js'), 'old')
  return folder
}

test.each([
  ['one', 'a', false, 1],
  ['the same elsewhere', 'a', false, 0],
  ['other sources', 'b', false, 1],
  ['the same with what an earlier build left', 'b', true, 0],
  ['others with that', 'd', true, 1],
])(
  '%s: sources %s, with an earlier build beside them %s: runs %i times, and the folder is as after it',
  async (name, source, old, more) => {
    const folder = copy(name, source, old)
    const before = runs
    await buildIn(folder)
    expect(runs - before).toBe(more)
    expect(readFileSync(join(folder, 'dist/app.js'), 'utf8')).toBe(`built ${source}`)
    expect(existsSync(join(folder, 'dist/old.js'))).toBe(false)
  },
)

test('a build that writes elsewhere, too, runs each time', async () => {
  const before = runs
  for (const name of ['elsewhere', 'and again']) {
    const folder = copy(name, 'e')
    await buildIn(folder, 'app.json')
    expect(readFileSync(join(folder, 'app.json'), 'utf8')).toBe('written')
  }
  expect(runs - before).toBe(2)
})

test('a build that fails is not remembered', async () => {
  const folder = copy('failing', 'c')
  await expect(buildOnce(folder, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  await buildIn(folder)
  expect(readFileSync(join(folder, 'dist/app.js'), 'utf8')).toBe('built c')
})
