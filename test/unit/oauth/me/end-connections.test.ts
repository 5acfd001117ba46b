import { expect, test } from '@jest/globals'
import { userIndexOf } from '../../../../shared/grants/sessions/user-index.ts'
import { endConnection, endConnections, type EndDeps } from '../../../../shared/oauth/me/end-connections.ts'
import { StorageUnavailable, type GrantRow } from '../../../../shared/storage/ports.ts'
import type { AuditEvent } from '../../../../shared/telemetry/events.ts'

const KEY = new Uint8Array(32).fill(7)
const VISITOR = { id: 'a', userId: 'u', tenantId: 't', since: 0 }
const IDS = ['a', 'b', 'c'].map((letter) => letter.repeat(22))

/** A table that is away once `left` requests were answered, and always for `broken`. */
function storageFor(left: number, broken?: string) {
  const rows = new Map<string, GrantRow['state']>()
  const answer = async (id: string): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, id === broken ? 0 : 10))
    if (id === broken || (left -= 1) < 0) throw new StorageUnavailable('away')
  }
  const row = (state: GrantRow['state']) =>
    ({ state, clientId: 'client', userIndex: userIndexOf(VISITOR, KEY) }) as unknown as GrantRow
  const store = {
    readGrant: async (id: string) => {
      await answer(id)
      return { row: row(rows.get(id) ?? 'active'), etag: '1' }
    },
    commit: async (id: string) => {
      await answer(id)
      rows.set(id, 'revoked')
      return true
    },
  }
  const grantDeps = { store, users: { list: async () => IDS }, keys: { index: async () => KEY } }
  return { grantDeps, forgetGrant: () => undefined } as unknown as EndDeps
}

test('a connection that has ended is told of with its client, also where storage is away right afterwards', async () => {
  const events: AuditEvent[] = []
  const asked = { audit: (event: AuditEvent) => void events.push(event) }
  // Two readings and a write end it.
  expect(await endConnection(storageFor(3), asked, VISITOR, IDS[0] ?? '')).toBe(true)
  expect(events).toEqual([
    { name: 'grant.ended', step: 'me', userId: 'u', grantId: IDS[0], clientId: 'client', outcome: 'ok' },
  ])
})

test('where one of all cannot be ended the others are, and told of before it is said', async () => {
  const events: AuditEvent[] = []
  const asked = { audit: (event: AuditEvent) => void events.push(event) }
  await expect(endConnections(storageFor(100, IDS[1]), asked, VISITOR)).rejects.toThrow(StorageUnavailable)
  expect(events.map(({ grantId }) => grantId)).toEqual([IDS[0], IDS[2]])
})
