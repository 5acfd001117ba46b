import { randomBytes } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { entraError } from '../../../../shared/entra/refusals/entra-error.ts'
import { createPages } from '../../../../shared/http/pages/page.ts'
import { type ProblemDeps, showProblem } from '../../../../shared/oauth/callback/show-problem.ts'
import { StorageUnavailable } from '../../../../shared/storage/ports.ts'
import { incoming } from '../../http/incoming.ts'

const LOGIN = {
  clientId: 'c',
  redirectUri: 'https://chatgpt.com/cb',
  codeChallenge: 'x',
  scope: 'y',
  resource: 'z',
  codeVerifier: 'v',
  nonce: 'n',
  cookieHash: 'h',
  hops: [],
}
const wrongAccount = entraError('on-behalf-of', { status: 400, error: 'invalid_grant', error_codes: [50020] })
const pageWhere = async (create: () => Promise<void>) => {
  const deps = {
    page: createPages({ name: 'CRM', color: '#0B5CAD' }),
    issuer: 'https://crm.example',
    lifetime: 600,
    random: randomBytes,
    now: () => 0,
    logins: { create },
    keys: { current: () => Promise.resolve({ id: 'k', key: randomBytes(32) }) },
    entra: { signInUrl: () => Promise.resolve('https://login.example/authorize?prompt=select_account') },
  } as unknown as ProblemDeps
  return showProblem(deps, incoming(), LOGIN, wrongAccount, { name: 'spent', value: '', maxAge: 0 })
}

test('storage that is away takes the choice of accounts from the page, and not the page', async () => {
  const whole = await pageWhere(() => Promise.resolve())
  const page = await pageWhere(() => Promise.reject(new StorageUnavailable('away')))
  expect([whole.status, whole.cookies?.length, whole.body?.includes('Use another account')]).toEqual([403, 2, true])
  expect([page.status, page.cookies?.length, page.body?.includes('Use another account')]).toEqual([403, 1, false])
  expect(page.body).toContain('This account belongs elsewhere')
  await expect(pageWhere(() => Promise.reject(new TypeError('ours')))).rejects.toThrow('ours')
})
