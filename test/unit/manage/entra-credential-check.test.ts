import { CredentialUnavailableError } from '@azure/identity'
import { describe, expect, test } from '@jest/globals'
import { meaningOf } from '../../../shared/entra/refusals/entra-codes.ts'
import { authorityOf } from '../../../shared/entra/authority.ts'
import { type CredentialSources, msalCredential } from '../../../shared/entra/client-credential.ts'
import { createProveApplication } from '../../../shared/entra/prove-application.ts'
import { entraCredentialCheck } from '../../../shared/manage/checks/entra-credential.ts'
import { CURES } from '../../../shared/manage/checks/entra-cures.ts'
import { CLIENT, ISSUER, TENANT } from './entra-tokens.ts'

const DATAVERSE = 'https://contoso.crm11.dynamics.com'
const CORRELATION = '3f6c1b2a-0d4e-4f5a-8b6c-7d8e9f0a1b2c'
const TOKEN = 'eyJ0.the-token-that-is-thrown-away.sig'
const deployment = {
  tenantId: TENANT,
  clientId: CLIENT,
  dataverseUrl: DATAVERSE,
  issuer: ISSUER,
  exchangeAudience: 'api://AzureADTokenExchange',
}
const SOURCES: CredentialSources = {
  managedIdentityAssertion: () => Promise.resolve('assertion'),
  vaultSecret: () => Promise.resolve('secret'),
}
const IDENTITY = { kind: 'managed-identity', clientId: CLIENT } as const
type Credential = Parameters<typeof msalCredential>[0]

let asked: URLSearchParams[]
function check(answer: () => Promise<Response>, sources = SOURCES, credential: Credential = IDENTITY) {
  asked = []
  const prove = createProveApplication({
    clientId: CLIENT,
    dataverseUrl: DATAVERSE,
    authority: authorityOf('https://login.microsoftonline.com', TENANT),
    credential: () => msalCredential(credential, sources),
    fetch: (_url, init) => {
      asked.push(new URLSearchParams(init?.body as string))
      return answer()
    },
  })
  return entraCredentialCheck({ prove, credential: credential.kind, deployment }).run()
}

const refusal =
  (number: number, status = 401, error = 'invalid_client') =>
  () =>
    Promise.resolve(
      Response.json(
        {
          error,
          error_codes: [number],
          correlation_id: CORRELATION,
          error_description: `AADSTS${number}: secret text for priya@harbourpine.example. Trace ID: x`,
        },
        { status },
      ),
    )
const accepted = () => Promise.resolve(Response.json({ token_type: 'Bearer', expires_in: 3599, access_token: TOKEN }))

describe('the app’s proof to Entra', () => {
  test('is taken: one real request for Dataverse, and the token is not kept', async () => {
    const verdicts = await check(accepted)
    expect(verdicts).toMatchObject([{ status: 'ok', found: expect.stringContaining('managed identity') as unknown }])
    expect(JSON.stringify(verdicts)).not.toContain(TOKEN)
    expect(asked).toHaveLength(1)
    expect(Object.fromEntries(asked[0] ?? [])).toMatchObject({
      grant_type: 'client_credentials',
      client_id: CLIENT,
      scope: `${DATAVERSE}/.default`,
      client_assertion: 'assertion',
    })
  })

  test('by secret', async () => {
    await check(accepted, SOURCES, { kind: 'vault-secret', secretName: 'entra-client-secret' })
    expect(asked[0]?.get('client_secret')).toBe('secret')
  })

  test.each([
    [70021, 'federated-credential-missing', /azd provision entra --no-state.*npm run register-app/],
    [70025, 'federated-credential-missing', /azd provision entra/],
    [700211, 'federated-issuer', new RegExp(`Issuer: ${ISSUER}`)],
    [700212, 'federated-audience', /Audience: api:\/\/AzureADTokenExchange/],
    [7002121, 'federated-audience', /Audience/],
    [700213, 'federated-subject', /MANAGED_IDENTITY_PRINCIPAL_ID/],
    [700222, 'federated-token-refused', /azd provision entra --no-state/],
    [7000215, 'secret-wrong', /ENTRA_CLIENT_SECRET_NAME/],
    [7000222, 'secret-expired', /key vault/],
    [7000218, 'credential-missing', /ENTRA_CREDENTIAL/],
    [700027, 'certificate-unknown', /Certificates/],
    [700024, 'assertion-out-of-time', /restart/],
    [700016, 'app-missing', new RegExp(`az ad app show --id ${CLIENT}`)],
    [7000229, 'app-missing', /az ad sp create/],
    [7000112, 'app-disabled', /Enabled for users to sign in/],
    [90002, 'tenant-missing', /azd provision/],
    [53003, 'conditional-access', /Conditional Access/],
    [500011, 'dataverse-not-in-tenant', /azd env set DATAVERSE_URL/],
    [650052, 'dataverse-not-in-tenant', /Power Platform admin centre/],
    [123456, 'entra-refused', /login\.microsoftonline\.com\/error/],
  ] as const)('AADSTS%d: %s, and what mends it', async (number, code, fix) => {
    const [verdict] = await check(refusal(number))
    expect(verdict).toMatchObject({ status: 'failed', code, fix: expect.stringMatching(fix) as unknown })
    expect(verdict?.found).toContain(`AADSTS${number}, correlation id ${CORRELATION}`)
    expect(JSON.stringify(verdict)).not.toMatch(/secret text|priya/)
  })

  test('that the app has no role at Dataverse says that it was let in', async () => {
    expect(await check(refusal(501051, 400, 'invalid_grant'))).toMatchObject([{ status: 'ok' }])
  })

  test.each([
    ['no connection', () => Promise.reject(new TypeError('fetch failed'))],
    ['a gateway’s page', () => Promise.resolve(new Response('<html>', { status: 502 }))],
    ['throttling, whatever number it carries', refusal(7000215, 429)],
    ['a fault of Entra’s', refusal(90033, 503, 'temporarily_unavailable')],
    ['an answer without a token', () => Promise.resolve(Response.json({ token_type: 'Bearer' }))],
  ])('%s decides nothing', async (_, answer) => {
    expect(await check(answer)).toMatchObject([{ status: 'failed', code: 'entra-unreachable' }])
  })

  test.each<[string, Partial<CredentialSources>, Credential, string]>([
    [
      'no managed identity',
      { managedIdentityAssertion: () => Promise.reject(new CredentialUnavailableError('secret of priya')) },
      IDENTITY,
      'identity-missing',
    ],
    [
      'a vault that keeps the secret',
      { vaultSecret: () => Promise.reject(Object.assign(new Error('secret of priya'), { statusCode: 403 })) },
      { kind: 'vault-secret', secretName: 'entra-client-secret' },
      'credential-missing',
    ],
    [
      'a certificate that is none',
      { vaultSecret: () => Promise.resolve('secret of priya') },
      { kind: 'certificate', secretName: 'entra-certificate' },
      'credential-missing',
    ],
  ])('%s: Entra was not asked', async (_, sources, credential, code) => {
    const verdicts = await check(accepted, { ...SOURCES, ...sources }, credential)
    expect(verdicts).toMatchObject([{ status: 'failed', code, found: expect.stringContaining('not asked') as unknown }])
    expect(JSON.stringify(verdicts)).not.toContain('priya')
    expect(asked).toEqual([])
  })

  test.each(Object.entries(CURES))(
    '%s: every sentence is whole',
    (number, { says = meaningOf(Number(number))?.says, means, fix }) => {
      expect(says).toMatch(/^[a-z].+[^.]$/)
      for (const sentence of [means, fix(deployment)]) expect(sentence).toMatch(/^[A-Z].+\.$/)
    },
  )
})
