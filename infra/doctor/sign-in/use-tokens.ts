import type { Answer } from '../wire/ask-server.ts'
import { isSilence } from '../wire/ask-server.ts'
import { foreignCause } from '../wire/foreign-cause.ts'
import { quoted } from '../wire/plain-text.ts'
import type { Page } from '../report.ts'
import type { DoctorsClient } from '../steps/registration.ts'
import type { ServerMetadata } from '../steps/server-metadata.ts'
import { formRequest } from '../steps/token.ts'
import { ask, describe, textOf, type Visit } from '../visit.ts'
import { mcpCall, resultIn } from './mcp-call.ts'
import { refresh, refreshRequest, type Tokens } from './token-requests.ts'

const TOOLS = ['query_crm', 'get_record', 'get_entity_metadata', 'list_entities', 'whoami']
/** Another instance remembers an opened token for up to a minute. */
const FORGETTING = { pauses: 13, pauseMs: 5_000 }

/** What ChatGPT does with its tokens: asks, renews them, and gives them back. */
export async function useTokens(
  visit: Visit,
  page: Page,
  server: ServerMetadata,
  client: DoctorsClient,
  tokens: Tokens,
): Promise<void> {
  const answers = await askAll(visit, page, tokens)
  if (!answers) page.skipped('refresh: the endpoint does not take the token')
  const renewed = answers && tokens.refresh !== undefined ? await renew(visit, page, server, client, tokens) : undefined
  await giveBack(visit, page, server, client, renewed ?? tokens)
}

async function askAll(visit: Visit, page: Page, { access }: Tokens): Promise<boolean> {
  const listed = await call(visit, page, access, 'tools/list')
  if (!listed) return false
  const names = (Array.isArray(listed.tools) ? (listed.tools as unknown[]) : []).map((tool) =>
    typeof tool === 'object' && tool !== null && 'name' in tool ? tool.name : undefined,
  )
  const lacking = TOOLS.filter((name) => !names.includes(name))
  if (lacking.length > 0)
    page.failed('tools-missing', `${names.length} tools, and not among them: ${lacking.join(', ')}`)
  else page.ok(`${names.length} tools are offered`)
  if (await callTool(visit, page, access, 'whoami', {})) page.ok('whoami: Dynamics 365 knows this person')
  if (await callTool(visit, page, access, 'query_crm', { entity: 'account', top: 1 }))
    page.ok('query_crm: Dynamics 365 answers a question')
  return true
}

async function callTool(visit: Visit, page: Page, access: string, name: string, args: object): Promise<boolean> {
  const result = await call(visit, page, access, 'tools/call', { name, arguments: args })
  if (!result) return false
  if (result.isError !== true) return true
  const [first] = Array.isArray(result.content) ? (result.content as { text?: unknown }[]) : []
  page.failed('tool-failed', `${name}: ${quoted(textOf(first?.text) ?? '', 240)}`)
  return false
}

async function call(visit: Visit, page: Page, access: string, method: string, params: object = {}) {
  const answer = await ask(visit, page, mcpCall(visit, access, method, { ...params }))
  if (!answer) return undefined
  const result = answer.status === 200 ? resultIn(answer) : undefined
  if (result) return result
  const code = answer.status === 401 ? 'fresh-token-refused' : (foreignCause(answer) ?? 'mcp-failed')
  page.failed(code, `${method}: ${describe(answer)}`)
  return undefined
}

async function renew(visit: Visit, page: Page, server: ServerMetadata, client: DoctorsClient, tokens: Tokens) {
  const renewed = await refresh(visit, page, server.token ?? '', client, tokens.refresh ?? '')
  if (!renewed) return undefined
  if (await call(visit, page, renewed.access, 'tools/list')) page.ok('refresh: new tokens came, and they work')
  return { ...renewed, refresh: renewed.refresh ?? tokens.refresh }
}

/** As ChatGPT does on Disconnect; afterwards neither token may open anything. */
async function giveBack(visit: Visit, page: Page, server: ServerMetadata, client: DoctorsClient, tokens: Tokens) {
  if (server.revoke === undefined) {
    page.skipped('revocation: the address for it is missing or elsewhere')
    return
  }
  const token = tokens.refresh ?? tokens.access
  const answer = await ask(visit, page, formRequest(server.revoke, { token, client_id: client.clientId }))
  if (!answer) return
  if (answer.status !== 200) {
    page.failed(foreignCause(answer) ?? 'revocation-failed', `giving the tokens back: ${describe(answer)}`)
    return
  }
  const alive = (await stillRefreshes(visit, server, client, tokens)) || (await stillOpens(visit, tokens))
  if (alive) page.failed('revoke-without-effect', 'after giving them back, the tokens still work')
  else page.ok('the tokens were given back, and open nothing any more')
}

async function stillRefreshes(visit: Visit, server: ServerMetadata, client: DoctorsClient, { refresh: token }: Tokens) {
  if (token === undefined) return false
  const reply = await visit.askServer(refreshRequest(visit, server.token ?? '', client, token))
  return !isSilence(reply) && reply.status === 200
}

async function stillOpens(visit: Visit, { access }: Tokens): Promise<boolean> {
  const opens = async (): Promise<boolean> => {
    const reply = await visit.askServer(mcpCall(visit, access, 'tools/list'))
    return !isSilence(reply) && isOpen(reply)
  }
  let open = await opens()
  for (let pause = 0; pause < FORGETTING.pauses && open; pause += 1) {
    await visit.pause(FORGETTING.pauseMs)
    open = await opens()
  }
  return open
}

const isOpen = ({ status }: Answer): boolean => status >= 200 && status < 300
