import * as z from 'zod'

/** Where a page of a list starts that is the same at every call; nothing to keep, nothing to forge. */
export const ItemCursor = z
  .string()
  .regex(/^\d{1,6}$/, 'must be a cursor that an earlier result gave')
  .transform(Number)

export type ItemPage<T> = {
  readonly items: readonly T[]
  /** Items after these. */
  readonly left: number
  readonly cursor?: string
}

/** As many items from `start` on as fit into `bytes`, but always one. */
export function pageOf<T>(all: readonly T[], start: number, bytes: number): ItemPage<T> {
  let end = start
  for (let used = 0; end < all.length; end += 1) {
    used += Buffer.byteLength(JSON.stringify(all[end])) + 1
    if (used > bytes && end > start) break
  }
  const left = Math.max(0, all.length - end)
  return { items: all.slice(start, end), left, ...(left > 0 && { cursor: String(end) }) }
}
