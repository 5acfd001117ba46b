import { withoutUpn, type WriteLine } from './audit.ts'
import type { Audit, AuditEvent, InvocationAudit } from './events.ts'
import { allowedFields, formatLine, levelOf, type AuditFormat } from './format-event.ts'
import { rowOf } from './ingestion/columns.ts'
import type { AuditQueue } from './ingestion/queue.ts'
import { createNoise } from './noise.ts'

export type TrailOptions = {
  readonly format: AuditFormat
  /** Whether sign-in names are written; without, they are left out whoever tells them. */
  readonly upn?: boolean
  /** The way to the table; without one the host's log has all there is. */
  readonly queue?: AuditQueue | undefined
  /** Whether an answer waits for the table. */
  readonly isRequired?: boolean
  readonly now: () => number
  /** Runs later; does not keep the process alive. */
  readonly later: (ms: number, work: () => void) => void
  /** A line of no invocation. */
  readonly writeBeside: WriteLine
  /** Names a worker; with a number it names an event. */
  readonly workerId: string
}

export type Invocation = {
  /** To the invocation's own log. */
  readonly write: WriteLine
  /** The invocation id; an event's own correlation id comes before it. */
  readonly correlationId: string
  readonly clientAddress?: string
}

/** The audit of a worker, from which each of its invocations has its own. */
export type Trail = {
  readonly of: (invocation: Invocation) => InvocationAudit
  /** Tells what is of no invocation. */
  readonly beside: Audit
  /** Tells what was only counted so far: the worker ends. */
  readonly tellCounted: () => void
}

/**
 * Writes each event at once as one line into its invocation's own log, which the host has even if the worker dies next,
 * and puts it into the queue to the table.
 */
export function createTrail(options: TrailOptions): Trail {
  const { now, later } = options
  const tell = createTell(options)
  const beside: Audit = (event) => void tell(event, options.writeBeside)
  const noise = createNoise({ now, later, onCounted: beside })
  return {
    beside,
    tellCounted: noise.endAll,
    of: ({ write, correlationId, clientAddress }) => {
      const known = { correlationId, ...(clientAddress !== undefined && clientAddress !== '' && { clientAddress }) }
      const awaited: Promise<void>[] = []
      return {
        audit: (event) => {
          if (!noise.isWritten(event)) return
          const told = tell({ ...known, ...event }, write)
          // Waited for by `settled`, where the invocation comes to that.
          told?.catch(() => undefined)
          if (told) awaited.push(told)
        },
        settled: async () => {
          await Promise.all(awaited)
        },
      }
    },
  }
}

/** A promise where the table must have it before the answer. */
type Tell = (event: AuditEvent, write: WriteLine) => Promise<void> | undefined

function createTell({ format, queue, now, workerId, upn, isRequired }: TrailOptions): Tell {
  let events = 0
  return (event, write) => {
    const fields = allowedFields(upn === true ? event : withoutUpn(event))
    const eventId = `${workerId}-${(events += 1).toString(36)}`
    const told = queue ? { ...fields, eventId } : fields
    write(levelOf(event.name), formatLine(event.name, told, format))
    if (!queue) return undefined
    const row = rowOf(event.name, fields, eventId, now())
    if (isRequired === true && isAwaited(event)) return queue.addAndWait(row)
    queue.add(row)
    return undefined
  }
}

/**
 * A refusal gives nothing away, so nobody need wait for it. Tokens are replaced by the time they are told of: a client
 * that does not hear of them asks again, which looks like a theft (RFC 9700 section 4.14.2). Checks of the deployment
 * must be answered while the table is away.
 */
const isAwaited = ({ name }: AuditEvent): boolean => !name.endsWith('.refused') && !NOT_AWAITED.has(name)
const NOT_AWAITED: ReadonlySet<string> = new Set([
  'noise.counted',
  'audit.failed',
  'rate.limited',
  'limit.reached',
  'request.failed',
  'token.issued',
  'refresh.repeated',
  'manage.called',
])
