import type { Config } from '../config/config.ts'
import { createAuditQueue, type AuditQueue, type Lost } from '../telemetry/ingestion/queue.ts'
import { createSendRows } from '../telemetry/ingestion/send-rows.ts'
import { createTrail, type Trail, type TrailOptions } from '../telemetry/trail.ts'
import { later } from '../telemetry/deadline.ts'
import type { Services } from './services.ts'

export type AuditTrail = Trail & {
  /** Whether an answer may be given: what must be written down first can be. */
  readonly isReady: () => boolean
  /** Sends what is left before the worker goes. */
  readonly close: () => Promise<void>
}

const CLOSE_WITHIN_MS = 4_000
const WORKER_ID_BYTES = 9
/** Losses follow each other: one line tells those of a while. */
const LOST_EVERY_MS = 10_000

/** The audit of a worker: to the host's log and, where a rule is configured, to the audit table. */
export function createAuditTrail(
  config: Config,
  services: Needed,
  writeBeside: TrailOptions['writeBeside'],
  elapsed: Elapsed,
): AuditTrail {
  const { now, random } = services
  const { isRequired, upn } = config.audit
  const lost = createLostCount(({ count, reason }) => {
    trail.beside({ name: 'audit.failed', outcome: 'error', count, reason })
  })
  const queue = createQueue(config, services, elapsed, lost.add)
  const trail = createTrail({
    format: config.development ? 'text' : 'json',
    upn,
    queue,
    isRequired,
    now,
    later,
    writeBeside,
    workerId: random(WORKER_ID_BYTES).toString('base64url'),
  })
  return {
    ...trail,
    isReady: () => !isRequired || queue?.isReachable() !== false,
    close: async () => {
      trail.tellCounted()
      await queue?.close(CLOSE_WITHIN_MS)
      lost.tell()
    },
  }
}

/** Milliseconds that never step back. */
type Elapsed = () => number
type Needed = Pick<Services, 'credential' | 'fetch' | 'now' | 'random' | 'chance'>

function createQueue(
  { audit: { target } }: Config,
  { credential, fetch, now, chance: random }: Needed,
  elapsed: Elapsed,
  onLost: (lost: Lost) => void,
): AuditQueue | undefined {
  if (!target) return undefined
  const token = async (scope: string): Promise<string> => {
    const found = await credential.getToken(scope)
    if (!found) throw new TypeError('the identity gave no token')
    return found.token
  }
  const send = createSendRows({ ...target, fetch, token, now })
  return createAuditQueue({ send, now: elapsed, later, onLost, random })
}

function createLostCount(onLost: (lost: Lost) => void): {
  readonly add: (lost: Lost) => void
  readonly tell: () => void
} {
  let waiting: Lost | undefined
  const tell = (): void => {
    if (waiting) onLost(waiting)
    waiting = undefined
  }
  return {
    tell,
    add: ({ count, reason }) => {
      if (!waiting) later(LOST_EVERY_MS, tell)
      waiting = { count: count + (waiting?.count ?? 0), reason }
    },
  }
}
