// Not in a bare npm test: refreshes at each step for each error that Entra answers with.
import { beforeAll, describe, expect, test } from '@jest/globals'
import { auth as auth2, type OAuthClientProvider } from '@modelcontextprotocol/client'
import { auth } from '@modelcontextprotocol/sdk/client/auth.js'
import { callTool, ELENA, PRIYA } from '../support/oauth.ts'
import { createProvider } from '../support/sdk-provider.ts'
import { eventually, events, useSandbox } from '../support/suite.ts'
import { ENTRA_SAYS, type EntraSays, refusalOf } from './answers.ts'
import { casesAt } from './problem.ts'

const sandbox = useSandbox()
const REFRESH_STEPS = ['token.refresh_token', 'token.obo'] as const
type Connected = ReturnType<typeof createProvider>
type Tokens = { readonly access_token: string; readonly refresh_token: string }

const again = ({ typed }: Connected) => auth(typed, { serverUrl: sandbox().mcpUrl })
const tokensOf = ({ kept }: Connected) => kept.get('tokens') as Tokens | undefined

/** Nothing but the SDK's own `auth()`; what it found out about the server it keeps from the first on. */
async function connect(upn: string, like?: Connected): Promise<Connected> {
  const one = createProvider(upn)
  for (const name of ['client', 'discovery']) if (like?.kept.has(name)) one.kept.set(name, like.kept.get(name))
  expect(await again(one)).toBe('REDIRECT')
  const authorizationCode = one.callback().get('code') ?? ''
  expect(await auth(one.typed, { serverUrl: sandbox().mcpUrl, authorizationCode })).toBe('AUTHORIZED')
  return one
}

let lasting: Connected
beforeAll(async () => {
  lasting = await connect(ELENA)
})

const casesOf = (matterOf: EntraSays['matterOf']) => casesAt(REFRESH_STEPS, (says) => says.matterOf === matterOf)

describe('what is the person’s matter: the SDK asks for a new sign-in, and the connection is over', () => {
  test.each(casesOf('person'))('AADSTS%d %s at %s', async (number, _, step, says) => {
    const one = await connect(PRIYA, lasting)
    const before = tokensOf(one)
    sandbox().entra.behaviour(PRIYA, { refuse: { [step]: refusalOf(says) } })
    one.provider.redirectToAuthorization = (url) => void one.kept.set('redirect', url)
    expect(await again(one)).toBe('REDIRECT')
    expect([tokensOf(one), one.kept.has('client')]).toEqual([undefined, true])
    sandbox().entra.reset()
    one.kept.set('tokens', before)
    expect(await again(one)).toBe('REDIRECT')
    expect((await callTool(sandbox().app.url, before?.access_token ?? '')).status).toBe(401)
    const [grantId = ''] = (before?.access_token ?? '').slice(4).split('.')
    const line = await eventually(async () =>
      (await events(sandbox().app, 'token.refused')).find((one) => one.includes(grantId)),
    )
    expect(line).toContain(`code=AADSTS${number}`)
    expect((await events(sandbox().app, 'entra.fault')).join('')).not.toContain(`AADSTS${number} `)
  })

  test('and whoever signs in anew goes on with the same client', async () => {
    const one = await connect(PRIYA, lasting)
    sandbox().entra.behaviour(PRIYA, { revokeSessions: true })
    expect(await again(one)).toBe('REDIRECT')
    const authorizationCode = one.callback().get('code') ?? ''
    expect(await auth(one.typed, { serverUrl: sandbox().mcpUrl, authorizationCode })).toBe('AUTHORIZED')
    expect(one.kept.get('client')).toEqual(lasting.kept.get('client'))
    expect((await callTool(sandbox().app.url, tokensOf(one)?.access_token ?? '')).status).toBe(200)
  })
})

describe.each([
  ['deployment', 'the administrator’s matter: 503, an event of its own'],
  ['nobody', 'nobody’s matter: 503, and no alarm'],
] as const)('%s', (matterOf, title) => {
  test.each(casesOf(matterOf))(
    `AADSTS%d %s at %s is ${title}; later the connection lives on`,
    async (number, _, step, says) => {
      const before = tokensOf(lasting)
      sandbox().entra.behaviour(ELENA, { refuse: { [step]: refusalOf(says) } })
      const faults = (await events(sandbox().app, 'entra.fault')).length
      await expect(again(lasting)).rejects.toMatchObject({ name: 'TemporarilyUnavailableError' })
      expect(tokensOf(lasting)).toEqual(before)
      const failed = async () =>
        (await events(sandbox().app, 'request.failed')).findLast((line) => line.includes(`AADSTS${number}`))
      expect(await eventually(failed)).toMatch(/ userId=\S+ clientId=\S+ .*grantId=\S+/)
      const raised = (await events(sandbox().app, 'entra.fault')).slice(faults)
      expect(raised).toHaveLength(matterOf === 'deployment' ? 1 : 0)
      for (const line of raised) {
        expect(line).toContain(`code=AADSTS${number}`)
        expect(line).toMatch(/step=refresh .*reason=[a-z-]+ correlationId=\S+ entraCorrelationId=[0-9a-f-]{36}/)
      }
      sandbox().entra.reset()
      expect(await again(lasting)).toBe('AUTHORIZED')
      expect(tokensOf(lasting)).not.toEqual(before)
      expect((await callTool(sandbox().app.url, tokensOf(lasting)?.access_token ?? '')).status).toBe(200)
    },
  )
})

describe('the auth() of client 2.x', () => {
  test.each(ENTRA_SAYS.filter(({ number }) => [70000, 53011, 7000222, 50196].includes(number)))(
    'AADSTS$number: the $matterOf',
    async (says) => {
      const one = await connect(PRIYA, lasting)
      const before = tokensOf(one)
      sandbox().entra.behaviour(PRIYA, { refuse: { 'token.refresh_token': refusalOf(says) } })
      one.provider.redirectToAuthorization = (url) => void one.kept.set('redirect', url)
      const provider = one.provider as unknown as OAuthClientProvider
      const ended = auth2(provider, { serverUrl: sandbox().mcpUrl })
      if (says.matterOf === 'person') expect(await ended).toBe('REDIRECT')
      else await expect(ended).rejects.toMatchObject({ code: 'temporarily_unavailable' })
      expect(tokensOf(one)).toEqual(says.matterOf === 'person' ? undefined : before)
    },
  )
})
