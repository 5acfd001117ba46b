import { describe, expect, test } from '@jest/globals'
import { problemsOf } from './check.ts'
import { recordedFigures } from './figures.ts'
import { LARGEST, verdictOf } from './limits.ts'

const call = { reads: 0, writes: 0, entra: 0, dataverse: 1 }
const recorded = { requests: { query: call }, bytes: { answer: 1_000 } }

describe('what was recorded holds', () => {
  test.each([
    ['all as it was', recorded, {}, []],
    [
      'a request more',
      { ...recorded, requests: { query: { ...call, reads: 1 } } },
      {},
      [/requests of "query".*"reads":1/],
    ],
    ['a request less, too', { ...recorded, requests: { query: { ...call, dataverse: 0 } } }, {}, [/"dataverse":0/]],
    ['a call that was not counted', { ...recorded, requests: {} }, {}, [/requests of "query": undefined/]],
    [
      'a call that is new',
      { ...recorded, requests: { query: call, other: call } },
      {},
      [/"other".*recorded undefined/],
    ],
    ['a little larger', { ...recorded, bytes: { answer: 1_020 } }, {}, []],
    ['smaller', { ...recorded, bytes: { answer: 10 } }, {}, []],
    ['larger', { ...recorded, bytes: { answer: 1_021 } }, {}, [/bytes of "answer": 1021, recorded 1000/]],
    ['as it was, and too large', recorded, { answer: 999 }, [/999 is the most/]],
    ['a size that is new', { ...recorded, bytes: { answer: 1_000, other: 1 } }, {}, [/"other" are not recorded/]],
  ])('%s', (_, now, limits, problems) => {
    const found = problemsOf(now, recorded, limits)
    expect(found).toHaveLength(problems.length === 0 ? 0 : problems.length + 1)
    problems.forEach((problem, index) => expect(found[index]).toMatch(problem))
  })

  test('the file can be read, and keeps the limits itself', async () => {
    const { requests, bytes } = await recordedFigures()
    expect(problemsOf({ requests, bytes }, { requests, bytes }, LARGEST)).toEqual([])
  })
})

describe('a bar', () => {
  test.each([
    ['query, processor: bare proxy', 2.3, 'at most 2.3'],
    ['query, processor: bare proxy', 2.31, 'OVER 2.3'],
    ['per second, 8 at once: bare proxy', 0.5, 'at least 0.5'],
    ['per second, 8 at once: bare proxy', 0.49, 'UNDER 0.5'],
    ['something else', 99, ''],
  ])('%s at %d', (name, value, words) => expect(verdictOf(name, value)).toBe(words))
})
