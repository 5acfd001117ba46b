import { createHash, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { Agent, type IncomingMessage, request as ask } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { app, type HttpRequest } from '@azure/functions'

/**
 * The least that lets a peer serve people behind the host of Azure Functions: it knows one opaque bearer by its hash, and
 * hands what that asks to the peer's own HTTP server, on this machine, by a connection that is kept.
 */
const { PEER_URL = '', PEER_HEADERS = '{}', BEARER_SHA256 = '' } = process.env
const headers = JSON.parse(PEER_HEADERS) as Record<string, string>
const known = Buffer.from(BEARER_SHA256, 'hex')
const agent = new Agent({ keepAlive: true })

async function handler(request: HttpRequest) {
  const bearer = request.headers.get('authorization')?.replace(/^Bearer /, '') ?? ''
  if (!timingSafeEqual(createHash('sha256').update(bearer).digest(), known)) return { status: 401 }
  const body = Buffer.from(await request.arrayBuffer())
  const sent = { ...headers, 'content-length': body.length }
  const onward = ask(`${PEER_URL}/mcp`, { method: 'POST', agent, headers: sent }).end(body)
  const [answer] = (await once(onward, 'response')) as [IncomingMessage]
  const { statusCode = 502, headers: given } = answer
  return { status: statusCode, headers: { 'content-type': given['content-type'] ?? '' }, body: await buffer(answer) }
}

app.http('mcp', { route: 'mcp', methods: ['POST'], authLevel: 'anonymous', handler })
