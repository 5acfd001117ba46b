import { describe, expect, test } from '@jest/globals'
import { bytesOf } from '../../../../shared/dataverse/metadata/cache/bytes-of.ts'
import { createMetadataCache, tableKey } from '../../../../shared/dataverse/metadata/cache/cache.ts'
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

  test('bounded by bytes it keeps many small values or few large ones, and always the last', async () => {
    const memo = createMemo<string>({ now: () => 0, ttlMs: 100, maxBytes: 10_000 })
    const keptOf = (size: number, count: number) => {
      memo.drop()
      const keys = Array.from({ length: count }, (_, at) => `${size}/${at}`)
      for (const key of keys) memo.set(key, 'x'.repeat(size))
      return keys.filter((key) => memo.peek(key) !== undefined)
    }
    expect(keptOf(10, 200)).toHaveLength(200)
    expect(keptOf(1_000, 200)).toHaveLength(9)
    expect(keptOf(50_000, 3)).toEqual(['50000/2'])
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

describe('the cache of metadata', () => {
  const table = (name: string, columns: number) => {
    const entity = { name, entitySet: `${name}s`, idColumn: `${name}id`, kind: 'custom' as const }
    const column = { type: 'String', readable: true, required: false, searchable: true, dateOnly: false }
    const names = Array.from({ length: columns }, (_, at) => `new_column${at}`)
    const byName = new Map(names.map((one) => [one, { ...column, name: one, property: one, label: one }]))
    return { entity, byName, navigations: [], collections: [], keys: [], viewColumns: [], quickFindColumns: [] }
  }

  test('is bounded by what tables hold: small ones of three languages at once all stay, large ones give way', () => {
    const { tables } = createMetadataCache({ now: () => 0, tableBytes: 2 ** 22 })
    const keptOf = (columns: number) => {
      tables.drop()
      const keys = ['1031', '1033', '1036'].flatMap((language) =>
        Array.from({ length: 400 }, (_, at) => tableKey(language, `new_table${at}`)),
      )
      for (const key of keys) tables.set(key, table(key, columns))
      return keys.filter((key) => tables.peek(key) !== undefined)
    }
    expect(keptOf(5)).toHaveLength(1_200)
    const large = keptOf(200)
    expect(large.length).toBeGreaterThan(20)
    expect(large.length).toBeLessThan(200)
    expect(large.every((key) => key.startsWith('1036/'))).toBe(true)
  })

  test.each([
    ['abc', 27],
    [['abc', 'abc'], 32 + 2 * (8 + 27)],
    [new Map([['abc', 1]]), 32 + 2 * 8 + 27],
    [undefined, 0],
  ])('%j takes about %i bytes', (value, bytes) => expect(bytesOf(value)).toBe(bytes))

  test('what is in a value twice, or in itself, counts once', () => {
    const shared = { a: 'abc' }
    expect(bytesOf([shared, shared])).toBe(32 + 8 + 67 + 8)
    const own: { self?: unknown } = {}
    own.self = own
    expect(bytesOf(own)).toBe(40)
  })
})
