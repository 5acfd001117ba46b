import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { checksumFaults, checksums } from '../../../../infra/release/checksums.ts'

let folder: string
const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
beforeEach(() => {
  const above = mkdtempSync(join(tmpdir(), 'sums-'))
  folder = join(above, 'release')
  mkdirSync(folder)
  write('a.zip', 'one')
  write('b.json', 'two')
  write('SHA256SUMS', checksums(folder, ['b.json', 'a.zip']))
})
afterEach(() => rmSync(join(folder, '..'), { recursive: true }))

test('the files of a release, with either end of line', () => {
  expect(checksumFaults(folder)).toEqual([])
  write('SHA256SUMS', checksums(folder, ['b.json', 'a.zip']).replaceAll('\n', '\r\n'))
  expect(checksumFaults(folder)).toEqual([])
})

const sumOf = (name: string): string => checksums(folder, [name]).slice(0, 64)

describe('is noticed', () => {
  test.each<[string, () => void, string]>([
    ['a file that was changed', () => write('a.zip', 'onf'), 'a.zip is not what was released: do not deploy it'],
    ['one that is missing', () => rmSync(join(folder, 'a.zip')), 'a.zip is missing'],
    ['one too many', () => write('c.zip', ''), 'c.zip is no part of the release'],
    ['no sums', () => rmSync(join(folder, 'SHA256SUMS')), 'SHA256SUMS is missing'],
    ['empty sums, which nothing contradicts', () => write('SHA256SUMS', ''), 'SHA256SUMS names no file'],
    ['a page of errors in their place', () => write('SHA256SUMS', '<html>404</html>'), 'a line that is none'],
    ['a sum of another length', () => write('SHA256SUMS', `${'0'.repeat(40)} *a.zip\n`), 'a line that is none'],
    [
      'a path, so that another file is looked at than is deployed',
      () => {
        write('../a.zip', 'one')
        write('SHA256SUMS', `${sumOf('a.zip')} *../a.zip\n${sumOf('b.json')} *b.json\n`)
      },
      'a line that is none',
    ],
    [
      'the same name twice, the second time for what lies there',
      () => {
        const right = checksums(folder, ['a.zip', 'b.json'])
        write('a.zip', 'onf')
        write('SHA256SUMS', `${right}${checksums(folder, ['a.zip'])}`)
      },
      'names a.zip twice',
    ],
  ])('%s', (_, change, says) => {
    change()
    expect(checksumFaults(folder).join('\n')).toContain(says)
  })
})
