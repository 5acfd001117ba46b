import { buildAuthorizeUrl, type PendingAuthorization, readCallback } from '../../sandbox/chatgpt/authorize.ts'
import { walkBrowser } from '../../sandbox/chatgpt/browser.ts'
import { type Connection, createChatGpt } from '../../sandbox/chatgpt/client.ts'
import { postMcp, readResult } from '../../sandbox/chatgpt/mcp.ts'
import { redeem, refreshTokens, type Tokens } from '../../sandbox/chatgpt/token.ts'

const PRIYA = 'priya.nair@harbourpine.example'
/** The hot query: 50 rows of 4 columns. */
export const QUERY = {
  entity: 'opportunity',
  select: ['name', 'customerid', 'estimatedvalue', 'estimatedclosedate'],
  top: 50,
}
const WIRE = { userAgent: 'bench' }

type Run = () => Promise<unknown>
type Params = Readonly<Record<string, unknown>>
export type Session = {
  readonly accessToken: () => string
  /** A sign-in from the consent page to a code, and the exchange of that code. */
  readonly authorize: Run
  readonly redeem: Run
  readonly refresh: Run
  /** Any request to the MCP server, with the session's token; resolves to its result. */
  readonly call: (method: string, params?: Params) => Promise<unknown>
  /** The same, of another instance. */
  readonly callAt: (url: string, method: string, params?: Params) => Promise<unknown>
  readonly listTools: Run
}

/** A signed-in client whose calls go to the instance at `url`. */
export async function openSession(mcpUrl: string, url: string): Promise<Session> {
  const { discovery: found, client, tokens: first } = await createChatGpt({ mcpUrl }).connect(PRIYA)
  const server = { ...found.server, token_endpoint: `${url}/oauth/token` }
  const discovery: Connection['discovery'] = { ...found, server }
  let tokens: Tokens = first
  let pending: PendingAuthorization
  let code: string
  const callAt = async (url: string, method: string, params: Params = {}) => {
    const reply = await postMcp(WIRE, `${url}/mcp`, { id: 1, method, params, accessToken: tokens.access_token })
    return readResult(method, reply, 1)
  }
  const call = (method: string, params?: Params) => callAt(url, method, params)
  return {
    accessToken: () => tokens.access_token,
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
    callAt,
    listTools: () => call('tools/list'),
  }
}
