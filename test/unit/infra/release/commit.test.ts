import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { commitSeconds, isClean } from '../../../../infra/release/commit.ts'

let clone: string
let bare: string
beforeAll(() => {
  clone = mkdtempSync(join(tmpdir(), 'clone-'))
  bare = mkdtempSync(join(tmpdir(), 'no-clone-'))
  const date = '2025-12-31T23:30:00+13:00'
  // What git tidies up by itself after a commit would still write as the folder is taken away.
  const alone = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'maintenance.auto', GIT_CONFIG_VALUE_0: 'false' }
  const env = { ...process.env, ...alone, GIT_AUTHOR_DATE: '2020-01-01T00:00:00Z', GIT_COMMITTER_DATE: date }
  const git = (...args: string[]) => execFileSync('git', args, { cwd: clone, env, stdio: 'ignore' })
  git('init')
  writeFileSync(join(clone, 'a'), '')
  git('add', 'a')
  git('-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', 'commit', '-m', 'a')
})
afterAll(() => [clone, bare].forEach((folder) => rmSync(folder, { recursive: true })))

test('the date is the commit’s, whatever zone it was made in, unless it is given', () => {
  expect(commitSeconds(clone, undefined)).toBe(Date.UTC(2025, 11, 31, 10, 30) / 1000)
  expect(commitSeconds(clone, '1767225600')).toBe(1_767_225_600)
})

test('where nobody knows it, it must be given, as seconds', () => {
  expect(() => commitSeconds(bare, undefined)).toThrow('add --date')
  for (const wrong of ['', 'now', '2026-01-01', '-1', '1e9', ' 1', '1767225600000'])
    expect(() => commitSeconds(bare, wrong)).toThrow('--date is seconds since 1970')
})

test('a file that was changed, or is new, makes the tree another than the commit', () => {
  expect(isClean(clone)).toBe(true)
  writeFileSync(join(clone, 'b'), '')
  expect(isClean(clone)).toBe(false)
  expect(isClean(bare)).toBe(false)
})
