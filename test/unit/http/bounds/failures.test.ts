import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { createFailures, type Failures } from '../../../../shared/http/bounds/failures.ts'

const MOST = 3
const WINDOW_MS = 600_000
let clock: number
let failures: Failures
beforeEach(() => {
  clock = 1_000_000
  failures = createFailures({ most: MOST, windowMs: WINDOW_MS, now: () => clock, key: new Uint8Array(32) })
})
const fail = (...names: string[]) => failures.count(names)
const failTimes = (name: string, times = MOST) => Array.from({ length: times }, () => fail(name))

describe('failures under one name', () => {
  test('are over the limit from the fourth on, until the window ends', () => {
    expect(failTimes('a')).toEqual([{}, {}, {}])
    expect(fail('a').retryAfter).toBe(600)
    clock += WINDOW_MS - 1
    expect(fail('a').retryAfter).toBe(1)
    clock += 1
    expect(fail('a')).toEqual({})
  })

  test('do not prolong the window by going on', () => {
    failTimes('a')
    for (let minute = 0; minute < 9; minute++) {
      clock += 60_000
      expect(fail('a').retryAfter).toBeDefined()
    }
    clock += 60_000
    expect(fail('a')).toEqual({})
  })

  test('do not use up another name’s', () => {
    failTimes('a', 50)
    expect(fail('b')).toEqual({})
  })

  test('a flood of 10,000 is worth four lines', () => {
    const milestones = failTimes('a', 10_000).flatMap(({ milestone }) => milestone ?? [])
    expect(milestones).toEqual([4, 31, 301, 3_001])
  })
})

describe('failures under several names', () => {
  test('count under each; one over its limit is enough', () => {
    for (let at = 0; at < MOST; at++) expect(fail(`address:${at}`, 'client:a')).toEqual({})
    expect(fail('address:9', 'client:a').retryAfter).toBe(600)
    expect(fail('address:9', 'client:b')).toEqual({})
    expect(fail('address:9')).toEqual({})
    expect(fail('address:9').retryAfter).toBe(600)
  })
  test('and under none are never over it', () => {
    expect(Array.from({ length: 50 }, () => fail())).toEqual(Array.from({ length: 50 }, () => ({})))
  })
})

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

describe('memory is bounded', () => {
  test('and taken by what fails alone: each endpoint counts for itself, and most never fail', () => {
    const make = () => createFailures({ most: MOST, windowMs: WINDOW_MS, now: () => clock, key: new Uint8Array(32) })
    const taken = (work: () => void): number => {
      // Else what earlier files have left would be given back meanwhile.
      collectGarbage()
      const before = process.memoryUsage().arrayBuffers
      work()
      return process.memoryUsage().arrayBuffers - before
    }
    const many = Array.from({ length: 100 }, make)
    expect(taken(() => many.push(...Array.from({ length: 100 }, make)))).toBeLessThan(100_000)
    expect(taken(() => many.forEach(({ count }) => count(['a'])))).toBeGreaterThan(1_000_000)
  })

  test('of 10,001 names the one not seen for longest is forgotten', () => {
    failTimes('first')
    for (let at = 0; at < 9_999; at++) fail(`a${at}`)
    expect(fail('first').retryAfter).toBeDefined()
    for (let at = 0; at < 10_000; at++) fail(`b${at}`)
    expect(fail('first')).toEqual({})
  })
  test('a flood with ever new client ids cannot push its own address out', () => {
    failTimes('address:a')
    for (let at = 0; at < 12_000; at++) expect(fail('address:a', `client:${at}`).retryAfter).toBeDefined()
  })
})
