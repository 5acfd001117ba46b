import { createHmac } from 'node:crypto'

/** The partition of a person in table `users`: base64url, finds their sessions and tells no name. */
export function userIndexOf(person: { readonly tenantId: string; readonly userId: string }, key: Uint8Array): string {
  return createHmac('sha256', key).update(`${person.tenantId}|${person.userId}`).digest('base64url')
}
