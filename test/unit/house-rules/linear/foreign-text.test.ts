import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { NOT_FOREIGN } from './not-foreign.ts'
import { filled, superLinear } from './timing.ts'

test('the measure finds what is slow', async () => {
  const pairs = (text: string) => {
    let found = 0
    for (let left = 0; left < text.length; left += 1)
      for (let right = left; right < text.length; right += 1) if (text[left] === text[right]) found += 1
    return found
  }
  expect(await superLinear(pairs, ['a', ''], filled)).toEqual(['a'])
})

/** Whatever reads a text bit by bit; each regular expression of the project is attacked besides, wherever it stands. */
const READS = /\.(?:split|match|matchAll|replace|replaceAll|exec|test)\(|\.regex\(/

describe('who takes texts from outside is known', () => {
  const reading = globSync('shared/**/*.ts').filter((file) => READS.test(readFileSync(file, 'utf8')))
  const reached = (file: string) => reachedFiles().has(file)

  test('a file that reads texts is reached by the functions above, or is said to read none of a stranger', () => {
    expect(reading.filter((file) => !reached(file) && !(file in NOT_FOREIGN))).toEqual([])
  })

  test('what is said to read none of a stranger exists, reads texts and is not reached', () => {
    expect(Object.keys(NOT_FOREIGN).filter((file) => !reading.includes(file) || reached(file))).toEqual([])
  })
})

let known: ReadonlySet<string> | undefined

/** What the table imports, and what that imports. */
function reachedFiles(): ReadonlySet<string> {
  if (known) return known
  const seen = new Set<string>()
  const visit = (file: string): void => {
    if (seen.has(file)) return
    seen.add(file)
    for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(/from '(\.[^'\n]+)'/g))
      visit(new URL(path, `file:///${file}`).pathname.slice(1))
  }
  visit('test/unit/house-rules/linear/foreign-text.ts')
  return (known = seen)
}
