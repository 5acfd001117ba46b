import { describe, expect, test } from '@jest/globals'
import { createMemo } from '../../../../shared/dataverse/metadata/cache/memo.ts'

const limits = { now: () => 0, ttlMs: 100, max: 10 }

function counted(): { readonly load: () => Promise<number>; readonly count: () => number } {
  let loads = 0
  return { load: async () => (loads += 1), count: () => loads }
}

describe('a memo', () => {
  test('loads once for many at once, and again after its time or when it must be newer', async () => {
    let time = 0
    const memo = createMemo<number>({ ...limits, now: () => time })
    const { load, count } = counted()
    await Promise.all(Array.from({ length: 10 }, () => memo.get('a', load)))
    expect(count()).toBe(1)
    time = 101
    await memo.get('a', load)
    expect(count()).toBe(2)
    await memo.get('a', load, 102)
    expect(count()).toBe(3)
  })

  test('one person’s failure is not another’s', async () => {
    const memo = createMemo<number>(limits)
    const { load, count } = counted()
    const failing = memo.get('a', () => Promise.reject(new Error('token of the first person ended')))
    const joined = [memo.get('a', load), memo.get('a', load)]
    await expect(failing).rejects.toThrow('first person')
    expect(await Promise.all(joined)).toEqual([1, 1])
    expect(count()).toBe(1)
  })

  test('keeps no more than its bound', async () => {
    const memo = createMemo<number>({ ...limits, max: 2 })
    const { load, count } = counted()
    for (const key of ['a', 'b', 'c', 'a']) await memo.get(key, load)
    expect(count()).toBe(4)
  })

  test('what is dropped on its way is not kept, and what is dropped by name alone', async () => {
    const memo = createMemo<number>(limits)
    const { load, count } = counted()
    const started = memo.get('a', load)
    memo.drop((key) => key === 'a')
    await started
    await memo.get('a', load)
    memo.drop((key) => key === 'b')
    await memo.get('a', load)
    expect(count()).toBe(2)
  })

  test('what was loaded counts from when it was asked for', async () => {
    let time = 0
    const memo = createMemo<number>({ ...limits, now: () => time })
    const { load, count } = counted()
    await memo.get('a', async () => {
      time = 90
      return await load()
    })
    await memo.get('a', load, 10)
    expect(count()).toBe(2)
  })
})
