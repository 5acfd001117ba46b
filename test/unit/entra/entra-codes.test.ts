import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { isExplained } from '../../../infra/rehearsal/documents/troubleshooting.ts'
import {
  isAssertionNumber,
  isSetUpNumber,
  meaningOf,
  setUpNumbers,
} from '../../../shared/entra/refusals/entra-codes.ts'
import { CURES, SAME } from '../../../shared/manage/checks/entra-cures.ts'

/** Shown by Microsoft on its own pages, and never brought to the app. */
const SHOWN_ELSEWHERE = [90093, 501051]

describe('the one table of codes', () => {
  test('no number stands in it twice', () => {
    const text = readFileSync('shared/entra/refusals/entra-codes.ts', 'utf8')
    const numbers = [...text.matchAll(/\b\d{4,8}\b/g)].map(([number]) => number)
    expect(numbers.length).toBeGreaterThan(100)
    expect(numbers.filter((number, at) => numbers.indexOf(number) !== at)).toEqual([])
  })

  test.each([undefined, 0, 1, -65001, 65001.5, NaN])('%p is not in it', (number) => {
    expect([meaningOf(number), isSetUpNumber(number), isAssertionNumber(number)]).toEqual([undefined, false, false])
  })

  test.each(setUpNumbers())('AADSTS%d, which an administrator must mend, has a row in troubleshooting', (number) => {
    expect(isExplained('.', `AADSTS${number}`)).toBe(true)
  })

  test('and troubleshooting explains no code of a sign-in that the table does not know', () => {
    const text = readFileSync('infra/troubleshooting.md', 'utf8')
    const rows = text.slice(text.indexOf('## Signing in'), text.indexOf('## After signing in')).split('\n')
    const codes = rows.flatMap((row) =>
      [...(row.split('|')[1] ?? '').matchAll(/AADSTS(\d+)/g)].map(([, one]) => Number(one)),
    )
    expect(codes.length).toBeGreaterThan(50)
    expect(codes.filter((number) => !meaningOf(number) && !SHOWN_ELSEWHERE.includes(number))).toEqual([])
  })

  test('whatever the look inside the app has a cure for is in it', () => {
    const cured = [...Object.keys(CURES), ...Object.keys(SAME)].map(Number)
    expect(cured.filter((number) => meaningOf(number) === undefined)).toEqual([])
    expect(Object.values(SAME).filter((number) => !(number in CURES))).toEqual([])
  })
})
