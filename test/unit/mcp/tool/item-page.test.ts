import { describe, expect, test } from '@jest/globals'
import { ItemCursor, pageOf } from '../../../../shared/mcp/tool/item-page.ts'

const items = Array.from({ length: 25 }, (_, index) => ({ name: `item-${index}` }))

describe('a page of a list', () => {
  test('pages follow each other without a gap and end', () => {
    const seen: string[] = []
    let start = 0
    for (let pages = 0; pages < 25; pages += 1) {
      const page = pageOf(items, start, 100)
      expect(Buffer.byteLength(JSON.stringify(page.items))).toBeLessThanOrEqual(101)
      seen.push(...page.items.map(({ name }) => name))
      expect(page.left).toBe(items.length - seen.length)
      if (page.cursor === undefined) break
      start = ItemCursor.parse(page.cursor)
    }
    expect(seen).toEqual(items.map(({ name }) => name))
  })

  test('one item always comes, and past the end there is none', () => {
    expect(pageOf(items, 3, 1)).toEqual({ items: [items[3]], left: 21, cursor: '4' })
    expect(pageOf(items, 99, 100)).toEqual({ items: [], left: 0 })
  })

  test.each(['', '-1', '1.5', '1e3', 'x', '1234567'])('%j is no cursor', (cursor) => {
    expect(ItemCursor.safeParse(cursor).success).toBe(false)
  })
})
