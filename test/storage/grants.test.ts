import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createAccessTokens } from '../../shared/grants/open-access-token.ts'
import { redeemCode } from '../../shared/grants/redeem-code.ts'
import { revokeToken } from '../../shared/grants/revoking/revoke-token.ts'
import { rotateRefreshToken } from '../../shared/grants/rotate-refresh-token.ts'
import type { GrantDeps } from '../../shared/grants/types.ts'
import { newToken } from '../../shared/tokens/token.ts'
import { randomBytes } from 'node:crypto'
import {
  APPROVAL,
  authorization,
  DAY,
  HOUR,
  MINUTE,
  newCode,
  newPair,
  redeem,
  SECOND,
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

const at = (ms: number) => {
  storage.clock.now = START + ms
}
const open = (access: string) => createAccessTokens(deps).open(tokenOf('access', access), APPROVAL.resource)
const refresh = (value: string, clientId = APPROVAL.clientId, renewal = 1) =>
  rotateRefreshToken(deps, tokenOf('refresh', value), { ...APPROVAL, clientId }, () =>
    Promise.resolve(authorization(storage.clock.now, renewal)),
  )
const refused = (reason: string) => ({ name: 'GrantRefused', reason })
const stateOf = async (grantId: string) => (await deps.store.readGrant(grantId))?.row.state

describe('code', () => {
  test('opens the person and the Dataverse token that it was made with', async () => {
    const pair = await newPair(deps)
    expect(await open(pair.access)).toMatchObject({
      dataverseToken: 'dataverse token 0',
      username: 'priya.nair@harbourpine.example',
      clientId: APPROVAL.clientId,
      grantId: pair.grantId,
      scope: APPROVAL.scope,
    })
  })

  test('leaves nothing to open once it is redeemed', async () => {
    const code = await newCode(deps)
    await redeem(deps, code)
    expect(await deps.store.readRow(code.grantId, 'code', code.hash)).toEqual({
      used: true,
      expiresAt: START + 180 * DAY,
      codeChallenge: APPROVAL.codeChallenge,
    })
  })

  test('used again: refused, and all that it issued ends', async () => {
    const code = await newCode(deps)
    const pair = await redeem(deps, code)
    await expect(redeem(deps, code)).rejects.toMatchObject(refused('code-reused'))
    expect(await open(pair.access)).toBeUndefined()
    await expect(refresh(pair.refresh)).rejects.toMatchObject(refused('revoked'))
  })

  test.each([
    ['119 s old', 119 * SECOND, true],
    ['120 s old', 120 * SECOND, false],
  ])('%s: redeemed %s', async (_, age, redeemed) => {
    const code = await newCode(deps)
    at(age)
    const outcome = await redeem(deps, code).then(
      () => 'pair',
      (error: unknown) => error,
    )
    if (redeemed) expect(outcome).toBe('pair')
    else expect(outcome).toMatchObject(refused('expired'))
  })

  test('a failed check leaves it to be redeemed', async () => {
    const code = await newCode(deps)
    const check = () => {
      throw new RangeError('the verifier')
    }
    await expect(redeemCode(deps, code, APPROVAL.clientId, check)).rejects.toThrow(RangeError)
    expect((await redeem(deps, code)).grantId).toBe(code.grantId)
  })

  test('another client neither redeems it nor ends it', async () => {
    const code = await newCode(deps)
    await expect(redeemCode(deps, code, 'dmi_other', () => undefined)).rejects.toMatchObject(refused('other-client'))
    expect((await redeem(deps, code)).grantId).toBe(code.grantId)
  })

  test('another client’s replay does not end the grant', async () => {
    const code = await newCode(deps)
    const pair = await redeem(deps, code)
    await expect(redeemCode(deps, code, 'dmi_other', () => undefined)).rejects.toMatchObject(refused('other-client'))
    expect(await open(pair.access)).toBeDefined()
  })
})

describe('access token', () => {
  test.each([
    ['an hour', 75 * MINUTE, HOUR],
    ['two minutes less than Dataverse’s', 30 * MINUTE, 28 * MINUTE],
    ['nothing, where Dataverse’s is about to end', MINUTE, 0],
  ])('lives %s', async (_, dataverseLifetime, lifetime) => {
    const pair = await newPair(deps)
    const renewed = await rotateRefreshToken(deps, tokenOf('refresh', pair.refresh), APPROVAL, () =>
      Promise.resolve({
        ...authorization(START),
        dataverse: { value: 'short', expiresAt: START + dataverseLifetime },
      }),
    )
    expect(renewed.accessExpiresAt).toBe(START + lifetime)
    at(lifetime)
    expect(await open(renewed.access)).toBeUndefined()
  })

  test('a known one costs no read; a revocation elsewhere acts within 60 s', async () => {
    const { access, refresh: held } = await newPair(deps)
    const tokens = createAccessTokens(deps)
    await tokens.open(tokenOf('access', access), APPROVAL.resource)
    await revokeToken(deps, tokenOf('refresh', held), APPROVAL.clientId)
    at(59 * SECOND)
    expect(await tokens.open(tokenOf('access', access), APPROVAL.resource)).toBeDefined()
    at(61 * SECOND)
    expect(await tokens.open(tokenOf('access', access), APPROVAL.resource)).toBeUndefined()
  })

  test('a local revocation acts at once', async () => {
    const { access, grantId } = await newPair(deps)
    const tokens = createAccessTokens(deps)
    await tokens.open(tokenOf('access', access), APPROVAL.resource)
    await revokeToken(deps, tokenOf('access', access), APPROVAL.clientId)
    tokens.forgetGrant(grantId)
    expect(await tokens.open(tokenOf('access', access), APPROVAL.resource)).toBeUndefined()
  })

  test('21 refreshes leave 20 access tokens', async () => {
    let { refresh: held, access } = await newPair(deps)
    const first = access
    for (let round = 0; round < 20; round++) ({ refresh: held, access } = await refresh(held))
    expect(await open(first)).toBeUndefined()
    expect(await open(access)).toBeDefined()
    expect((await deps.store.readGrant(tokenOf('access', access).grantId))?.row.access).toHaveLength(20)
  })
})

describe('refresh token', () => {
  test('gives a new pair that opens what Entra gave now', async () => {
    const first = await newPair(deps)
    const second = await refresh(first.refresh)
    expect(second.refresh).not.toBe(first.refresh)
    expect((await open(second.access))?.dataverseToken).toBe('dataverse token 1')
  })

  test('a replaced one answers with the same pair, days later too, while its successor is unused', async () => {
    const first = await newPair(deps)
    const { access, refresh: next } = await refresh(first.refresh)
    at(3 * DAY)
    expect(await refresh(first.refresh)).toMatchObject({ access, refresh: next })
  })

  test('its grace ends 30 s after its successor’s first use, then its use ends the grant', async () => {
    const first = await newPair(deps)
    const second = await refresh(first.refresh)
    at(HOUR)
    const third = await refresh(second.refresh)
    at(HOUR + 30 * SECOND)
    expect(await refresh(first.refresh)).toMatchObject({ refresh: second.refresh })
    at(HOUR + 31 * SECOND)
    await expect(refresh(first.refresh)).rejects.toMatchObject(refused('refresh-reused'))
    await expect(refresh(third.refresh)).rejects.toMatchObject(refused('revoked'))
    expect(await open(third.access)).toBeUndefined()
  })

  test('an unknown secret under a known grant id is no reuse', async () => {
    const pair = await newPair(deps)
    const forged = newToken('refresh', pair.grantId, randomBytes).value
    await expect(refresh(forged)).rejects.toMatchObject(refused('unknown-secret'))
    expect(await stateOf(pair.grantId)).toBe('active')
  })

  test('another client changes nothing', async () => {
    const pair = await newPair(deps)
    await expect(refresh(pair.refresh, 'dmi_other')).rejects.toMatchObject(refused('other-client'))
    expect((await refresh(pair.refresh)).grantId).toBe(pair.grantId)
  })

  test.each([
    ['30 days idle', 30],
    ['31 days idle', 31],
  ])('%s: refused', async (_, days) => {
    const pair = await newPair(deps)
    at(days * DAY)
    await expect(refresh(pair.refresh)).rejects.toMatchObject(refused('expired'))
  })

  test('used every 29 days, it still ends after 180', async () => {
    let { refresh: held } = await newPair(deps)
    for (let days = 29; days < 180; days += 29) {
      at(days * DAY)
      ;({ refresh: held } = await refresh(held))
    }
    at(180 * DAY)
    await expect(refresh(held)).rejects.toMatchObject(refused('expired'))
  })

  test('Entra’s refusal ends the grant', async () => {
    const pair = await newPair(deps)
    const renewal = rotateRefreshToken(deps, tokenOf('refresh', pair.refresh), APPROVAL, () =>
      Promise.resolve({ refused: 'AADSTS50173' }),
    )
    await expect(renewal).rejects.toMatchObject({ ...refused('entra-refused'), cause: 'AADSTS50173' })
    expect(await stateOf(pair.grantId)).toBe('revoked')
  })

  test('Entra’s refusal does not end a grant that another instance has renewed meanwhile', async () => {
    const pair = await newPair(deps)
    const late = rotateRefreshToken(deps, tokenOf('refresh', pair.refresh), APPROVAL, async () => {
      await refresh(pair.refresh)
      return { refused: 'AADSTS50173' }
    })
    expect(await late).toMatchObject({ grantId: pair.grantId })
    expect(await stateOf(pair.grantId)).toBe('active')
  })

  test('a failure of Entra changes nothing', async () => {
    const pair = await newPair(deps)
    const failing = rotateRefreshToken(deps, tokenOf('refresh', pair.refresh), APPROVAL, () =>
      Promise.reject(new TypeError('no answer')),
    )
    await expect(failing).rejects.toThrow('no answer')
    expect((await refresh(pair.refresh)).grantId).toBe(pair.grantId)
  })
})

describe('revocation', () => {
  test.each([
    ['refresh', 'grant', undefined, 'revoked'],
    ['access', 'access', undefined, 'active'],
    ['refresh', 'nothing', 'dmi_other', 'active'],
    ['access', 'nothing', 'dmi_other', 'active'],
  ] as const)('%s token: %s (client %s)', async (kind, revoked, clientId, state) => {
    const pair = await newPair(deps)
    const token = tokenOf(kind, pair[kind])
    expect(await revokeToken(deps, token, clientId ?? APPROVAL.clientId)).toBe(revoked)
    expect(await stateOf(pair.grantId)).toBe(state)
    expect((await open(pair.access)) === undefined).toBe(clientId === undefined)
  })

  test('a forged secret under a known grant id ends nothing', async () => {
    const pair = await newPair(deps)
    const forged = newToken('refresh', pair.grantId, randomBytes)
    expect(await revokeToken(deps, forged, APPROVAL.clientId)).toBe('nothing')
    expect(await stateOf(pair.grantId)).toBe('active')
  })
})
