import { app, type HttpRequest } from '@azure/functions'
import { createMcpHandler, type ListToolsResult, McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'

/**
 * The least that puts Dataverse behind MCP with the official SDK: it checks nobody, shapes nothing and knows one query,
 * which it asks with a token that it was given. What a call of ours costs beyond it is the price of what we do.
 */
const { BARE_URL = '', BARE_HEADERS = '{}', BARE_LIST, BARE_STORAGE } = process.env
const headers = JSON.parse(BARE_HEADERS) as Record<string, string>
/** Given, it lists those tools in place of its own two: a list of as many bytes costs as much to send. */
const list = BARE_LIST === undefined ? undefined : (JSON.parse(BARE_LIST) as ListToolsResult)
const inputSchema = z.looseObject({ entity: z.string().optional() })

async function query() {
  const answer = await fetch(BARE_URL, { headers })
  return { content: [{ type: 'text' as const, text: await answer.text() }] }
}

function createServer(): McpServer {
  const server = new McpServer({ name: 'bare-proxy', version: '1.0.0' })
  server.registerTool('query_crm', { description: 'Rows of Dataverse', inputSchema }, query)
  server.registerTool('whoami', { description: 'Rows of Dataverse', inputSchema }, query)
  if (list) server.server.setRequestHandler('tools/list', () => list)
  return server
}
const mcp = createMcpHandler(createServer, { responseMode: 'json' })

async function handler(request: HttpRequest) {
  // Given, it asks storage before it answers, as whoever checks a bearer has to: with that a start loads Azure's own client.
  if (BARE_STORAGE !== undefined) await (await import('./two-reads.ts')).readTwice(BARE_STORAGE)
  const body = await request.text()
  const asked = new Request(request.url, { method: 'POST', headers: Object.fromEntries(request.headers), body })
  const answer = await mcp.fetch(asked)
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() }
}

app.http('mcp', { route: 'mcp', methods: ['POST'], authLevel: 'anonymous', handler })
