import * as z from 'zod'
import type { DataverseError } from '../../errors.ts'
import { NOT_CONNECTED } from '../../web-api/wire-fetch.ts'

/** No connection came about, so that no byte of the request left. */
const NEVER_CONNECTED = new Set([
  'ECONNREFUSED',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  NOT_CONNECTED,
])
const Coded = z.object({ code: z.string().optional().catch(undefined), cause: z.unknown().optional() })
const DEEPEST = 4

/** Whether a request whose answer did not come may have arrived; in doubt it may. */
export function wasSent({ kind, cause }: DataverseError): boolean {
  if (kind !== 'unreachable') return true
  let at: unknown = cause
  for (let depth = 0; depth < DEEPEST; depth += 1) {
    const { success, data } = Coded.safeParse(at)
    if (!success) return true
    if (data.code !== undefined && NEVER_CONNECTED.has(data.code)) return false
    at = data.cause
  }
  return true
}
