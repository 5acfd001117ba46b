import type { AuditRow } from './columns.ts'
import type { SendRows } from './send-rows.ts'

/** Rows that no one will find in the table: they stand in the host's log alone. */
export type Lost = { readonly count: number; readonly reason: string }

export type QueueDeps = {
  readonly send: SendRows
  readonly now: () => number
  /** Runs later; does not keep the process alive. */
  readonly later: (ms: number, work: () => void) => void
  readonly onLost: (lost: Lost) => void
  /** From 0 up to 1. */
  readonly random: () => number
}

export type AuditQueue = {
  /** Takes a row and returns at once. */
  readonly add: (row: AuditRow) => void
  /** Resolves once the row is taken. @throws AuditUnreachable where it is not within {@link AWAITED_MS} */
  readonly addAndWait: (row: AuditRow) => Promise<void>
  /** Whether the last send was taken, or there was none. */
  readonly isReachable: () => boolean
  /** Sends what is left, without waiting for a turn; what is not taken is told as lost. */
  readonly close: (withinMs: number) => Promise<void>
}

/** The audit trail does not take what must be written before an answer. */
export class AuditUnreachable extends Error {
  constructor() {
    super('the audit trail does not take events')
    this.name = 'AuditUnreachable'
  }
}

type Waiting = { readonly json: string; readonly settle?: (isTaken: boolean) => void }

/** Below the 1 MB of a call, uncompressed. */
const BATCH_BYTES = 900_000
const MOST_ROWS = 20_000
/** Of all that waits: an instance has 512 MB. */
const MOST_BYTES = 16_000_000
const BETWEEN_MS = 1_000
/** A little is lost to the timer and to the way: each is on its way within a second. */
const FIRST_MS = 900
const BACKOFF_MS = [2_000, 5_000, 15_000, 30_000, 60_000] as const
/** A timer may fire a little early. */
const TIMER_MS = 5
export const AWAITED_MS = 8_000

/** Sends rows in batches, one call at a time and at most one a second, and holds them while nobody takes them. */
export function createAuditQueue(deps: QueueDeps): AuditQueue {
  let waiting: Waiting[] = []
  let bytes = 0
  let awaited = 0
  let turn: Promise<void> | undefined
  let plannedAt = Infinity
  let spacedUntil = 0
  let blockedUntil = 0
  let failures = 0

  const lose = (rows: readonly Waiting[], reason: string): void => {
    for (const { settle } of rows) settle?.(false)
    if (rows.length > 0) deps.onLost({ count: rows.length, reason })
  }
  const takeBatch = (): Waiting[] => {
    let size = 2
    const end = waiting.findIndex(({ json }) => (size += Buffer.byteLength(json) + 1) > BATCH_BYTES)
    const batch = waiting.splice(0, end < 0 ? waiting.length : Math.max(1, end))
    bytes -= bytesOf(batch)
    awaited -= batch.filter(({ settle }) => settle).length
    return batch
  }
  const giveBack = (batch: readonly Waiting[]): void => {
    waiting = [...batch, ...waiting]
    bytes += bytesOf(batch)
    awaited += batch.filter(({ settle }) => settle).length
  }
  const sendBatch = async (batch: readonly Waiting[]): Promise<void> => {
    const sent = await deps.send(`[${batch.map(({ json }) => json).join(',')}]`)
    if (sent.kind === 'tooLarge' && batch.length > 1) {
      const half = Math.ceil(batch.length / 2)
      await sendBatch(batch.slice(0, half))
      await sendBatch(batch.slice(half))
      return
    }
    failures = sent.kind === 'again' ? failures + 1 : 0
    if (sent.kind === 'taken') for (const { settle } of batch) settle?.(true)
    else if (sent.kind === 'again') {
      giveBack(batch)
      const backoff = (BACKOFF_MS[Math.min(failures, BACKOFF_MS.length) - 1] ?? 0) * (0.75 + deps.random() / 2)
      blockedUntil = deps.now() + Math.max(sent.afterMs ?? 0, backoff)
    } else lose(batch, sent.kind === 'refused' ? sent.reason : 'status 413')
  }
  const takeTurn = async (): Promise<void> => {
    spacedUntil = deps.now() + BETWEEN_MS
    await sendBatch(takeBatch())
    turn = undefined
    plan(0)
  }
  const dueAt = (): number => Math.max(blockedUntil, awaited > 0 ? 0 : spacedUntil)
  const fire = (): void => {
    if (deps.now() + TIMER_MS < plannedAt) return
    plannedAt = Infinity
    if (turn || waiting.length === 0) return
    if (dueAt() > deps.now()) plan(0)
    else turn = takeTurn()
  }
  const plan = (least: number): void => {
    const due = Math.max(deps.now() + least, dueAt())
    if (turn || waiting.length === 0 || due >= plannedAt) return
    plannedAt = due
    deps.later(due - deps.now(), fire)
  }
  const push = (row: Waiting, least: number): void => {
    if (waiting.length >= MOST_ROWS || bytes > MOST_BYTES) {
      lose([row], 'more waits than there is room for')
      return
    }
    waiting.push(row)
    bytes += Buffer.byteLength(row.json)
    if (row.settle) awaited += 1
    plan(least)
  }

  return {
    add: (row) => {
      push({ json: JSON.stringify(row) }, FIRST_MS)
    },
    addAndWait: async (row) => {
      const isTaken = await new Promise<boolean>((settle) => {
        deps.later(AWAITED_MS, () => settle(false))
        push({ json: JSON.stringify(row), settle }, 0)
      })
      if (!isTaken) throw new AuditUnreachable()
    },
    isReachable: () => failures === 0,
    close: async (withinMs) => {
      const until = deps.now() + withinMs
      await turn
      while (waiting.length > 0 && deps.now() < until) {
        const before = failures
        await sendBatch(takeBatch())
        if (failures > before) break
      }
      lose(waiting.splice(0), 'the instance ended first')
      bytes = 0
    },
  }
}

function bytesOf(rows: readonly Waiting[]): number {
  return rows.reduce((sum, { json }) => sum + Buffer.byteLength(json), 0)
}
