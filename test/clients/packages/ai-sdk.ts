/** Vercel's AI SDK, as https://ai-sdk.dev/docs/ai-sdk-core/mcp-tools has it: tools of a server, given to `generateText`. */
import { auth, createMCPClient, type OAuthClientProvider, UnauthorizedError } from '@ai-sdk/mcp'
import { generateText, type LanguageModel } from 'ai'
import { MockLanguageModelV4 } from 'ai/test'
import { createProvider } from '../../e2e/support/sdk-provider.ts'
import { type Check, QUERY } from '../runner/visit.ts'

const USAGE = {
  inputTokens: { total: 1, noCache: 1, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 1, text: 1, reasoning: undefined },
}

/** The SDK's own stand-in for a model: it wants one tool called, and has nothing more to say. */
const modelThatCalls = (toolName: string, input: object): LanguageModel =>
  new MockLanguageModelV4({
    doGenerate: async () => ({
      content: [{ type: 'tool-call', toolCallId: 'call-1', toolName, input: JSON.stringify(input) }],
      finishReason: { unified: 'tool-calls', raw: undefined },
      usage: USAGE,
      warnings: [],
    }),
  })

export const check: Check = async ({ address, person, endToken }) => {
  const { provider, callback } = createProvider(person.upn)
  const authProvider = provider as unknown as OAuthClientProvider
  const open = () => createMCPClient({ transport: { type: 'http', url: address, authProvider, redirect: 'error' } })
  await open().then(
    () => Promise.reject(new Error('it connected without anybody signing in')),
    (error: unknown) => (error instanceof UnauthorizedError ? undefined : Promise.reject(error as Error)),
  )
  const { code = '', iss, state } = Object.fromEntries(callback())
  await auth(authProvider, {
    serverUrl: address,
    authorizationCode: code,
    ...(iss !== undefined && { callbackIssuer: iss }),
    ...(state !== undefined && { callbackState: state }),
  })
  const client = await open()
  const tools = await client.tools()
  const call = async (name: string, input: object): Promise<string> => {
    const { toolResults } = await generateText({ model: modelThatCalls(name, input), tools, prompt: 'Ask.' })
    return JSON.stringify(toolResults.map(({ output }) => output))
  }
  const whoami = await call('whoami', {})
  const rows = await call('query_crm', QUERY)
  endToken()
  const refreshed = await call('query_crm', QUERY)
  await client.close()
  return { tools: Object.keys(tools), whoami, rows, refreshed }
}
