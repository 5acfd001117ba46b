import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createGrant } from '../../../shared/grants/create-grant.ts'
import { type EndedGrant, endSession } from '../../../shared/grants/sessions/end-session.ts'
import { listSessions, newestSessions } from '../../../shared/grants/sessions/list-sessions.ts'
import { userIndexOf } from '../../../shared/grants/sessions/user-index.ts'
import { StorageUnavailable } from '../../../shared/storage/ports.ts'
import {
  APPROVAL,
  authorization,
  DAY,
  LIFETIMES,
  newWorker,
  redeem,
  START,
  startStorage,
  type Storage,
  storesOf,
  tokenOf,
} from '../support/harness.ts'

let storage: Storage
beforeAll(async () => {
  storage = await startStorage()
})
afterAll(() => storage.close())

const TENANT = authorization(START).person.tenantId
const ADA = { tenantId: TENANT, userId: '11111111-1111-4111-8111-111111111111' }
const BEN = { tenantId: TENANT, userId: '22222222-2222-4222-8222-222222222222' }

/** A table of its own for each test. */
const instance = (prefix: string) => storage.deps(storage.stores(prefix))
type Deps = ReturnType<typeof instance>

async function approve(deps: Deps, who: typeof ADA) {
  const given = authorization(deps.now())
  const { code } = await createGrant(deps, APPROVAL, { ...given, person: { ...given.person, ...who } })
  return tokenOf('code', code)
}
const connect = async (deps: Deps, who: typeof ADA) => redeem(deps, await approve(deps, who))
const indexOf = async (deps: Deps, who: typeof ADA) => userIndexOf(who, await deps.keys.index())
const idsOf = async (deps: Deps, who: typeof ADA) =>
  (await listSessions(deps, await indexOf(deps, who))).map(({ grantId }) => grantId)
const ending = (deps: Deps) => {
  const forgotten: string[] = []
  const told: string[] = []
  return {
    forgotten,
    told,
    store: deps.store,
    forgetGrant: (grantId: string) => void forgotten.push(grantId),
    tell: ({ grantId }: EndedGrant, outcome: string) => void told.push(`${outcome} ${grantId}`),
  }
}

describe('a person’s sessions', () => {
  test('are their own, without what was never redeemed, has ended or is past its end', async () => {
    const deps = instance('own')
    const [first, second, ended] = [await connect(deps, ADA), await connect(deps, ADA), await connect(deps, ADA)]
    const other = await connect(deps, BEN)
    await approve(deps, ADA)
    expect(await endSession(ending(deps), ended.grantId)).toBeDefined()
    expect((await idsOf(deps, ADA)).sort()).toEqual([first.grantId, second.grantId].sort())
    expect(await idsOf(deps, BEN)).toEqual([other.grantId])
    const later = { ...deps, now: () => START + LIFETIMES.grant * 1000 }
    expect(await idsOf(later, ADA)).toEqual([])
  })

  test('of somebody who never signed in there are none, table or not', async () => {
    expect(await idsOf(instance('none'), ADA)).toEqual([])
  })

  test('tell of their client, redirect and times, and when they were last used', async () => {
    const deps = instance('told')
    const pair = await connect(deps, ADA)
    const read = async () => (await listSessions(deps, await indexOf(deps, ADA)))[0]
    const before = await read()
    expect(before).toMatchObject({
      grantId: pair.grantId,
      clientId: APPROVAL.clientId,
      redirectUri: APPROVAL.redirectUri,
      createdAt: START,
      expiresAt: START + LIFETIMES.grant * 1000,
    })
    const worker = newWorker(deps)
    await worker.open(pair.access)
    await worker.settled()
    expect((await read())?.lastUsedAt).toBeGreaterThan(before?.lastUsedAt ?? Number.POSITIVE_INFINITY)
  })
})

test('of many the newest are looked at closely, and all are counted', async () => {
  const deps = instance('many')
  const ids: string[] = []
  for (let at = 0; at < 23; at++) ids.unshift((await connect({ ...deps, now: () => START + at }, ADA)).grantId)
  let looked = 0
  const store = { ...deps.store, lastChange: (id: string) => ((looked += 1), deps.store.lastChange(id)) }
  const { sessions, count } = await newestSessions({ ...deps, store }, await indexOf(deps, ADA), 5)
  expect([sessions.map(({ grantId }) => grantId), count, looked]).toEqual([ids.slice(0, 5), 23, 5])
})

describe('ending', () => {
  test('is for the person’s own alone where a person is named, and is said once', async () => {
    const deps = instance('end')
    const { grantId, access } = await connect(deps, ADA)
    const end = ending(deps)
    expect(await endSession(end, grantId, await indexOf(deps, BEN))).toBeUndefined()
    expect(await newWorker(deps).open(access)).toBeDefined()
    const { clientId } = APPROVAL
    expect(await endSession(end, grantId, await indexOf(deps, ADA))).toEqual({ grantId, clientId })
    expect(await endSession(end, grantId, await indexOf(deps, ADA))).toBeUndefined()
    expect(end.forgotten).toEqual([grantId])
    expect(end.told).toEqual([`ok ${grantId}`])
    expect(await newWorker(deps).open(access)).toBeUndefined()
  })

  test('whose answer is lost is told of as one that may have ended', async () => {
    const deps = instance('lost')
    const { grantId } = await connect(deps, ADA)
    const commit: typeof deps.store.commit = async (...change) => {
      await deps.store.commit(...change)
      throw new StorageUnavailable('the answer was lost')
    }
    const end = { ...ending(deps), store: { ...deps.store, commit } }
    await expect(endSession(end, grantId)).rejects.toThrow(StorageUnavailable)
    expect(end.told).toEqual([`error ${grantId}`])
    expect(await idsOf(deps, ADA)).toEqual([])
  })

  test.each(['', 'x', "o'neill", '../grant', 'A'.repeat(22)])('of an id that is none: %j', async (grantId) => {
    expect(await endSession(ending(instance('end')), grantId)).toBeUndefined()
  })
})

describe('everybody’s grants', () => {
  test('come page by page, each once', async () => {
    const { users } = storage.stores('pages')
    expect(await users.page()).toEqual({ rows: [] })
    const ids = Array.from({ length: 450 }, (_, at) => `grant${at}`)
    for (let at = 0; at < ids.length; at += 50) {
      const row = { clientId: 'c', createdAt: START, expiresAt: START + DAY }
      await Promise.all(ids.slice(at, at + 50).map((id) => users.add(`person${id.length}`, id, row)))
    }
    const seen: string[] = []
    let pages = 0
    for (let after: string | undefined, more = true; more; pages++) {
      const { rows, next } = await users.page(after)
      seen.push(...rows.map(({ grantId }) => grantId))
      after = next
      more = next !== undefined
    }
    expect(pages).toBeGreaterThan(1)
    expect(seen.sort()).toEqual([...ids].sort())
    expect(await users.list('person7')).toHaveLength(90)
  })
})

describe('clients', () => {
  test('are described and listed as they were written down', async () => {
    const { clients } = storage.stores('known')
    expect(await clients.list(10)).toEqual([])
    expect(await clients.describe('nobody')).toBeUndefined()
    const use = {
      kind: 'registered',
      name: 'ChatGPT',
      redirectUris: ['https://a.example/cb'],
      authMethods: ['none'],
    } as const
    await clients.used('one', use, START)
    await clients.used('https://c.example/client.json', { ...use, kind: 'document', name: 'Other' }, START)
    const { name, kind, redirectUris } = use
    const one = { clientId: 'one', name, kind, redirectUris, firstUsedAt: START, lastUsedAt: START }
    expect(await clients.describe('one')).toEqual(one)
    const all = await clients.list(10)
    expect(all.map(({ clientId }) => clientId).sort()).toEqual(['https://c.example/client.json', 'one'])
    expect(await clients.list(1)).toHaveLength(1)
  })
})

test('a table service that is away decides nothing', async () => {
  const away = storesOf(
    'DefaultEndpointsProtocol=http;AccountName=away;AccountKey=YXdheQ==;TableEndpoint=http://127.0.0.1:9/away;',
  )
  await expect(away.users.list('u')).rejects.toThrow(StorageUnavailable)
  await expect(away.users.page()).rejects.toThrow(StorageUnavailable)
  await expect(away.clients.list(1)).rejects.toThrow(StorageUnavailable)
  await expect(away.grants.lastChange('g')).rejects.toThrow(StorageUnavailable)
})
