import { execFileSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import { fullFolders } from './entries.ts'

const files = (folder: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${folder}/${at}.ts`)

describe('a folder of shared/ and test/ shows 13 entries at most', () => {
  test.each<[string, string[], unknown]>([
    ['13 files', files('shared/a', 13), []],
    ['14 files', files('shared/a', 14), [{ folder: 'shared/a', entries: 14 }]],
    ['12 files and a folder of two', [...files('test/a', 12), 'test/a/b/c.ts', 'test/a/b/d.ts'], []],
    ['13 files and a folder', [...files('test/a', 13), 'test/a/b/c.ts'], [{ folder: 'test/a', entries: 14 }]],
    ['13 files and a page', [...files('test/a', 13), 'test/a/README.md'], [{ folder: 'test/a', entries: 14 }]],
    ['14 folders', files('test/a', 14).map((path) => `${path}/b.ts`), [{ folder: 'test/a', entries: 14 }]],
    ['the folder itself', files('shared', 14), [{ folder: 'shared', entries: 14 }]],
    ['a deep one', files('shared/a/b/c/d', 15), [{ folder: 'shared/a/b/c/d', entries: 15 }]],
    ['one route a file', files('functions', 20), []],
    ['the name of another', files('shared-not', 20), []],
    ['another folder within infra', files('infra/test', 20), []],
  ])('%s', (_what, paths, expected) => {
    expect(fullFolders(paths)).toEqual(expected)
  })

  test('and this project keeps to it', () => {
    const paths = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' }).split('\0').filter(Boolean)
    expect(paths.length).toBeGreaterThan(1_000)
    expect(fullFolders(paths)).toEqual([])
  })
})
