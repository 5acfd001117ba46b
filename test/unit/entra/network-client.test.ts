import { describe, expect, test } from '@jest/globals'
import { createNetworkClient } from '../../../shared/entra/network-client.ts'

const URL_ = 'https://login.microsoftonline.com/tenant/oauth2/v2.0/token'
const answering = (response: () => Response | Promise<Response>) => {
  const requests: RequestInit[] = []
  const client = createNetworkClient((_, init) => (requests.push(init ?? {}), Promise.resolve(response())))
  return { client, requests, post: () => client.sendPostRequestAsync(URL_, { headers: { a: 'b' }, body: 'c=d' }) }
}

describe('the way to Entra', () => {
  test('is bounded in time and follows no redirect', async () => {
    const { post, requests } = answering(() => Response.json({}))
    await post()
    expect(requests).toEqual([
      {
        method: 'POST',
        redirect: 'error',
        headers: { a: 'b' },
        body: 'c=d',
        signal: expect.any(AbortSignal) as unknown,
      },
    ])
  })

  test('keeps the last answer with what MSAL leaves out', async () => {
    const { client, post } = answering(() =>
      Response.json({ error: 'invalid_grant', error_codes: [50173] }, { status: 400, headers: { 'retry-after': '9' } }),
    )
    expect(client.lastAnswer()).toBeUndefined()
    await post()
    expect(client.lastAnswer()).toEqual({ status: 400, retryAfter: 9, error: 'invalid_grant', error_codes: [50173] })
  })

  test.each(['<html>', '"text"', 'null', ''])('a body that is no object, %j, ends in no SyntaxError', async (body) => {
    const { client, post } = answering(() => new Response(body, { status: 502 }))
    expect(await post()).toMatchObject({ status: 502, body: {} })
    expect(client.lastAnswer()).toEqual({ status: 502 })
  })

  test('an answer before is not taken for the one that failed', async () => {
    let failing = false
    const { client, post } = answering(() => {
      if (failing) throw new TypeError('fetch failed')
      return Response.json({ error: 'invalid_grant', error_codes: [50173] }, { status: 400 })
    })
    await post()
    failing = true
    await expect(post()).rejects.toThrow('fetch failed')
    expect(client.lastAnswer()).toBeUndefined()
  })
})
