/** A row that is to be sent; `settle` tells an answer that waits for it. */
export type WaitingRow = { readonly json: string; readonly settle?: (isTaken: boolean) => void }

export type WaitingRows = {
  readonly count: () => number
  /** Whether an answer waits for one of them. */
  readonly isAwaited: () => boolean
  /** Whether there was room. */
  readonly push: (row: WaitingRow) => boolean
  /** The oldest that one call may hold. */
  readonly takeBatch: () => WaitingRow[]
  readonly giveBack: (batch: readonly WaitingRow[]) => void
  readonly takeAll: () => WaitingRow[]
}

/** Below the 1 MB of a call, uncompressed. */
const BATCH_BYTES = 900_000
const MOST_ROWS = 20_000
/** Of all that waits: an instance has 512 MB. */
const MOST_BYTES = 16_000_000

/** Rows in the order in which they came, within bounds. */
export function createWaitingRows(): WaitingRows {
  let rows: WaitingRow[] = []
  let bytes = 0
  let awaited = 0
  const count = (some: readonly WaitingRow[], sign: 1 | -1): void => {
    for (const { json, settle } of some) {
      bytes += sign * Buffer.byteLength(json)
      awaited += settle ? sign : 0
    }
  }
  const take = (end: number): WaitingRow[] => {
    const taken = rows.splice(0, end)
    count(taken, -1)
    return taken
  }
  return {
    count: () => rows.length,
    isAwaited: () => awaited > 0,
    push: (row) => {
      if (rows.length >= MOST_ROWS || bytes > MOST_BYTES) return false
      rows.push(row)
      count([row], 1)
      return true
    },
    takeBatch: () => take(endOfBatch(rows)),
    giveBack: (batch) => {
      rows = [...batch, ...rows]
      count(batch, 1)
    },
    takeAll: () => take(rows.length),
  }
}

/** One row at least, with the brackets and commas of an array. */
function endOfBatch(rows: readonly WaitingRow[]): number {
  let size = 2
  const end = rows.findIndex(({ json }) => (size += Buffer.byteLength(json) + 1) > BATCH_BYTES)
  return end < 0 ? rows.length : Math.max(1, end)
}
