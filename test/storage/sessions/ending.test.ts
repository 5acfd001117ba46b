// Not in a bare npm test: connects people by the dozen and ends what they have.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createGrant } from '../../../shared/grants/create-grant.ts'
import type { EndedGrant } from '../../../shared/grants/sessions/end-session.ts'
import type { GrantDeps } from '../../../shared/grants/types.ts'
import { endEverywhere } from '../../../shared/manage/ending/end-everywhere.ts'
import { endPerson } from '../../../shared/manage/ending/end-person.ts'
import { type Ending, ENDING_MS, type EndingDeps } from '../../../shared/manage/ending/ending.ts'
import { removePerson } from '../../../shared/manage/ending/remove-person.ts'
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts'
import {
  APPROVAL,
  authorization,
  newWorker,
  redeem,
  START,
  startStorage,
  type Storage,
  storesOf,
  tokenOf,
} from '../support/harness.ts'

let storage: Storage
let proxy: FaultProxy
beforeAll(async () => {
  storage = await startStorage()
  proxy = await startFaultProxy(storage.azurite.connectionString)
})
afterAll(async () => {
  await proxy.close()
  await storage.close()
})

const { tenantId, userId: ADA } = authorization(START).person
const BEN = '22222222-2222-4222-8222-222222222222'

async function connect(deps: GrantDeps, userId = ADA, clientId = APPROVAL.clientId) {
  const given = authorization(deps.now())
  const approval = { ...APPROVAL, clientId }
  const { code } = await createGrant(deps, approval, { ...given, person: { ...given.person, userId } })
  return clientId === APPROVAL.clientId ? redeem(deps, tokenOf('code', code)) : tokenOf('code', code)
}
const connectTimes = (deps: GrantDeps, count: number, userId = ADA) =>
  Promise.all(Array.from({ length: count }, () => connect(deps, userId)))
const ending = (deps: GrantDeps, more: Partial<EndingDeps> = {}): EndingDeps => ({
  store: deps.store,
  users: deps.users,
  keys: deps.keys,
  now: deps.now,
  tenantId,
  forgetGrant: () => undefined,
  ...more,
})
const until = START + ENDING_MS
const everything = (told: EndedGrant[] = [], perhaps: EndedGrant[] = []) => ({
  isWanted: () => true,
  until,
  tell: (one: EndedGrant, outcome: 'ok' | 'error') => void (outcome === 'ok' ? told : perhaps).push(one),
})
const isEnded = async (deps: GrantDeps, grantId: string) =>
  (await deps.store.readGrant(grantId))?.row.state === 'revoked'

describe('on two instances', () => {
  test('at once where it was asked, and within a minute on the other', async () => {
    const clock = { now: START }
    const deps = { ...storage.deps(storage.stores('two')), now: () => clock.now }
    const pair = await connect(deps)
    if (!('access' in pair)) throw new TypeError('no pair')
    const [asked, other] = [newWorker(deps), newWorker(deps)]
    for (const worker of [asked, other]) expect(await worker.open(pair.access)).toBeDefined()
    await Promise.all([asked.settled(), other.settled()])
    await endPerson(ending(deps, { forgetGrant: asked.forgetGrant }), ADA, until, () => undefined)
    expect(await asked.open(pair.access)).toBeUndefined()
    expect(await other.open(pair.access)).toBeDefined()
    clock.now += 60_001
    expect(await other.open(pair.access)).toBeUndefined()
  })
})

describe('ending', () => {
  test('of a person ends every one of theirs, however many, tells each once, and nobody else’s', async () => {
    const deps = storage.deps(storage.stores('many'))
    const own = await connectTimes(deps, 35)
    const others = await connectTimes(deps, 2, BEN)
    const told: EndedGrant[] = []
    const done = await endPerson(ending(deps), ADA, until, (one) => void told.push(one))
    expect(done).toEqual({ ended: 35, complete: true })
    expect(told.map(({ grantId }) => grantId).sort()).toEqual(own.map(({ grantId }) => grantId).sort())
    expect(told.every(({ clientId }) => clientId === APPROVAL.clientId)).toBe(true)
    for (const { grantId } of others) expect(await isEnded(deps, grantId)).toBe(false)
  })

  test('goes on behind what it had time for', async () => {
    const deps = storage.deps(storage.stores('late'))
    await connectTimes(deps, 35)
    let [total, requests] = [0, 0]
    for (let after: string | undefined, complete = false; !complete; requests++) {
      const one: Ending = await endPerson(ending(deps), ADA, START - 1, () => undefined, after)
      total += one.ended
      after = one.next
      complete = one.complete
    }
    expect([total, requests]).toEqual([35, 4])
  })

  test('of a client leaves those of other clients', async () => {
    const deps = storage.deps(storage.stores('client'))
    const [own, other] = [await connect(deps), await connect(deps, ADA, 'another')]
    const wanted = { ...everything(), isWanted: ({ clientId }: EndedGrant) => clientId === 'another' }
    expect(await endEverywhere(ending(deps), wanted)).toEqual({ ended: 1, complete: true })
    expect([await isEnded(deps, own.grantId), await isEnded(deps, other.grantId)]).toEqual([false, true])
  })

  test('by two administrators at once ends each once', async () => {
    const deps = storage.deps(storage.stores('pair'))
    await connectTimes(deps, 12)
    const told: EndedGrant[] = []
    await Promise.all([endEverywhere(ending(deps), everything(told)), endEverywhere(ending(deps), everything(told))])
    expect(new Set(told.map(({ grantId }) => grantId)).size).toBe(12)
    expect(await endEverywhere(ending(deps), everything())).toEqual({ ended: 0, complete: true })
  })

  test.each(['before', 'after'] as const)(
    'with storage away %s a write says how far it came, and resumes',
    async (when) => {
      const stores = storesOf(proxy.connectionString, `away${when}`)
      const deps = storage.deps(stores)
      const own = await connectTimes(deps, 25)
      proxy.cut({ write: 15, when, then: 'stays down' })
      const told: EndedGrant[] = []
      const perhaps: EndedGrant[] = []
      const cut = await endEverywhere(ending(deps), everything(told, perhaps))
      expect(cut).toMatchObject({ complete: false, fault: 'storage' })
      expect(told).toHaveLength(cut.ended)
      proxy.heal()
      const rest = await endEverywhere(ending(deps), everything(told))
      expect(rest.complete).toBe(true)
      // A write whose answer was lost has ended a grant that is told of as one that may have ended.
      const untold = own.filter(({ grantId }) => !told.some((one) => one.grantId === grantId))
      expect(untold.length).toBeLessThanOrEqual(when === 'after' ? 1 : 0)
      expect(untold.length).toBe(own.length - cut.ended - rest.ended)
      for (const { grantId } of untold) expect(perhaps.map((one) => one.grantId)).toContain(grantId)
      for (const { grantId } of own) expect(await isEnded(deps, grantId)).toBe(true)
      proxy.stop()
      expect(await endEverywhere(ending(deps), everything())).toEqual({ ended: 0, complete: false, fault: 'storage' })
      proxy.heal()
    },
    60_000,
  )
})

describe('removing a person', () => {
  const removing = { until, tell: () => undefined, elsewhere: [] }
  const rowsOf = async (table: ReturnType<Storage['stores']>['tables']['grants']) => {
    const rows = []
    for await (const row of table.listEntities()) rows.push(row)
    return rows
  }

  test('leaves no row of theirs in any table, and all of others', async () => {
    const stores = storage.stores('gone')
    const deps = storage.deps(stores)
    const own = await connectTimes(deps, 3)
    const other = await connect(deps, BEN)
    const asked: string[] = []
    const elsewhere = [{ table: 'limits', remove: (index: string) => Promise.resolve(asked.push(index)) }]
    const done = await removePerson(ending(deps), ADA, { ...removing, elsewhere })
    expect(done).toMatchObject({ ended: 3, complete: true, deleted: { users: 3, limits: 1 } })
    const left = [...(await rowsOf(stores.tables.grants)), ...(await rowsOf(stores.tables.users))]
    const text = JSON.stringify(left)
    for (const { grantId } of own) expect(text).not.toContain(grantId)
    expect(text).toContain(other.grantId)
    expect(await removePerson(ending(deps), ADA, removing)).toMatchObject({ ended: 0, complete: true })
  })

  test.each([1, 2, 3, 4, 5, 6])(
    'cut off at write %d leaves nothing that is not found again',
    async (write) => {
      const stores = storesOf(proxy.connectionString, `cut${write}`)
      const deps = storage.deps(stores)
      await connectTimes(deps, 2)
      proxy.cut({ write, when: 'after', then: 'stays down' })
      expect(await removePerson(ending(deps), ADA, removing)).toMatchObject({ complete: false, fault: 'storage' })
      proxy.heal()
      expect(await removePerson(ending(deps), ADA, removing)).toMatchObject({ complete: true })
      expect([...(await rowsOf(stores.tables.grants)), ...(await rowsOf(stores.tables.users))]).toEqual([])
    },
    60_000,
  )
})
