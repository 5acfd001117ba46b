import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createAccessTokens } from '../../shared/grants/open-access-token.ts'
import { rotateRefreshToken } from '../../shared/grants/rotate-refresh-token.ts'
import {
  APPROVAL,
  authorization,
  newCode,
  newPair,
  redeem,
  startStorage,
  type Storage,
  tokenOf,
} from './support/harness.ts'

const RACERS = 40
const INSTANCES = 4
let storage: Storage
beforeAll(async () => {
  storage = await startStorage()
})
afterAll(() => storage.close())

const instances = () => Array.from({ length: INSTANCES }, () => storage.deps())
const race = <T>(run: (racer: number) => Promise<T>) =>
  Promise.allSettled(Array.from({ length: RACERS }, (_, racer) => run(racer)))

describe('40 racers over 4 instances', () => {
  test('refresh one token: one live pair, no failure, Entra asked once by each at most', async () => {
    const all = instances()
    const first = await newPair(all[0]!)
    let renewals = 0
    const outcomes = await race(async (racer) =>
      rotateRefreshToken(
        all[racer % INSTANCES]!,
        tokenOf('refresh', first.refresh),
        APPROVAL,
        () => ((renewals += 1), Promise.resolve(authorization(storage.clock.now, racer))),
      ),
    )
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([])
    const pairs = new Set(outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value.refresh] : [])))
    expect(pairs.size).toBe(1)
    expect(renewals).toBeLessThanOrEqual(RACERS)
    const grant = await all[0]!.store.readGrant(first.grantId)
    expect(grant?.row.access).toHaveLength(2)
    const [next] = pairs
    const again = await rotateRefreshToken(all[1]!, tokenOf('refresh', next!), APPROVAL, () =>
      Promise.resolve(authorization(storage.clock.now)),
    )
    expect(await createAccessTokens(all[2]!).open(tokenOf('access', again.access), APPROVAL.resource)).toBeDefined()
  })

  test('redeem one code: at most one pair, and the replay ends the grant', async () => {
    const all = instances()
    const code = await newCode(all[0]!)
    const outcomes = await race((racer) => redeem(all[racer % INSTANCES]!, code))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const reasons = outcomes.flatMap((one) => (one.status === 'rejected' ? [(one.reason as Error).name] : []))
    expect(new Set(reasons)).toEqual(new Set(['GrantRefused']))
    expect((await all[0]!.store.readGrant(code.grantId))?.row.state).toBe('revoked')
  })

  test('commit one version of a grant: one is done', async () => {
    const all = instances()
    const { grantId } = await newPair(all[0]!)
    const read = (await all[0]!.store.readGrant(grantId))!
    const outcomes = await race((racer) =>
      all[racer % INSTANCES]!.store.commit(grantId, read.etag, { grant: { ...read.row, scope: `racer ${racer}` } }),
    )
    expect(outcomes.filter((one) => one.status === 'fulfilled' && one.value)).toHaveLength(1)
  })

  test('consume one login: one does', async () => {
    const { logins } = storage.stores()
    const sealed = { keyId: 'local', bytes: new Uint8Array(40) }
    await logins.create('raced', { expiresAt: storage.clock.now + 1_000, sealed })
    const row = (await logins.read('raced'))!
    const outcomes = await race(() => storage.stores().logins.consume('raced', row.etag))
    expect(outcomes.filter((one) => one.status === 'fulfilled' && one.value)).toHaveLength(1)
  })
})
