import { createHmac } from 'node:crypto'

/** By which a person's grants and switches are found: it tells no name, and nothing to whoever lacks the index key. */
export function userIndexOf(
  { tenantId, userId }: { readonly tenantId: string; readonly userId: string },
  indexKey: Uint8Array,
): string {
  return createHmac('sha256', indexKey).update(`${tenantId}|${userId}`).digest('base64url')
}
