/** LangChain's adapters, as their README has it: `MultiServerMCPClient` with an OAuth provider, tools invoked. */
import { MultiServerMCPClient } from '@langchain/mcp-adapters'
import { auth, type OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js'
import { createProvider } from '../../e2e/support/sdk-provider.ts'
import { type Check, QUERY } from '../runner/visit.ts'

export const check: Check = async ({ address, person, endToken }) => {
  const { provider, callback } = createProvider(person.upn)
  const authProvider = provider as unknown as OAuthClientProvider
  await auth(authProvider, { serverUrl: address })
  await auth(authProvider, { serverUrl: address, authorizationCode: callback().get('code') ?? '' })
  const client = new MultiServerMCPClient({
    mcpServers: { dynamics: { transport: 'http', url: address, authProvider } },
  })
  const tools = await client.getTools()
  const call = async (name: string, input: object): Promise<string> => {
    const tool = tools.find((one) => one.name === name)
    return JSON.stringify(await tool?.invoke(input))
  }
  const whoami = await call('whoami', {})
  const rows = await call('query_crm', QUERY)
  endToken()
  const refreshed = await call('query_crm', QUERY)
  await client.close()
  return { tools: tools.map(({ name }) => name), whoami, rows, refreshed }
}
