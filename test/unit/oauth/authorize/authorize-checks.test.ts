import { describe, expect, test } from '@jest/globals'
import { checkResponseType } from '../../../../shared/oauth/authorize/check-response-type.ts'
import { parseAsker } from '../../../../shared/oauth/authorize/parse-request.ts'
import { refuseUnsupported } from '../../../../shared/oauth/authorize/refuse-unsupported.ts'
import { createAdvice } from '../../../../shared/oauth/clients/admission-advice.ts'
import type { OAuthError } from '../../../../shared/oauth/errors/oauth-error.ts'
import type { Client, Clients } from '../../../../shared/oauth/clients/client.ts'

const REDIRECT = 'https://chatgpt.com/connector_platform_oauth_redirect'
const RULE = { patterns: [REDIRECT], loopback: false }
const parameters = (fields: Record<string, string>) => new Map(Object.entries(fields))
const refused = (code: string, status = 400) => expect.objectContaining({ name: 'OAuthError', code, status })

describe('response type', () => {
  test.each([{ response_type: 'code' }, { response_type: 'code', response_mode: 'query' }])('%j', (fields) => {
    expect(() => checkResponseType(parameters(fields))).not.toThrow()
  })
  test.each([
    [{}, 'unsupported_response_type'],
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ response_type: 'code token' }, 'unsupported_response_type'],
    [{ response_type: 'CODE' }, 'unsupported_response_type'],
    [{ response_type: 'code', response_mode: 'fragment' }, 'invalid_request'],
    [{ response_type: 'code', response_mode: 'form_post' }, 'invalid_request'],
  ])('%j is refused', (fields, code) => {
    expect(() => checkResponseType(parameters(fields as Record<string, string>))).toThrow(refused(code))
  })
})

describe('what is not supported is said so', () => {
  test.each([
    [{ request: 'eyJ' }, 'request_not_supported'],
    [{ request_uri: 'https://evil.example/jar' }, 'request_uri_not_supported'],
  ])('%j', (fields, code) => {
    expect(() => refuseUnsupported(parameters(fields as Record<string, string>))).toThrow(refused(code))
  })
})

describe('client and redirect address', () => {
  const client: Client = {
    kind: 'registered',
    clientId: 'known',
    name: 'A',
    redirectUris: [REDIRECT],
    authMethods: ['none'],
  }
  const find = (client_?: Client) => (id: string) => Promise.resolve(id === 'known' ? client_ : undefined)
  const clientsOf = (one: Client): Clients => ({ forAuthorization: find(one), forToken: find(one) })
  const ask = (fields: Record<string, string>, one: Partial<Client> = {}) =>
    parseAsker(parameters(fields), {
      clients: clientsOf({ ...client, ...one }),
      redirects: RULE,
      advise: createAdvice(['chatgpt']),
    })

  test.each([
    ['named', { client_id: 'known', redirect_uri: REDIRECT }],
    ['left out by a client that has one', { client_id: 'known' }],
  ])('%s', async (_, fields) => {
    expect(await ask(fields)).toEqual({ client, redirectUri: REDIRECT })
  })

  test.each([
    ['no client', {}, {}, 'invalid_request'],
    ['an unknown client', { client_id: 'other', redirect_uri: REDIRECT }, {}, 'invalid_client'],
    [
      'an address that is not registered',
      { client_id: 'known', redirect_uri: 'https://evil.example/' },
      {},
      'invalid_request',
    ],
    [
      'registered before the list was made stricter',
      { client_id: 'known' },
      { redirectUris: ['https://old.example/cb'] },
      'invalid_request',
    ],
    [
      'none, of a client that has two',
      { client_id: 'known' },
      { redirectUris: [REDIRECT, `${REDIRECT}2`] },
      'invalid_request',
    ],
    ['none, of a client that has none', { client_id: 'known' }, { redirectUris: [] }, 'invalid_request'],
  ])('%s: shown, with status 400', async (_, fields, one, code) => {
    await expect(ask(fields as Record<string, string>, one)).rejects.toEqual(refused(code))
  })

  const VSCODE = 'https://vscode.dev/redirect'
  const other = { redirectUris: ['https://chatgpt.com/connector/oauth/a1'] }
  test.each([
    ['of a known client, registered: left out', VSCODE, {}, 'CLIENTS=chatgpt,vscode would admit it. Then remove'],
    ['admitted by now, registered: add it again', REDIRECT, other, 'add it again'],
    ['of anybody, registered', 'https://evil.example/', {}, 'not one that the app registered.'],
    ['of a known client, of a document', VSCODE, { kind: 'document' }, 'not one that the app registered.'],
    ['of a known client, left out of a document', VSCODE, { kind: 'document', leftOut: [VSCODE] }, 'would admit it.'],
  ] as const)('%s: says what would help, and to nobody what a stranger wants', async (_, uri, one, said) => {
    const error: unknown = await ask({ client_id: 'known', redirect_uri: uri }, one).catch((thrown: unknown) => thrown)
    expect(error).toEqual(refused('invalid_request'))
    const { description, settings } = error as OAuthError
    expect(description).toContain(said)
    expect(settings.length > 0).toBe(description.includes('would admit it'))
    expect(`${description} ${settings.join(' ')}`).not.toMatch(/REDIRECT_URI_ALLOW_LIST|evil/)
  })
})
