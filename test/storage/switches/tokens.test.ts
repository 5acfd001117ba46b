import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createAccessTokens } from '../../../shared/grants/open-access-token.ts'
import { rotateRefreshToken } from '../../../shared/grants/rotate-refresh-token.ts'
import { isPersonOff } from '../../../shared/grants/switches/require-on.ts'
import type { TokenPair } from '../../../shared/grants/types.ts'
import { userIndexOf } from '../../../shared/grants/sessions/user-index.ts'
import {
  APPROVAL,
  authorization,
  newCode,
  newPair,
  redeem,
  startStorage,
  type Storage,
  tokenOf,
} from '../support/harness.ts'
import { endClient } from '../support/switch-off.ts'

let storage: Storage
let at = 0
/** Tables and a worker of one test. */
const stage = () => {
  const stores = storage.stores(`t${at}`)
  return { store: stores.switches, deps: storage.deps(stores) }
}
beforeAll(async () => {
  storage = await startStorage()
})
beforeEach(() => {
  at += 1
})
afterAll(() => storage.close())

type Deps = ReturnType<typeof stage>['deps']
const HOLDER = { clientId: APPROVAL.clientId, resource: APPROVAL.resource }
/** `during` happens while Entra is asked. */
const refresh = (deps: Deps, value: string, during = async (): Promise<void> => undefined): Promise<TokenPair> =>
  rotateRefreshToken(deps, tokenOf('refresh', value), HOLDER, async () => {
    await during()
    return authorization(deps.now())
  })
const open = (deps: Deps, { access }: TokenPair) =>
  createAccessTokens(deps).open(tokenOf('access', access), APPROVAL.resource)

const SWITCHES = [
  ['everything', 'EverythingOff', (store: Store) => off(store, 'everything', 'everything')],
  ['the client', 'GrantRefused', (store: Store) => endClient(store, APPROVAL.clientId, 0)],
] as const
type Store = ReturnType<typeof stage>['store']
const off = (store: Store, kind: string, row: string) => store.put({ kind, row, since: 0 })
const allOn = async (store: Store): Promise<void> => {
  for (const { kind, row } of await store.list()) await store.remove(kind, row)
}

describe.each(SWITCHES)('while %s is off', (_, name, switchOff) => {
  test('no code is redeemed and nothing refreshed, at once; and nothing of it was lost once it is on again', async () => {
    const { deps, store } = stage()
    const [pair, code] = [await newPair(deps), await newCode(deps)]
    await switchOff(store)
    await expect(redeem(deps, code)).rejects.toMatchObject({ name })
    const asked: string[] = []
    const refused = refresh(deps, pair.refresh, async () => void asked.push('Entra'))
    await expect(refused).rejects.toMatchObject({ name })
    expect(asked).toEqual([])
    expect((await deps.store.readGrant(pair.grantId))?.row.state).toBe('active')
    await allOn(store)
    await redeem(deps, code)
    expect(await open(deps, await refresh(deps, pair.refresh))).toMatchObject({ grantId: pair.grantId })
  })

  test('switched off while Entra is asked: that pair is given, the next is not, and no reuse is seen', async () => {
    const { deps, store } = stage()
    const first = await newPair(deps)
    const second = await refresh(deps, first.refresh, async () => switchOff(store))
    for (const { refresh: value } of [first, second]) await expect(refresh(deps, value)).rejects.toMatchObject({ name })
    await allOn(store)
    // Its answer was lost on the way, so the client asks with the old one.
    expect(await refresh(deps, first.refresh)).toMatchObject({ refresh: second.refresh })
    expect(await open(deps, await refresh(deps, second.refresh))).toBeDefined()
  })

  test('a token that nobody issued costs no reading of it, and learns nothing', async () => {
    const { deps, store } = stage()
    const { grantId, refresh: value } = await newPair(deps)
    await switchOff(store)
    let read = 0
    const counting = { ...deps, switches: { fresh: () => ((read += 1), deps.switches.fresh()) } }
    const forged = tokenOf('refresh', value)
    const refused = rotateRefreshToken(counting, { ...forged, hash: 'A'.repeat(43) }, HOLDER, async () => ({
      refused: 'x',
    }))
    await expect(refused).rejects.toMatchObject({ reason: 'unknown-secret', grantId })
    expect(read).toBe(0)
  })
})

describe('a person who is off', () => {
  const { person } = authorization(0)
  test('keeps the connection, which names them by their index alone', async () => {
    const { deps, store } = stage()
    const pair = await newPair(deps)
    const index = userIndexOf(person, await deps.keys.index())
    expect(await open(deps, pair)).toMatchObject({ userIndex: index })
    expect(await isPersonOff(deps, person)).toBe(false)
    await off(store, 'person', index)
    expect(await isPersonOff(deps, person)).toBe(true)
    expect(await open(deps, await refresh(deps, pair.refresh))).toMatchObject({ userIndex: index })
    expect(JSON.stringify(await store.list())).not.toMatch(new RegExp(`${person.userId}|${person.tenantId}`, 'i'))
  })

  test('is one person of one tenant', async () => {
    const { deps, store } = stage()
    await off(store, 'person', userIndexOf(person, await deps.keys.index()))
    for (const other of [
      { ...person, userId: person.tenantId },
      { ...person, tenantId: person.userId },
      { tenantId: `${person.tenantId}|${person.userId}`, userId: '' },
    ])
      expect(await isPersonOff(deps, other)).toBe(false)
  })
})
