export type LineBounds = {
  /** Calls at work in this worker. */
  readonly atWork: number
  readonly atWorkPerPerson: number
  readonly waiting: number
  readonly waitingPerPerson: number
  /** Bytes of the bodies that wait. */
  readonly bytes: number
  readonly bytesPerPerson: number
  /** Milliseconds that a call waits at most. */
  readonly waitMs: number
  /** Answers that send somebody away and are kept back for `heldMs`; the others go at once. */
  readonly held: number
  readonly heldMs: number
}

/**
 * A call at work mostly waits for Dataverse, so there are far more places than processors. One person's calls take four
 * of them: what somebody else's call finds before it is the work of four, however many were sent. With the 40 s that a
 * tool has, 10 s of waiting stay below the 60 s after which ChatGPT gives up. Whoever is sent away and asks again at once
 * would take the time of others by being refused alone: such an answer comes a second later, so that it costs one a
 * second for each connection.
 */
export const LINE_BOUNDS: LineBounds = {
  atWork: 64,
  atWorkPerPerson: 4,
  waiting: 1_000,
  waitingPerPerson: 100,
  bytes: 16_000_000,
  bytesPerPerson: 2_000_000,
  waitMs: 10_000,
  held: 500,
  heldMs: 1_000,
}
