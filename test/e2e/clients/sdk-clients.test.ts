import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import {
  Client,
  type OAuthClientProvider,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from '@modelcontextprotocol/client'
import { auth, type OAuthClientProvider as Provider1 } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as Transport1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import * as z from 'zod'
import { person } from '../../sandbox/people.ts'
import { MARCUS, PRIYA } from '../support/oauth.ts'
import { createProvider } from '../support/sdk-provider.ts'
import { useSandbox } from '../support/suite.ts'

const sandbox = useSandbox({ deployed: true })
const Drawn = z.object({ ui: z.object({ resourceUri: z.string() }) })
const View = z.tuple([z.object({ text: z.string() })])

/** The address that the list of tools names. */
async function viewUri(client: Client): Promise<string> {
  const { tools } = await client.listTools()
  return Drawn.parse(tools.find(({ name }) => name === 'show_report')?._meta).ui.resourceUri
}

type Call = { readonly structuredContent?: unknown }
const expectPerson = (result: Call, upn: string) =>
  expect(JSON.stringify(result.structuredContent)).toContain(person(upn).systemUserId)

describe('MCP SDK 1.x, unmodified', () => {
  test('its own auth() finds, registers, signs in and gets tokens; the client then lists, calls, reads', async () => {
    const { provider, callback, kept } = createProvider(PRIYA)
    const typed = provider as unknown as Provider1
    const serverUrl = sandbox().mcpUrl
    expect(await auth(typed, { serverUrl })).toBe('REDIRECT')
    expect(callback().get('iss')).toBe(sandbox().app.url)
    expect(await auth(typed, { serverUrl, authorizationCode: callback().get('code') ?? '' })).toBe('AUTHORIZED')

    const client = new Client1({ name: 'sdk-1', version: '1' })
    await client.connect(new Transport1(new URL(serverUrl), { authProvider: typed }))
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('query_crm')
    expectPerson((await client.callTool({ name: 'whoami', arguments: {} })) as Call, PRIYA)
    expect((await client.listResources()).resources.length).toBeGreaterThanOrEqual(4)
    await client.close()

    const before = kept.get('tokens')
    expect(await auth(typed, { serverUrl })).toBe('AUTHORIZED')
    expect(kept.get('tokens')).not.toEqual(before)
  })

  test('given nothing but the URL: refused once, signed in, connected', async () => {
    const { provider, callback } = createProvider(MARCUS)
    const authProvider = provider as unknown as Provider1
    const first = new Transport1(new URL(sandbox().mcpUrl), { authProvider })
    const client = new Client1({ name: 'sdk-1', version: '1' })
    await expect(client.connect(first as never)).rejects.toThrow('Unauthorized')
    await first.finishAuth(callback().get('code') ?? '')
    const again = new Client1({ name: 'sdk-1', version: '1' })
    await again.connect(new Transport1(new URL(sandbox().mcpUrl), { authProvider }))
    expectPerson((await again.callTool({ name: 'whoami', arguments: {} })) as Call, MARCUS)
    await again.close()
  })
})

describe('MCP client 2.x, unmodified', () => {
  test.each(['legacy', 'auto'] as const)('given nothing but the URL, negotiation %s', async (mode) => {
    const { provider, callback } = createProvider(PRIYA)
    const authProvider = provider as unknown as OAuthClientProvider
    const transport = () => new StreamableHTTPClientTransport(new URL(sandbox().mcpUrl), { authProvider })
    const newClient = () => new Client({ name: 'client-2', version: '1' }, { versionNegotiation: { mode } })
    const first = transport()
    await expect(newClient().connect(first)).rejects.toThrow(UnauthorizedError)
    await first.finishAuth(callback())
    const client = newClient()
    await client.connect(transport())
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('run_report')
    expectPerson(await client.callTool({ name: 'whoami', arguments: {} }), PRIYA)
    const uri = await viewUri(client)
    const views = [await client.readResource({ uri }), await client.readResource({ uri: 'ui://reports/view.html' })]
    const view = {
      mimeType: 'text/html;profile=mcp-app',
      text: expect.stringMatching(/^<!doctype html>[^]+<\/html>\n$/),
      _meta: { ui: { csp: {}, prefersBorder: true } },
    }
    expect(views.flatMap(({ contents }) => contents)).toEqual([
      { uri, ...view },
      { uri: 'ui://reports/view.html', ...view },
    ])
    const [{ text }] = View.parse(views[0]?.contents)
    const hash = createHash('sha256').update(text).digest('hex')
    expect(uri).toBe(`ui://reports/view-${hash.slice(0, 12)}.html`)
    await client.close()
  })
})
