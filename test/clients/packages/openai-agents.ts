/** OpenAI's agents, as https://openai.github.io/openai-agents-js/guides/mcp has it: a Streamable HTTP server of theirs. */
import { auth, type OAuthClientProvider } from '@modelcontextprotocol/client'
import { MCPServerStreamableHttp } from '@openai/agents'
import { createProvider } from '../../e2e/support/sdk-provider.ts'
import { type Check, QUERY } from '../runner/visit.ts'

export const check: Check = async ({ address, person, endToken }) => {
  const { provider, callback } = createProvider(person.upn)
  const authProvider = provider as unknown as OAuthClientProvider
  await auth(authProvider, { serverUrl: address })
  const { code = '', iss } = Object.fromEntries(callback())
  await auth(authProvider, { serverUrl: address, authorizationCode: code, ...(iss !== undefined && { iss }) })
  const server = new MCPServerStreamableHttp({ name: 'dynamics', url: address, authProvider })
  await server.connect()
  const call = async (name: string, input: Record<string, unknown>) =>
    JSON.stringify(await server.callTool(name, input))
  const tools = (await server.listTools()).map(({ name }) => name)
  const whoami = await call('whoami', {})
  const rows = await call('query_crm', QUERY)
  endToken()
  const refreshed = await call('query_crm', QUERY)
  await server.close()
  return { tools, whoami, rows, refreshed }
}
