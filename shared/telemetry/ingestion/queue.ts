import type { Later } from '../deadline.ts'
import type { AuditRow } from './columns.ts'
import type { SendRows, Sent } from './send-rows.ts'
import { createWaitingRows, type WaitingRow, type WaitingRows } from './waiting-rows.ts'

/** Rows that no one will find in the table: they stand in the host's log alone. */
export type Lost = { readonly count: number; readonly reason: string }

export type QueueDeps = {
  readonly send: SendRows
  /** Milliseconds that never step back: a clock that is set would hold the rows back. */
  readonly now: () => number
  readonly later: Later
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

const BETWEEN_MS = 1_000
/** A little is lost to the timer and to the way: each is on its way within a second. */
const FIRST_MS = 900
const BACKOFF_MS = [2_000, 5_000, 15_000, 30_000, 60_000] as const
export const AWAITED_MS = 8_000

type State = {
  readonly deps: QueueDeps
  readonly rows: WaitingRows
  /** The call that is under way. */
  turn: Promise<void> | undefined
  /** Those of calls that are under way. */
  readonly underWay: Set<WaitingRow>
  planned: { readonly at: number } | undefined
  spacedUntil: number
  blockedUntil: number
  failures: number
}

/** Sends rows in batches, one call at a time and at most one a second, and holds them while nobody takes them. */
export function createAuditQueue(deps: QueueDeps): AuditQueue {
  const state: State = {
    deps,
    rows: createWaitingRows(),
    turn: undefined,
    underWay: new Set(),
    planned: undefined,
    spacedUntil: 0,
    blockedUntil: 0,
    failures: 0,
  }
  return {
    add: (row) => {
      push(state, { json: JSON.stringify(row) }, FIRST_MS)
    },
    addAndWait: async (row) => {
      const isTaken = await new Promise<boolean>((settle) => {
        const stop = deps.later(AWAITED_MS, () => settle(false))
        const settled = (isTaken: boolean): void => {
          stop()
          settle(isTaken)
        }
        push(state, { json: JSON.stringify(row), settle: settled }, 0)
      })
      if (!isTaken) throw new AuditUnreachable()
    },
    isReachable: () => state.failures === 0,
    close: (withinMs) => close(state, withinMs),
  }
}

function push(state: State, row: WaitingRow, least: number): void {
  if (state.rows.push(row)) plan(state, least)
  else lose(state, [row], 'more waits than there is room for')
}

function lose({ deps }: State, rows: readonly WaitingRow[], reason: string): void {
  for (const { settle } of rows) settle?.(false)
  if (rows.length > 0) deps.onLost({ count: rows.length, reason })
}

/** An answer that waits is worth a call of its own. */
function dueAt({ rows, blockedUntil, spacedUntil }: State): number {
  return Math.max(blockedUntil, rows.isAwaited() ? 0 : spacedUntil)
}

function plan(state: State, least: number): void {
  const { deps, rows, turn } = state
  const due = Math.max(deps.now() + least, dueAt(state))
  if (turn || rows.count() === 0 || (state.planned && due >= state.planned.at)) return
  const planned = { at: due }
  state.planned = planned
  // The clock goes on between two looks at it, and Node warns of a time that is below nothing.
  deps.later(Math.max(0, due - deps.now()), () => {
    if (state.planned === planned) fire(state)
  })
}

function fire(state: State): void {
  const { deps, rows } = state
  state.planned = undefined
  if (state.turn || rows.count() === 0) return
  if (dueAt(state) > deps.now()) plan(state, 0)
  else state.turn = takeTurn(state)
}

async function takeTurn(state: State): Promise<void> {
  state.spacedUntil = state.deps.now() + BETWEEN_MS
  await sendBatch(state, state.rows.takeBatch())
  state.turn = undefined
  plan(state, 0)
}

async function sendBatch(state: State, batch: readonly WaitingRow[]): Promise<void> {
  for (const row of batch) state.underWay.add(row)
  const sent = await state.deps.send(`[${batch.map(({ json }) => json).join(',')}]`)
  if (sent.kind === 'tooLarge' && batch.length > 1) {
    const half = Math.ceil(batch.length / 2)
    await sendBatch(state, batch.slice(0, half))
    await sendBatch(state, batch.slice(half))
  } else settleBatch(state, batch, sent)
}

function settleBatch(state: State, sentRows: readonly WaitingRow[], sent: Sent): void {
  const { deps, rows, underWay } = state
  // Without those that the end of the instance has already told as lost.
  const batch = sentRows.filter((row) => underWay.delete(row))
  state.failures = sent.kind === 'again' ? state.failures + 1 : 0
  if (sent.kind === 'taken') for (const { settle } of batch) settle?.(true)
  else if (sent.kind === 'again') {
    rows.giveBack(batch)
    const step = BACKOFF_MS[Math.min(state.failures, BACKOFF_MS.length) - 1] ?? 0
    const backoff = step * (0.75 + deps.random() / 2)
    state.blockedUntil = deps.now() + Math.max(sent.afterMs ?? 0, backoff)
  } else lose(state, batch, sent.kind === 'refused' ? sent.reason : 'status 413')
}

async function close(state: State, withinMs: number): Promise<void> {
  const { deps, rows, underWay } = state
  const until = deps.now() + withinMs
  const { promise: over, resolve } = Promise.withResolvers<undefined>()
  const stop = deps.later(withinMs, () => resolve(undefined))
  await Promise.race([state.turn, over])
  let isTaking = true
  while (isTaking && rows.count() > 0 && deps.now() < until) {
    const before = state.failures
    await Promise.race([sendBatch(state, rows.takeBatch()), over])
    isTaking = state.failures <= before
  }
  stop()
  lose(state, [...underWay, ...rows.takeAll()], 'the instance ended first')
  underWay.clear()
}
