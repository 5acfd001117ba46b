import { buildAuthorizeUrl, type PendingAuthorization, readCallback } from '../sandbox/chatgpt/authorize.ts'
import { walkBrowser } from '../sandbox/chatgpt/browser.ts'
import { type Connection, createChatGpt } from '../sandbox/chatgpt/client.ts'
import { postMcp, readResult } from '../sandbox/chatgpt/mcp.ts'
import { redeem, refreshTokens, type Tokens } from '../sandbox/chatgpt/token.ts'

const PRIYA = 'priya.nair@harbourpine.example'
const QUERY = { entity: 'opportunity', select: ['name', 'estimatedvalue', 'estimatedclosedate'], top: 25 }
const WIRE = { userAgent: 'bench' }

type Run = () => Promise<unknown>
export type Session = {
  /** A sign-in from the consent page to a code, and the exchange of that code. */
  readonly authorize: Run
  readonly redeem: Run
  readonly refresh: Run
  /** Any request to the MCP server, with the session's token; resolves to its result. */
  readonly call: (method: string, params?: Record<string, unknown>) => Promise<unknown>
  readonly listTools: Run
  readonly whoami: Run
  readonly queryCrm: Run
}

/** A signed-in client whose calls go to the instance at `url`. */
export async function openSession(mcpUrl: string, url: string): Promise<Session> {
  const { discovery: found, client, tokens: first } = await createChatGpt({ mcpUrl }).connect(PRIYA)
  const server = { ...found.server, token_endpoint: `${url}/oauth/token` }
  const discovery: Connection['discovery'] = { ...found, server }
  let tokens: Tokens = first
  let pending: PendingAuthorization
  let code: string
  const call = async (method: string, params: Record<string, unknown> = {}) => {
    const reply = await postMcp(WIRE, `${url}/mcp`, { id: 1, method, params, accessToken: tokens.access_token })
    return readResult(method, reply, 1)
  }
  return {
    authorize: async () => {
      pending = buildAuthorizeUrl(discovery, client)
      const arrival = await walkBrowser(pending.url, PRIYA, { redirectUri: client.redirectUri })
      if (arrival.kind === 'page') throw new Error(`the sign-in ended with status ${arrival.status}`)
      code = readCallback(arrival.url, pending, discovery)
    },
    redeem: () => redeem(WIRE, discovery, client, code, pending),
    refresh: async () => {
      tokens = { ...tokens, ...(await refreshTokens(WIRE, discovery, client, tokens.refresh_token ?? '')) }
    },
    call,
    listTools: () => call('tools/list'),
    whoami: () => call('tools/call', { name: 'whoami', arguments: {} }),
    queryCrm: () => call('tools/call', { name: 'query_crm', arguments: QUERY }),
  }
}
