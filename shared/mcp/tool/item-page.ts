import { createHash } from 'node:crypto'
import * as z from 'zod'
import { QueryError } from '../../dataverse/errors.ts'

/** Where a page of a list starts, and a mark of the list; nothing to keep, nothing to forge. */
export const ItemCursor = z.string().regex(/^\d{1,6}-[0-9a-f]{8}$/, 'must be a cursor that an earlier result gave')

/**
 * Where a cursor stands in a list, 0 without one.
 * @throws QueryError `invalid_cursor` for one of another list, whose place here would leave items out
 */
export function startIn(all: readonly unknown[], cursor: string | undefined): number {
  if (cursor === undefined) return 0
  const [start, mark] = cursor.split('-')
  if (mark === markOf(all)) return Number(start)
  throw new QueryError(
    'invalid_cursor',
    'The cursor goes on with another list than this one.',
    'Pass it beside all that the call had that gave it, or leave it out to begin anew.',
  )
}

function markOf(all: readonly unknown[]): string {
  const ends = JSON.stringify([all.length, all[0], all.at(-1)])
  return createHash('sha256').update(ends).digest('hex').slice(0, 8)
}

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
  return { items: all.slice(start, end), left, ...(left > 0 && { cursor: `${end}-${markOf(all)}` }) }
}
