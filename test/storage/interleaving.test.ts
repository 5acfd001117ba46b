import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { rotateRefreshToken } from '../../shared/grants/rotate-refresh-token.ts'
import type { GrantDeps } from '../../shared/grants/types.ts'
import type { GrantStore } from '../../shared/storage/ports.ts'
import {
  APPROVAL,
  authorization,
  newCode,
  newPair,
  redeem,
  START,
  startStorage,
  type Storage,
  tokenOf,
} from './support/harness.ts'

let storage: Storage
let deps: GrantDeps
beforeAll(async () => {
  storage = await startStorage()
  deps = storage.deps()
})
afterAll(() => storage.close())
beforeEach(() => {
  storage.clock.now = START
})

const refresh = (from: GrantDeps, value: string, renewal: number) =>
  rotateRefreshToken(from, tokenOf('refresh', value), APPROVAL, () =>
    Promise.resolve(authorization(storage.clock.now, renewal)),
  )

/** Another instance's whole request happens just before this instance's first read of one kind, and after the others. */
function overtaken(read: 'readGrant' | 'readRow', other: () => Promise<unknown>): GrantDeps {
  let pending: (() => Promise<unknown>) | undefined = other
  const overtake = async (): Promise<void> => {
    const run = pending
    pending = undefined
    await run?.()
  }
  const { store } = deps
  const late: GrantStore = {
    ...store,
    readGrant: async (grantId) => {
      if (read === 'readGrant') await overtake()
      return await store.readGrant(grantId)
    },
    readRow: async (grantId, kind, hash) => {
      if (read === 'readRow') await overtake()
      return await store.readRow(grantId, kind, hash)
    },
  }
  return { ...deps, store: late }
}

describe.each(['readGrant', 'readRow'] as const)('overtaken before %s', (read) => {
  test('a code gives no second pair, and ends what the first gave', async () => {
    const code = await newCode(deps)
    const other = overtaken(read, () => redeem(deps, code))
    await expect(redeem(other, code)).rejects.toMatchObject({ name: 'GrantRefused', reason: 'code-reused' })
    expect((await deps.store.readGrant(code.grantId))?.row.state).toBe('revoked')
  })

  test('a refresh token gives the pair that the other instance gave', async () => {
    const { refresh: value } = await newPair(deps)
    let first: unknown
    const other = overtaken(read, async () => {
      first = await refresh(deps, value, 1)
    })
    const second = await refresh(other, value, 2)
    expect(first).toMatchObject(second)
  })

  test('a refusal of Entra does not end what the other instance has just renewed', async () => {
    const { refresh: value, grantId } = await newPair(deps)
    const other = overtaken(read, () => refresh(deps, value, 1))
    const refusing = rotateRefreshToken(other, tokenOf('refresh', value), APPROVAL, () =>
      Promise.resolve({ refused: 'AADSTS700082' }),
    )
    await refusing.catch(() => undefined)
    expect((await deps.store.readGrant(grantId))?.row.state).toBe('active')
  })
})
