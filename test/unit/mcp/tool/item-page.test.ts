import { describe, expect, test } from '@jest/globals'
import { ItemCursor, pageOf, startIn } from '../../../../shared/mcp/tool/item-page.ts'

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
      start = startIn(items, ItemCursor.parse(page.cursor))
    }
    expect(seen).toEqual(items.map(({ name }) => name))
  })

  test('one item always comes, and past the end there is none', () => {
    expect(pageOf(items, 3, 1)).toEqual({ items: [items[3]], left: 21, cursor: expect.stringMatching(/^4-/) })
    expect(pageOf(items, 99, 100)).toEqual({ items: [], left: 0 })
  })

  test.each(['', '-1', '1.5', '1e3', 'x', '5', '5-', '5-0123456', '5-0123456G', '1234567-01234567'])(
    '%j is no cursor',
    (cursor) => {
      expect(ItemCursor.safeParse(cursor).success).toBe(false)
    },
  )

  test.each([[items.slice(1)], [items.slice(0, -1)], [[...items, { name: 'one more' }]], [[]]])(
    'of another list it is refused: %#',
    (others) => {
      const { cursor } = pageOf(items, 0, 100)
      expect(startIn(items, cursor)).toBeGreaterThan(0)
      expect(() => startIn(others, cursor)).toThrow('The cursor goes on with another list than this one.')
    },
  )
})
