import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { OAuthClient } from '../../sandbox/chatgpt/registration.ts'
import { type Kit, pairOf, startKit } from '../support/kit.ts'
import { REVISIONS } from '../support/revisions.ts'

let kit: Kit
let client: OAuthClient
beforeAll(async () => {
  kit = await startKit()
  client = await kit.newClient()
})
afterAll(() => kit.close())

const OTHERS = ['client_secret_post', 'client_secret_basic'] as const

describe.each(REVISIONS)('refresh and revocation at $date', ({ sendsResource }) => {
  const own = sendsResource ? {} : { resource: undefined }

  test('rotation: a new pair, and the one before answers a retry with the same', async () => {
    const first = await kit.connect(client)
    const second = pairOf(await kit.refresh(client, first.refresh, own))
    expect(second.refresh).not.toBe(first.refresh)
    expect(second.access).not.toBe(first.access)
    expect(pairOf(await kit.refresh(client, first.refresh, own))).toEqual(second)
    expect(pairOf(await kit.refresh(client, second.refresh, own)).refresh).not.toBe(second.refresh)
  })

  test('a refresh that asks for more scope gets no more', async () => {
    const { refresh } = await kit.connect(client)
    const { status, body } = await kit.refresh(client, refresh, { ...own, scope: 'dynamics.read dynamics.write admin' })
    expect(status).toBe(200)
    expect(String(body.scope)).not.toMatch(/write|admin/)
  })

  test('a refresh for another resource is invalid_target, and the token stays good', async () => {
    const { refresh } = await kit.connect(client)
    const refused = await kit.refresh(client, refresh, { resource: 'https://other.example/mcp' })
    expect(refused).toMatchObject({ status: 400, body: { error: 'invalid_target' } })
    expect((await kit.refresh(client, refresh, own)).status).toBe(200)
  })

  test('revoking an access token keeps the refresh token', async () => {
    const { access, refresh } = await kit.connect(client)
    expect((await kit.revoke(client, access)).status).toBe(200)
    expect(await kit.mcpStatus(access)).toBe(401)
    expect((await kit.refresh(client, refresh, own)).status).toBe(200)
  })

  test('revoking a refresh token ends the grant', async () => {
    const { access, refresh } = await kit.connect(client)
    expect(await kit.mcpStatus(access)).toBe(200)
    const reply = await kit.revoke(client, refresh)
    expect([reply.status, reply.text, reply.headers.get('cache-control')]).toEqual([200, '{}', 'no-store'])
    expect(await kit.mcpStatus(access)).toBe(401)
    expect(await kit.refresh(client, refresh, own)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  })

  test('a code that is used twice ends what it gave', async () => {
    const approved = await kit.approve(client, own)
    const { access, refresh } = pairOf(await kit.redeem(client, approved, own))
    expect(await kit.redeem(client, approved, own)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    expect(await kit.mcpStatus(access)).toBe(401)
    expect((await kit.refresh(client, refresh, own)).body).toHaveProperty('error', 'invalid_grant')
  })
})

describe('revocation by whom it is not due', () => {
  test('another client’s token: 200, and nothing is revoked', async () => {
    const { access, refresh } = await kit.connect(client)
    const other = await kit.newClient()
    expect((await kit.revoke(other, refresh)).status).toBe(200)
    expect((await kit.revoke(other, access)).status).toBe(200)
    expect(await kit.mcpStatus(access)).toBe(200)
    expect((await kit.refresh(client, refresh)).status).toBe(200)
  })

  test.each(OTHERS)('a client of %s that sends no secret is refused before anything is revoked', async (method) => {
    const confidential = await kit.newClient(method)
    const { access } = await kit.connect(confidential)
    expect((await kit.revoke(confidential, access)).status).toBe(401)
    expect(await kit.mcpStatus(access)).toBe(200)
  })

  test.each(['nonsense', `dmr_${'A'.repeat(22)}.${'A'.repeat(43)}AAAAAA`])(
    'an unknown token %s is 200',
    async (value) => {
      expect((await kit.revoke(client, value)).status).toBe(200)
    },
  )

  test('no token is invalid_request', async () => {
    const reply = await kit.revoke(client, '')
    expect([reply.status, JSON.parse(reply.text)]).toEqual([400, expect.objectContaining({ error: 'invalid_request' })])
  })
})

describe('whose refresh token it is', () => {
  test('another client cannot use it, and its owner still can', async () => {
    const { refresh } = await kit.connect(client)
    const refused = await kit.refresh(await kit.newClient(), refresh)
    expect(refused).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    expect((await kit.refresh(client, refresh)).status).toBe(200)
  })

  test.each(OTHERS)('a client of %s must prove itself', async (method) => {
    const confidential = await kit.newClient(method)
    const { refresh } = await kit.connect(confidential)
    const refused = await kit.refresh({ ...confidential, clientSecret: 'wrong' }, refresh)
    expect(refused).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
    expect((await kit.refresh(confidential, refresh)).status).toBe(200)
  })

  test('a token of one kind is not taken for another', async () => {
    const { access } = await kit.connect(client)
    expect((await kit.refresh(client, access)).body).toHaveProperty('error', 'invalid_grant')
    const asCode = {
      grant_type: 'authorization_code',
      code: access,
      code_verifier: 'v'.repeat(43),
      client_id: client.clientId,
    }
    expect((await kit.token(client, asCode)).body).toHaveProperty('error', 'invalid_grant')
    expect(await kit.mcpStatus(access)).toBe(200)
  })
})

describe('when the grace is over', () => {
  test('a refresh token that comes back after its successor was used ends the grant', async () => {
    const strict = kit.at(await kit.sandbox.startInstance({ REFRESH_GRACE: '0' }))
    const first = await kit.connect(client)
    const second = pairOf(await strict.refresh(client, first.refresh))
    const third = pairOf(await strict.refresh(client, second.refresh))
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(await strict.refresh(client, first.refresh)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    expect(await kit.mcpStatus(third.access)).toBe(401)
    expect((await strict.refresh(client, third.refresh)).body).toHaveProperty('error', 'invalid_grant')
  })
})
