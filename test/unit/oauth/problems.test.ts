import { describe, expect, test } from '@jest/globals'
import { DataverseError, DataverseTokenRefused } from '../../../shared/dataverse/errors.ts'
import { entraError, EntraUnavailable, redirectError } from '../../../shared/entra/entra-error.ts'
import { IdTokenInvalid } from '../../../shared/entra/id-token.ts'
import { AccessDenied, diagnose } from '../../../shared/oauth/callback/diagnose.ts'
import { problemContent } from '../../../shared/oauth/callback/problem-page.ts'
import { PROBLEMS } from '../../../shared/oauth/callback/problems.ts'
import { StorageUnavailable } from '../../../shared/storage/ports.ts'
import { KeysUnavailable } from '../../../shared/tokens/keys.ts'

const ALL = Object.entries(PROBLEMS)
const aadsts = (number: number) =>
  entraError(
    'redeem-code',
    { status: 400, error: 'invalid_grant', error_codes: [number], correlation_id: 'e' },
    undefined,
  )

describe('every problem', () => {
  test.each(ALL)('%s: says what happened, what to do, and which error the client gets', (_, problem) => {
    expect(problem.title.length).toBeGreaterThan(10)
    expect(problem.title).not.toMatch(/\.$/)
    expect(problem.person).toMatch(/^[A-Z].{30,}\.$/)
    expect(problem.admin ?? 'Text.').toMatch(/\.$/)
    const expected = { access_denied: 403, server_error: 500, temporarily_unavailable: 503 } as Record<string, number>
    expect(problem.status).toBe(expected[problem.error])
  })

  test('has a title of its own', () => {
    expect(new Set(ALL.map(([, { title }]) => title)).size).toBe(ALL.length)
  })

  test.each(ALL)('%s: the page goes back by a link, and escapes what it is given', (_, problem) => {
    const { text } = problemContent({
      ...{ problem, code: '<code>', backUrl: 'https://chatgpt.com/cb?error=a&state="x', clientHost: 'chatgpt.com' },
      adminConsentUrl: 'https://login.microsoftonline.com/t/adminconsent?client_id=a&b=c',
    })
    expect(text).toContain('href="https://chatgpt.com/cb?error=a&amp;state=&quot;x"')
    expect(text).toContain('&lt;code&gt;')
    expect(text).not.toMatch(/<meta|<script|http-equiv/)
    expect(text.includes('adminconsent')).toBe(problem.admin !== undefined)
  })
})

describe('what went wrong is named', () => {
  const dataverse = (status: number, code = '') => new DataverseError({ kind: 'refused', status, code, text: 'text' })
  test.each([
    ['AADSTS65001', aadsts(65001), { kind: 'consent-missing', code: 'AADSTS65001', entraCorrelationId: 'e' }],
    ['AADSTS50105', aadsts(50105), { kind: 'not-assigned', step: 'callback.redeem-code' }],
    ['AADSTS53003', aadsts(53003), { kind: 'conditional-access' }],
    ['AADSTS50020', aadsts(50020), { kind: 'wrong-account' }],
    ['AADSTS50034', aadsts(50034), { kind: 'wrong-account' }],
    ['AADSTS700016', aadsts(700016), { kind: 'app-missing' }],
    ['AADSTS50057', aadsts(50057), { kind: 'account-disabled' }],
    ['AADSTS90094', redirectError('access_denied', 'AADSTS90094: x'), { kind: 'consent-missing', code: 'AADSTS90094' }],
    ['AADSTS90008', aadsts(90008), { kind: 'registration-incomplete', code: 'AADSTS90008' }],
    ['AADSTS650056', aadsts(650056), { kind: 'registration-incomplete' }],
    ['AADSTS650057', aadsts(650057), { kind: 'registration-incomplete' }],
    ['AADSTS90009', redirectError('invalid_request', 'AADSTS90009: x'), { kind: 'scope-not-by-id' }],
    ['AADSTS500011', redirectError('invalid_resource', 'AADSTS500011: x'), { kind: 'resource-missing' }],
    ['AADSTS650052', aadsts(650052), { kind: 'resource-missing' }],
    ...[70021, 700211, 700212, 700213, 7000215, 7000222, 700027].map(
      (number) => [`AADSTS${number}`, aadsts(number), { kind: 'proof-not-accepted' }] as const,
    ),
    ['cancelled at Entra', redirectError('access_denied', ''), { kind: 'cancelled', step: 'callback.authorize' }],
    ['Entra is away', new EntraUnavailable('renew', undefined), { kind: 'unavailable' }],
    ['no role', new AccessDenied('no-role'), { kind: 'no-role', step: 'callback.access-rules' }],
    ['too many groups', new AccessDenied('too-many-groups'), { kind: 'too-many-groups' }],
    ['another tenant', new IdTokenInvalid('x', { wrongTenant: true }), { kind: 'wrong-tenant' }],
    ['an id token of another sign-in', new IdTokenInvalid('x'), { kind: 'session-ended', step: 'callback.id-token' }],
    ['Dataverse refuses the token', new DataverseTokenRefused(), { kind: 'no-dynamics-user' }],
    ['a disabled Dynamics user', dataverse(403, '0x80040225'), { kind: 'dynamics-user-disabled', code: '0x80040225' }],
    ['no security role', dataverse(403, '0x80042F09'), { kind: 'no-security-role' }],
    ['Dataverse says 403', dataverse(403, '0x80072560'), { kind: 'no-dynamics-user' }],
    ['Dataverse is away', dataverse(503), { kind: 'unavailable' }],
    ['storage is away', new StorageUnavailable('x'), { kind: 'unavailable', step: 'callback.storage' }],
    ['the vault is away', new KeysUnavailable('x'), { kind: 'unavailable', step: 'callback.storage' }],
  ])('%s', (_, error, expected) => expect(diagnose(error)).toMatchObject(expected))

  test.each([90008, 90009, 90094, 500011, 650052, 650056, 700213, 7000215, 7000222])(
    'AADSTS%d is a fault of the deployment, and no verdict on anybody’s session',
    (number) => expect(aadsts(number)).toBeInstanceOf(EntraUnavailable),
  )

  test.each([new TypeError('a fault of ours'), 'text', undefined])('%s is not', (error) => {
    expect(diagnose(error)).toBeUndefined()
  })
})
