import { beforeAll, describe, expect, test } from '@jest/globals'
import {
  Client,
  type OAuthClientProvider,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from '@modelcontextprotocol/client'
import { walkBrowser } from '../../sandbox/chatgpt/browser.ts'
import { createChatGpt } from '../../sandbox/chatgpt/client.ts'
import { challengeIn } from '../../sandbox/chatgpt/results.ts'
import { ELENA, PRIYA } from '../support/oauth.ts'
import { createProvider, SDK_REDIRECT } from '../support/sdk-provider.ts'
import { eventually, events, useSandbox } from '../support/suite.ts'
import { BOTH, challengeOf, codeOf, PREVIEW, READ, REFUSED, WRITING } from '../writes/writing.ts'

const sandbox = useSandbox({ settings: WRITING })
const newChatGpt = (upn: string, browser: Parameters<ReturnType<typeof createChatGpt>['connect']>[1] = {}) => {
  const chatGpt = createChatGpt({ mcpUrl: sandbox().mcpUrl })
  return chatGpt.connect(upn, browser).then(() => chatGpt)
}
const scopeOf = ({
  connection,
}: {
  readonly connection: { readonly tokens: { readonly scope?: string | undefined } }
}) => connection.tokens.scope
let issuer: string
beforeAll(() => void (issuer = sandbox().app.url))

describe('ChatGPT in the middle of a conversation', () => {
  test('connects to read; a change opens the window; unticked it still reads, ticked the same call works', async () => {
    const chatGpt = await newChatGpt(PRIYA)
    expect(scopeOf(chatGpt)).toBe(`${READ} offline_access`)
    const old = chatGpt.connection
    const challenged = await chatGpt.callTool(...PREVIEW)
    expect([codeOf(challenged), challengeIn(challenged)]).toEqual(['insufficient_scope', challengeOf(issuer)])

    expect(await chatGpt.stepUp(challenged, PRIYA)).toMatchObject({ scope: BOTH })
    expect(scopeOf(chatGpt)).toBe(`${READ} offline_access`)
    const again = await chatGpt.callTool(...PREVIEW)
    expect(codeOf(again)).toBe('insufficient_scope')
    expect(codeOf(await chatGpt.callTool('whoami'))).toBeUndefined()

    await chatGpt.stepUp(again, PRIYA, { tick: true })
    expect(scopeOf(chatGpt)).toBe(`${BOTH} offline_access`)
    expect((await chatGpt.callTool(...PREVIEW)).structuredContent).toMatchObject({ ready: true })
    expect(chatGpt.connection.client).toEqual(old.client)
    const reading = createChatGpt({ mcpUrl: sandbox().mcpUrl })
    await reading.connect(PRIYA)
    expect(codeOf(await reading.callTool(...PREVIEW))).toBe('insufficient_scope')
    expect(await eventually(async () => (await events(sandbox().app, 'scope.challenged')).length >= 3)).toBe(true)
  })

  test('a person without the role ticks the box, is granted reading, told once why, and never asked again', async () => {
    const chatGpt = await newChatGpt(ELENA, { scope: `${BOTH} offline_access`, tick: true })
    expect(scopeOf(chatGpt)).toBe(`${READ} offline_access`)
    const told = await chatGpt.callTool(...PREVIEW)
    expect([told.isError, codeOf(told), challengeIn(told)]).toEqual([true, 'write_not_allowed', undefined])
    expect(await chatGpt.stepUp(told, ELENA)).toBeUndefined()
    expect(codeOf(await chatGpt.callTool('whoami'))).toBeUndefined()
  })

  test('the role goes, and with the next refresh writing; reading goes on, and the grant stays; it comes back', async () => {
    const chatGpt = await newChatGpt(PRIYA, { scope: `${BOTH} offline_access`, tick: true })
    expect(REFUSED).not.toContain(codeOf(await chatGpt.callTool(...PREVIEW)))
    sandbox().entra.behaviour(PRIYA, { roles: ['Another'] })
    expect(REFUSED).not.toContain(codeOf(await chatGpt.callTool(...PREVIEW)))
    expect((await chatGpt.refresh()).scope).toBe(`${BOTH} offline_access`)
    const told = await chatGpt.callTool(...PREVIEW)
    expect([codeOf(told), challengeIn(told)]).toEqual(['write_not_allowed', undefined])
    expect(codeOf(await chatGpt.callTool('whoami'))).toBeUndefined()
    sandbox().entra.behaviour(PRIYA, { roles: ['Another', 'Crm.Write'] })
    await chatGpt.refresh()
    expect(REFUSED).not.toContain(codeOf(await chatGpt.callTool(...PREVIEW)))
  })
})

describe('MCP client 2.x, unmodified', () => {
  const changing = { name: PREVIEW[0], arguments: PREVIEW[1] }

  async function connected(upn: string, tick: boolean) {
    const made = createProvider(upn)
    const visits: URL[] = []
    made.provider.redirectToAuthorization = async (url: URL) => {
      visits.push(url)
      // The first time it connects; the boxes of the second are ticked or not.
      const arrival = await walkBrowser(url.href, upn, { redirectUri: SDK_REDIRECT, tick: tick && visits.length > 1 })
      if (arrival.kind === 'page') throw new Error(`sign-in ended at a page, HTTP ${arrival.status}`)
      made.kept.set('callback', arrival.url)
    }
    const authProvider = made.provider as unknown as OAuthClientProvider
    const transport = () => new StreamableHTTPClientTransport(new URL(sandbox().mcpUrl), { authProvider })
    const newClient = () => new Client({ name: 'client-2', version: '1' }, { versionNegotiation: { mode: 'auto' } })
    const first = transport()
    await expect(newClient().connect(first)).rejects.toThrow(UnauthorizedError)
    await first.finishAuth(made.callback())
    const second = transport()
    const client = newClient()
    await client.connect(second)
    return {
      client,
      transport: second,
      visits,
      scope: () => (made.kept.get('tokens') as { scope: string }).scope,
      ...made,
    }
  }

  test('meets 403, sends its person for both scopes, and its call works with what it comes back with', async () => {
    const { client, transport, visits, callback, scope } = await connected(PRIYA, true)
    const atConnect = scope()
    expect(atConnect.split(' ')).not.toContain('dynamics.write')
    await expect(client.callTool(changing)).rejects.toThrow(UnauthorizedError)
    expect(visits).toHaveLength(2)
    const asked = visits[1]?.searchParams.get('scope')?.split(' ')
    expect(asked).toEqual(expect.arrayContaining(BOTH.split(' ')))
    await transport.finishAuth(callback())
    expect(scope()).toContain(BOTH)
    expect((await client.callTool(changing)).structuredContent).toMatchObject({ ready: true })
    expect(codeOf(await client.callTool({ name: 'whoami', arguments: {} }))).toBeUndefined()
    await client.close()
  })

  test('whose person does not tick it still reads, and each call asks once and no more', async () => {
    const { client, transport, visits, callback, scope } = await connected(PRIYA, false)
    await expect(client.callTool(changing)).rejects.toThrow()
    await transport.finishAuth(callback())
    expect(scope().split(' ')).not.toContain('dynamics.write')
    expect(codeOf(await client.callTool({ name: 'whoami', arguments: {} }))).toBeUndefined()
    const before = [visits.length, (await events(sandbox().app, 'scope.challenged')).length] as const
    await expect(client.callTool(changing)).rejects.toThrow()
    const after = [visits.length, (await events(sandbox().app, 'scope.challenged')).length] as const
    expect(after[0] - before[0]).toBeLessThanOrEqual(1)
    expect(after[1] - before[1]).toBeLessThanOrEqual(1)
    await client.close()
  })

  test('of a person without the role is told so in the result, by no status', async () => {
    const { client, visits } = await connected(ELENA, true)
    expect(codeOf(await client.callTool(changing))).toBe('write_not_allowed')
    expect(visits).toHaveLength(1)
    await client.close()
  })
})
