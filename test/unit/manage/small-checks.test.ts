import { describe, expect, test } from '@jest/globals'
import { readConfig } from '../../../shared/config/config.ts'
import { ask } from '../../../shared/manage/ask.ts'
import { clockCheck } from '../../../shared/manage/checks/clock.ts'
import { dataverseCheck } from '../../../shared/manage/checks/dataverse.ts'
import { ownEntriesCheck } from '../../../shared/manage/checks/own-entries.ts'
import { BUILT_IN_TERMS } from '../../../shared/dataverse/query/terms/built-in.ts'
import { ownKinds } from '../../../shared/manage/own-kinds.ts'
import { settingsCheck } from '../../../shared/manage/checks/settings.ts'
import { type ReportEntry, StorageUnavailable } from '../../../shared/storage/ports.ts'
import { leastMs } from '../house-rules/linear/timing.ts'
import { DEVELOPMENT, PRODUCTION } from '../config/environments.ts'
import { NOW, OTHER_TENANT, TENANT } from './entra-tokens.ts'

const DATAVERSE = 'https://contoso.crm11.dynamics.com'
const noAnswer = (code: string) => () =>
  Promise.reject(new TypeError('fetch failed at priya', { cause: Object.assign(new Error('priya'), { code }) }))
type Answer = () => Promise<Response>
const answer =
  (status: number, headers: Record<string, string> = {}): Answer =>
  () =>
    Promise.resolve(new Response(null, { status, headers }))

describe('Dataverse', () => {
  const check = (reply: Answer) =>
    dataverseCheck({ dataverseUrl: DATAVERSE, tenantId: TENANT, ask: () => ask(DATAVERSE, reply, () => NOW) }).run()
  const challenged = (challenge: string) => answer(401, { 'www-authenticate': challenge })
  const signIn = (tenant: string) => `https://login.microsoftonline.com/${tenant}/oauth2/authorize`

  test.each([
    ['as Dataverse writes it', `Bearer authorization_uri=${signIn(TENANT)}, resource_id=${DATAVERSE}/`],
    ['in quotes', `Bearer authorization_uri="${signIn(TENANT)}", resource_id="${DATAVERSE}/"`],
    ['in capitals', `Bearer authorization_uri=${signIn(TENANT.toUpperCase())}`],
    ['of another cloud', `Bearer authorization_uri=https://login.microsoftonline.us/${TENANT}/oauth2/authorize`],
  ])('of this tenant, %s', async (_, challenge) => {
    expect(await check(challenged(challenge))).toMatchObject([{ status: 'ok' }])
  })

  test.each<[string, Answer, string, string, RegExp]>([
    [
      'another tenant',
      challenged(`Bearer authorization_uri=${signIn(OTHER_TENANT)}`),
      'failed',
      'dataverse-other-tenant',
      new RegExp(OTHER_TENANT),
    ],
    [
      'no tenant',
      challenged(`Bearer authorization_uri=${signIn('common')}`),
      'warning',
      'dataverse-tenant-unsaid',
      /./,
    ],
    [
      'a tenant in another member alone',
      challenged(`Bearer realm=${signIn(TENANT)}`),
      'warning',
      'dataverse-tenant-unsaid',
      /./,
    ],
    ['401 of something else', challenged('Basic realm="router"'), 'failed', 'not-dataverse', /401/],
    ['401 without a challenge', answer(401), 'failed', 'not-dataverse', /401/],
    ['a web page', answer(200), 'failed', 'not-dataverse', /200/],
    [
      'a redirect to a sign-in page',
      answer(302, { location: 'https://evil.example' }),
      'failed',
      'not-dataverse',
      /302/,
    ],
    ['nothing there', answer(404), 'failed', 'not-dataverse', /404/],
    ['throttled', answer(429), 'failed', 'dataverse-unavailable', /429/],
    ['down', answer(503), 'failed', 'dataverse-unavailable', /503/],
    ['a name that does not exist', noAnswer('ENOTFOUND'), 'failed', 'dataverse-unreachable', /ENOTFOUND/],
    [
      'a certificate that does not fit',
      noAnswer('ERR_TLS_CERT_ALTNAME_INVALID'),
      'failed',
      'dataverse-unreachable',
      /CERT/,
    ],
    ['a code that is a sentence', noAnswer('secret of priya'), 'failed', 'dataverse-unreachable', /no connection/],
  ])('%s', async (_, reply, status, code, found) => {
    const [verdict] = await check(reply)
    expect(verdict).toMatchObject({ status, code, found: expect.stringMatching(found) as unknown })
    expect(JSON.stringify(verdict)).not.toMatch(/priya|evil/)
  })

  test('a challenge of any length is read in no time', async () => {
    const reading = async (): Promise<void> => {
      await check(challenged(`Bearer ${'authorization_uri="https://a/'.repeat(300)}`))
      await check(challenged(`Bearer authorization_uri=https://${'a'.repeat(8_000)}`))
    }
    expect(await leastMs(reading, 200)).toBeLessThan(200)
  })
})

describe('the clock', () => {
  const at = (secondsAhead: number): Answer => answer(200, { date: new Date(NOW + secondsAhead * 1000).toUTCString() })
  const check = (entra: Answer, dataverse: Answer) =>
    clockCheck({
      clocks: {
        Entra: () => ask('https://login.microsoftonline.com', entra, () => NOW),
        'Dynamics 365': () => ask(DATAVERSE, dataverse, () => NOW),
      },
    }).run()

  test.each([
    ['right', 0, 0, 'ok', /by 1 s|by 0 s/],
    ['a minute off', 59, -59, 'ok', /by (59|60) s/],
    ['two minutes behind', 120, 0, 'warning', /Entra differ by 12[01] s/],
    ['two minutes ahead', -120, 0, 'warning', /Entra differ by (119|120) s/],
    ['six minutes behind one of them', 0, 360, 'failed', /Dynamics 365 differ by 36[01] s/],
  ])('%s', async (_, entra, dataverse, status, found) => {
    expect(await check(at(entra), at(dataverse))).toMatchObject([
      { status, found: expect.stringMatching(found) as unknown },
    ])
  })

  test('one that answers is enough', async () => {
    expect(await check(noAnswer('ENOTFOUND'), at(0))).toMatchObject([{ status: 'ok' }])
  })

  test.each([
    ['nobody answers', noAnswer('ENOTFOUND')],
    ['nobody names a time', answer(200)],
    ['a time that is none', answer(200, { date: 'soon' })],
  ])('%s', async (_, reply) => {
    expect(await check(reply, reply)).toMatchObject([{ status: 'warning', code: 'clock-unknown' }])
  })
})

describe.each([
  { kind: 'report', builtIn: 'forecast-by-month' },
  { kind: 'term', builtIn: BUILT_IN_TERMS.at(-1)?.slug ?? '' },
])('$kind', ({ kind, builtIn }) => {
  const check = async (entries: readonly ReportEntry[] | Error) => {
    const store = { list: () => (entries instanceof Error ? Promise.reject(entries) : Promise.resolve(entries)) }
    const kinds = ownKinds({ reportStore: store, termStore: store }).filter((one) => one.kind === kind)
    return (await Promise.all(kinds.map((one) => ownEntriesCheck(one).run()))).flat()
  }
  const hide = (slug: string): ReportEntry => ({ slug, hidden: true })
  const bad = (slug: string): ReportEntry => ({ slug, hidden: false, definition: '{}' })

  test('none of one’s own', async () => {
    expect(await check([])).toMatchObject([{ status: 'ok', found: expect.stringContaining('0 of them') as unknown }])
  })

  test('some hidden', async () => {
    expect(await check([hide(builtIn)])).toMatchObject([
      { status: 'ok', found: expect.stringContaining('1 are hidden') as unknown },
    ])
  })

  test('those that are refused, by name and with the reason', async () => {
    const verdicts = await check([bad('quiet-deals'), hide('no-such-one')])
    expect(verdicts).toMatchObject([
      { status: 'warning', code: `${kind}-refused`, found: expect.stringMatching(/^quiet-deals: .+\.$/) as unknown },
      {
        status: 'warning',
        found: expect.stringMatching(/^no-such-one: there is no .+ of that slug to hide\.$/) as unknown,
      },
    ])
  })

  test('a row key that is no slug is not repeated', async () => {
    const verdicts = await check([bad('priya.nair@harbourpine.example'), bad('x\u202ey')])
    expect(JSON.stringify(verdicts)).not.toMatch(/priya|\u202e/)
    expect(verdicts).toHaveLength(2)
  })

  test('many are counted', async () => {
    const verdicts = await check(Array.from({ length: 200 }, (_, at) => bad(`one-${at}`)))
    expect(verdicts).toHaveLength(22)
    expect(verdicts.slice(-2)).toMatchObject([{ found: `180 more ${kind}s are refused.` }, { code: `${kind}s-cut` }])
  })

  test('a table that cannot be read', async () => {
    expect(await check(new StorageUnavailable('x', { cause: { statusCode: 403 } }))).toMatchObject([
      { status: 'warning', code: `${kind}s-unreadable` },
    ])
  })
})

describe('what models do not get', () => {
  const found = async (unmatched: readonly string[] | undefined) =>
    await settingsCheck(readConfig({ ...PRODUCTION, APPLICATIONINSIGHTS_CONNECTION_STRING: 'InstrumentationKey=x' }), {
      unmatched: () => unmatched,
    }).run()

  test('is compared with the environment by the first question, and an entry that is not there named', async () => {
    expect(await found(undefined)).toEqual([{ status: 'ok', found: expect.stringContaining('ask one') as unknown }])
    expect(await found([])).toEqual([{ status: 'ok', found: expect.stringContaining('is there') as unknown }])
    const [verdict] = await found(['contact.moblephone', 'hp_salary'])
    expect(verdict).toEqual(expect.objectContaining({ status: 'warning', code: 'hides-unmatched' }))
    expect(verdict?.found).toContain('contact.moblephone, hp_salary')
  })
})

describe('settings', () => {
  const codes = async (environment: Readonly<Record<string, string>>) =>
    (await settingsCheck(readConfig(environment)).run()).map((one) => ('code' in one ? one.code : one.status))
  const whole = { ...PRODUCTION, APPLICATIONINSIGHTS_CONNECTION_STRING: 'InstrumentationKey=x' }

  test.each([
    ['as deployed', whole, ['ok']],
    ['on a developer’s machine', DEVELOPMENT, ['ok']],
    ['any loopback path', { ...whole, LOOPBACK_REDIRECTS: 'true' }, ['loopback-open']],
    ['the doctor’s path', { ...whole, LOOPBACK_REDIRECTS: '/doctor/callback' }, ['loopback-path-open']],
    ['a setting of 0.1.0', { ...whole, REGISTRATIONS_PER_DAY: '200' }, ['setting-retired']],
    ['no telemetry', PRODUCTION, ['telemetry-off']],
    ['the scope by URI', { ...whole, ENTRA_API_SCOPE: `api://${PRODUCTION.ENTRA_CLIENT_ID}/MCP.Access` }, ['ok']],
    ['the scope by domain', { ...whole, ENTRA_API_SCOPE: 'api://contoso.com/crm/MCP.Access' }, ['ok']],
    [
      'the scope of another app',
      { ...whole, ENTRA_API_SCOPE: `${PRODUCTION.ENTRA_TENANT_ID}/x` },
      ['scope-of-another-app'],
    ],
  ])('%s', async (_, environment, expected) => expect(await codes(environment)).toEqual(expected))
})
