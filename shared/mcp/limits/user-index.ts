import { createHmac } from 'node:crypto'
import type { Caller } from '../../grants/caller.ts'

/** Names a person where they rest in a table, and tells nobody who they are. */
export function userIndexOf({ tenantId, userId }: Pick<Caller, 'tenantId' | 'userId'>, indexKey: Uint8Array): string {
  return createHmac('sha256', indexKey).update(`${tenantId}|${userId}`).digest('base64url')
}
