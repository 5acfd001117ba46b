import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { DataverseError, DataverseTokenRefused } from '../../../../shared/dataverse/errors.ts'
import { readRedirect } from '../../../../shared/entra/refusals/entra-answer.ts'
import { meaningOf, setUpNumbers } from '../../../../shared/entra/refusals/entra-codes.ts'
import { entraError, EntraFault, EntraUnavailable } from '../../../../shared/entra/refusals/entra-error.ts'
import { IdTokenInvalid } from '../../../../shared/entra/id-token.ts'
import { AccessDenied, diagnose } from '../../../../shared/oauth/callback/diagnose.ts'
import { problemContent } from '../../../../shared/oauth/callback/problem-page.ts'
import { NEEDS_CONSENT, PROBLEMS } from '../../../../shared/oauth/callback/problems.ts'
import { RUNBOOK } from '../../../../shared/oauth/callback/runbook.ts'
import { StorageUnavailable } from '../../../../shared/storage/ports.ts'
import { KeysUnavailable } from '../../../../shared/tokens/keys.ts'

const ALL = Object.entries(PROBLEMS)
const aadsts = (number: number, error = 'invalid_grant') =>
  entraError('redeem-code', { status: 400, error, error_codes: [number], correlation_id: 'e' })
const redirected = (error: string, description: string) => entraError('authorize', readRedirect(error, description))

describe('every problem', () => {
  test.each(ALL)('%s: says what happened, what to do, and which error the client gets', (_, problem) => {
    expect(problem.title.length).toBeGreaterThan(10)
    expect(problem.title).not.toMatch(/\.$/)
    expect(problem.person).toMatch(/^[A-Z].{30,}\.$/)
    expect(problem.admin?.does ?? 'Text.').toMatch(/\.$/)
    const expected = { access_denied: 403, server_error: 500, temporarily_unavailable: 503 } as Record<string, number>
    expect(problem.status).toBe(expected[problem.error])
  })

  test('has a title of its own', () => {
    expect(new Set(ALL.map(([, { title }]) => title)).size).toBe(ALL.length)
  })

  test.each(ALL)('%s: the page goes back by a link, and escapes what it is given', (_, problem) => {
    const { text } = problemContent({
      problem,
      code: '<code>',
      says: '<says>',
      correlationId: '<ours>',
      entraCorrelationId: '<theirs>',
      backUrl: 'https://chatgpt.com/cb?error=a&state="x',
      backTo: 'chatgpt.com',
      anotherAccountUrl: 'https://login.microsoftonline.com/t/oauth2/v2.0/authorize?a=b&c="d"',
      adminConsentUrl: 'https://login.microsoftonline.com/t/adminconsent?client_id=a&b=c',
    })
    expect(text).toContain('href="https://chatgpt.com/cb?error=a&amp;state=&quot;x"')
    expect(text).toContain('&lt;code&gt;')
    expect(text).not.toMatch(/<meta|<script|http-equiv/)
    expect(text).toContain('authorize?a=b&amp;c=&quot;d&quot;')
    for (const part of ['adminconsent', '&lt;says&gt;', '&lt;ours&gt;', '&lt;theirs&gt;', 'Runbook: infra/'])
      expect(text.includes(part)).toBe(problem.admin !== undefined)
  })

  test.each(Object.entries(RUNBOOK))('the step %s of the runbook is there', (_, { page, heading }) => {
    const headings = readFileSync(page, 'utf8').split(/\r?\n/)
    expect(headings.filter((line) => line.replace(/^#{2,3} /, '') === heading && line !== heading)).toHaveLength(1)
  })

  test('every step of the runbook is somebody’s, and consent is offered only to administrators', () => {
    const used = new Set(ALL.map(([, { admin }]) => admin?.runbook))
    for (const step of Object.keys(RUNBOOK)) expect([...used]).toContain(step)
    for (const kind of NEEDS_CONSENT) expect(PROBLEMS[kind].admin).toBeDefined()
  })

  test.each(setUpNumbers())('AADSTS%d has a box for the administrator with what Microsoft says by it', (number) => {
    const meaning = meaningOf(number)
    const problem = PROBLEMS[meaning!.kind]
    const { text } = problemContent({
      problem,
      code: `AADSTS${number}`,
      says: meaning?.says,
      correlationId: 'ours',
      entraCorrelationId: 'theirs',
      backUrl: 'https://chatgpt.com/cb',
      backTo: 'chatgpt.com',
    })
    expect([problem.status, problem.error]).toEqual([500, 'server_error'])
    const box = /<pre class="copy">([^<]+)<\/pre>/.exec(text)?.[1]?.split('\n')
    expect(box).toEqual([
      ...[`Code: AADSTS${number}`, expect.stringMatching(/^Microsoft says: .{10,}/)],
      ...[expect.stringMatching(/^Runbook: infra\/\S+, “.+”$/), 'In the log: ours', 'At Microsoft: theirs'],
    ])
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
    ['AADSTS90094', redirected('access_denied', 'AADSTS90094: x'), { kind: 'consent-missing', code: 'AADSTS90094' }],
    ['AADSTS90008', aadsts(90008), { kind: 'registration-incomplete', code: 'AADSTS90008' }],
    ['AADSTS650056', aadsts(650056), { kind: 'registration-incomplete' }],
    ['AADSTS650057', aadsts(650057), { kind: 'registration-incomplete' }],
    ['AADSTS65005', aadsts(65005), { kind: 'registration-incomplete' }],
    ['AADSTS9010010', redirected('invalid_target', 'AADSTS9010010: x'), { kind: 'request-not-accepted' }],
    ['AADSTS500014', aadsts(500014), { kind: 'resource-missing' }],
    ['AADSTS90002', aadsts(90002), { kind: 'tenant-missing' }],
    ['AADSTS7000112', aadsts(7000112), { kind: 'app-disabled' }],
    ['no refresh token', new EntraFault('not-renewable', 'redeem-code'), { kind: 'not-renewable' }],
    ['AADSTS90009', redirected('invalid_request', 'AADSTS90009: x'), { kind: 'request-not-accepted' }],
    ['AADSTS500011', redirected('invalid_resource', 'AADSTS500011: x'), { kind: 'resource-missing' }],
    ['AADSTS650052', aadsts(650052), { kind: 'resource-missing' }],
    ...[70021, 700211, 700212, 700213, 7000215, 7000222, 700027].map(
      (number) => [`AADSTS${number}`, aadsts(number), { kind: 'proof-not-accepted' }] as const,
    ),
    ['cancelled at Entra', redirected('access_denied', ''), { kind: 'cancelled', step: 'callback.authorize' }],
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

  test.each([new TypeError('a fault of ours'), 'text', undefined])('%s is not', (error) => {
    expect(diagnose(error)).toBeUndefined()
  })
})
