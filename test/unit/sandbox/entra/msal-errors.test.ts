import type { Configuration, ConfidentialClientApplication } from '@azure/msal-node'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { BehaviourChange, Entra } from '../../../sandbox/entra/start.ts'
import { person } from '../../../sandbox/people.ts'
import { API_SCOPE, DATAVERSE_SCOPE, REDIRECT_URI, msalClient, newCode, start } from './driver.ts'

const { upn } = person('sales rep')
const CORRELATION = '5f0c5a4e-1d2b-4c3a-9e8f-7a6b5c4d3e2f'
let entra: Entra
let cache: string
let assertion: string

beforeAll(async () => {
  entra = await start()
  const client = msalClient(entra)
  const code = await newCode(entra, upn)
  assertion = (await client.acquireTokenByCode({ code, scopes: [API_SCOPE], redirectUri: REDIRECT_URI })).accessToken
  cache = client.getTokenCache().serialize()
})
afterEach(() => entra.reset())
afterAll(() => entra.close())

function connected(system?: Configuration['system']): ConfidentialClientApplication {
  const client = msalClient(entra, undefined, system)
  client.getTokenCache().deserialize(cache)
  return client
}

const onBehalfOf = (client: ConfidentialClientApplication) =>
  client.acquireTokenOnBehalfOf({ oboAssertion: assertion, scopes: [DATAVERSE_SCOPE], correlationId: CORRELATION })

async function silent(client: ConfidentialClientApplication) {
  const account = (await client.getTokenCache().getAllAccounts())[0]!
  return client.acquireTokenSilent({ account, scopes: [API_SCOPE], forceRefresh: true, correlationId: CORRELATION })
}

const STEPS = { 'token.obo': onBehalfOf, 'token.refresh_token': silent } as const
type Step = keyof typeof STEPS

async function failure(act: Promise<unknown>): Promise<object> {
  const error: unknown = await act.then(
    () => new Error('nothing failed'),
    (reason: unknown) => reason,
  )
  if (!(error instanceof Error)) throw new TypeError('not an Error')
  return Object.assign({ class: error.constructor.name, message: error.message }, error)
}

const claims = expect.stringContaining('capolids')
const refusals: [Step, BehaviourChange, Record<string, unknown>][] = [
  ['token.obo', { consent: false }, { class: 'InteractionRequiredAuthError', errorNo: 65001, claims: '' }],
  [
    'token.obo',
    { refuse: { 'token.obo': 'AADSTS50076' } },
    { class: 'InteractionRequiredAuthError', errorNo: 50076, subError: 'basic_action', claims },
  ],
  [
    'token.obo',
    { refuse: { 'token.obo': 'AADSTS50079' } },
    { class: 'InteractionRequiredAuthError', errorNo: 50079, subError: 'basic_action', claims },
  ],
  [
    'token.obo',
    { refuse: { 'token.obo': 'AADSTS53003' } },
    { class: 'InteractionRequiredAuthError', errorNo: 53003, subError: 'message_only', claims },
  ],
  ['token.obo', { refuse: { 'token.obo': 'AADSTS500133' } }, { class: 'ServerError', errorNo: 500133 }],
  ['token.obo', { refuse: { 'token.obo': 'AADSTS50013' } }, { class: 'ServerError', errorNo: 50013 }],
  [
    'token.refresh_token',
    { refuse: { 'token.refresh_token': 'AADSTS70008' } },
    { class: 'ServerError', errorNo: 70008, subError: '' },
  ],
  [
    'token.refresh_token',
    { revokeSessions: true },
    { class: 'InteractionRequiredAuthError', errorNo: 50173, subError: 'bad_token', claims: '' },
  ],
  [
    'token.refresh_token',
    { refuse: { 'token.refresh_token': 'AADSTS700082' } },
    { class: 'InteractionRequiredAuthError', errorNo: 700082, subError: 'bad_token' },
  ],
  [
    'token.refresh_token',
    { refuse: { 'token.refresh_token': 'AADSTS50057' } },
    { class: 'ServerError', errorNo: 50057, subError: '' },
  ],
]

describe('what MSAL makes of a refusal', () => {
  test.each(refusals)('%s %j', async (step, change, expected) => {
    entra.behaviour(upn, change)
    expect(await failure(STEPS[step](connected()))).toMatchObject({
      errorCode: 'invalid_grant',
      correlationId: CORRELATION,
      ...expected,
    })
    expect(entra.counters()[step]).toBe(1)
  })

  test('a bad client secret', async () => {
    const error = await failure(onBehalfOf(msalClient(entra, { clientSecret: 'another' })))
    expect(error).toMatchObject({ class: 'ServerError', errorCode: 'invalid_client', errorNo: 7000215 })
  })
})

describe.each(Object.keys(STEPS) as Step[])('what MSAL makes of trouble at %s', (step) => {
  const down = (status: 500 | 503, body: 'html' | 'string') => ({ kind: 'down', status, body }) as const
  const troubles = [
    ['429', { kind: 'throttled', retryAfter: 7 }, { class: 'ServerError', errorNo: 90055, status: undefined }],
    ['503 HTML', down(503, 'html'), { class: 'AuthError', errorCode: 'token_parsing_error' }],
    ['500 with a JSON string', down(500, 'string'), { class: 'TypeError' }],
    ['a reset socket', { kind: 'reset' }, { class: 'AuthError', errorCode: 'network_error' }],
  ] as const

  test.each(troubles)('%s', async (_, fault, expected) => {
    entra.behaviour('*', { fault: { [step]: fault } })
    const error = await failure(STEPS[step](connected()))
    expect(error).toMatchObject(expected)
    expect(entra.counters()[step]).toBe(1)
  })

  test('its own network client gives up in time', async () => {
    entra.behaviour('*', { fault: { [step]: { kind: 'slow', ms: 1000 } } })
    const refused = () => Promise.reject(new Error('only POST'))
    const networkClient = {
      sendGetRequestAsync: refused,
      async sendPostRequestAsync(url: string, options?: { headers?: Record<string, string>; body?: string }) {
        const signal = AbortSignal.timeout(100)
        const init = { method: 'POST', headers: options?.headers ?? {}, body: options?.body ?? '', signal }
        const response = await fetch(url, init)
        return { status: response.status, headers: {}, body: (await response.json()) as never }
      },
    }
    const error = await failure(STEPS[step](connected({ networkClient })))
    expect(error).toMatchObject({ class: 'ClientAuthError', errorCode: 'network_error' })
  })
})

test('after a 429 the same client repeats it without asking, under another errorCode and with no errorNo', async () => {
  const client = connected()
  entra.behaviour(upn, { fault: { 'token.obo': { kind: 'throttled', retryAfter: 7 } } })
  await failure(onBehalfOf(client))
  entra.reset()
  const error = await failure(onBehalfOf(client))
  expect(error).toMatchObject({ class: 'ServerError', errorCode: '90055', errorNo: undefined })
  expect(entra.counters()['token.obo']).toBe(0)
  expect((await onBehalfOf(connected()))?.scopes).toEqual([DATAVERSE_SCOPE])
})
