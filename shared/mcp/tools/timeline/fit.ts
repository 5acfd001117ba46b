import { cut } from '../../tool/plain-text.ts'
import type { Item } from './timeline.ts'

/** Characters of a text; where not even the shortest make all fit, items are left for the next page. */
const SHORTER_AND_SHORTER = [2_000, 1_000, 400, 150] as const

export type Fitted = { readonly planned: readonly Item[]; readonly items: readonly Item[] }

/**
 * As much as `bytes` have room for: texts are cut, then what is planned later, then what happened earlier, of which one
 * always stays.
 * @param sizeOf bytes that an item takes
 */
export function fitItems({ planned, items }: Fitted, bytes: number, sizeOf: (item: Item) => number): Fitted {
  const shortest = SHORTER_AND_SHORTER.at(-1) ?? 0
  const longest = SHORTER_AND_SHORTER.find((most) => {
    return total([...planned, ...items].map((item) => sizeOf(shortened(item, most)))) <= bytes
  })
  const short = (item: Item): Item => shortened(item, longest ?? shortest)
  const all = { planned: planned.map(short), items: items.map(short) }
  if (longest !== undefined) return all
  const first = all.items[0] ? sizeOf(all.items[0]) : 0
  const half = Math.max(0, Math.min(bytes - first, items.length > 0 ? bytes / 2 : bytes))
  const kept = taken(all.planned, half, sizeOf, 0)
  return { planned: kept, items: taken(all.items, bytes - total(kept.map(sizeOf)), sizeOf, 1) }
}

function total(sizes: readonly number[]): number {
  return sizes.reduce((sum, size) => sum + size, 0)
}

function taken(items: readonly Item[], bytes: number, sizeOf: (item: Item) => number, least: number): readonly Item[] {
  let left = bytes
  const over = items.findIndex((item) => (left -= sizeOf(item)) < 0)
  return over < 0 ? items : items.slice(0, Math.max(least, over))
}

function shortened(item: Item, longest: number): Item {
  const { text } = item
  return text === undefined || text.length <= longest ? item : { ...item, text: cut(text, longest) }
}
