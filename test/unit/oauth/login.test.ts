import { randomBytes } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { type AnyLogin, findLogin, isVisit, type LoginDeps, saveLogin } from '../../../shared/oauth/login.ts'
import type { LoginStore } from '../../../shared/storage/ports.ts'

type Row = Parameters<LoginStore['create']>[1]
const RUNNING = { codeVerifier: 'v', nonce: 'n', cookieHash: 'h', hops: [] }
const CONNECTION = {
  ...RUNNING,
  clientId: 'c',
  redirectUri: 'https://a.example',
  codeChallenge: 'x',
  scope: 's',
  resource: 'r',
}
const VISIT = { ...RUNNING, kind: 'me' } as const

function memory(): LoginDeps {
  const rows = new Map<string, Row>()
  const key = new Uint8Array(randomBytes(32))
  const sealing = () => Promise.resolve({ id: 'k', key })
  return {
    logins: {
      create: (hash, row) => Promise.resolve(void rows.set(hash, row)),
      read: (hash) => Promise.resolve(rows.has(hash) ? { ...rows.get(hash)!, etag: 'e' } : undefined),
      consume: (hash) => Promise.resolve(rows.delete(hash)),
    },
    keys: { current: sealing, byId: sealing, index: () => Promise.resolve(key) },
    random: randomBytes,
    now: () => 0,
    lifetime: 600,
  }
}
async function kept(login: object) {
  const deps = memory()
  await saveLogin(deps, 'state', login as AnyLogin)
  return (await findLogin(deps, 'state'))?.login
}

describe('a running sign-in', () => {
  test.each([
    ['of a client', CONNECTION, false],
    ['at /me', VISIT, true],
  ])('%s comes back as what it was', async (_, login, isOfVisit) => {
    const found = await kept(login)
    expect(found).toEqual(login)
    expect(found && isVisit(found)).toBe(isOfVisit)
  })

  test('of a row from before there were visits is one of a client', async () => {
    const { hops: _, ...old } = CONNECTION
    expect(await kept(old)).toEqual(CONNECTION)
  })

  test.each([
    ['a visit that names a client', { ...CONNECTION, ...VISIT }],
    ['a visit with somewhere to go', { ...VISIT, redirectUri: 'https://a.example' }],
    ['neither', RUNNING],
  ])('%s is never honoured as a visit', async (_, login) => {
    const found = await kept(login)
    expect(found === undefined || !isVisit(found)).toBe(true)
  })
})
