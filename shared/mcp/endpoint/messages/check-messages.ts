import type { JSONRPCMessage, McpServer, MessageExtraInfo, Transport } from '@modelcontextprotocol/server'
import * as z from 'zod'
import type { RpcError } from './plain-error.ts'

export type Asked = { readonly method: string; readonly params: Readonly<Record<string, unknown>> }

export type Checks = {
  /** Why a request is not handed on. */
  readonly refuse: (asked: Asked) => RpcError | undefined
  /** An error of the SDK's, as a client is told of it. */
  readonly tell: (error: RpcError, asked: Asked) => RpcError
}

const Request = z.object({
  method: z.string(),
  id: z.union([z.string(), z.number()]),
  // Not copied.
  params: z.custom<Asked['params']>(isMembers).optional(),
})
const ErrorResponse = z.object({
  id: z.union([z.string(), z.number()]),
  error: z.object({ code: z.int(), message: z.string(), data: z.unknown().optional() }),
})

/**
 * Reads every request before the SDK does, and every error before a client does. The SDK answers params of the wrong
 * type with its validator's own dump, and mostly as a fault of the server's.
 */
export function checkMessages(server: McpServer, checks: Checks): McpServer {
  const connect = server.connect.bind(server)
  server.connect = async (transport) => {
    await connect(transport)
    checkTransport(transport, checks)
  }
  return server
}

function checkTransport(transport: Transport, { refuse, tell }: Checks): void {
  const asked = new Map<string | number, Asked>()
  const send = transport.send.bind(transport)
  const receive = transport.onmessage?.bind(transport)
  transport.send = async (message, options) => await send(told(message, asked, tell), options)
  transport.onmessage = (message: JSONRPCMessage, extra?: MessageExtraInfo) => {
    const request = Request.safeParse(message)
    if (!request.success) return receive?.(message, extra)
    const { id, method, params } = request.data
    const known = { method, params: withoutNulls(method, params ?? {}) }
    asked.set(id, known)
    const error = refuse(known)
    if (error) return void send({ jsonrpc: '2.0', id, error })
    receive?.(params && params !== known.params ? { ...message, params: known.params } : message, extra)
  }
}

function isMembers(value: unknown): value is Asked['params'] {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function told(
  message: JSONRPCMessage,
  asked: ReadonlyMap<string | number, Asked>,
  tell: Checks['tell'],
): JSONRPCMessage {
  if (!('error' in message)) return message
  const response = ErrorResponse.safeParse(message)
  const about = response.success ? asked.get(response.data.id) : undefined
  if (!response.success || !about) return message
  const { id, error } = response.data
  return { jsonrpc: '2.0', id, error: tell(error, about) }
}

/** What clients write that leave out nothing; `task` asks for what this server does not say that it has. */
function withoutNulls(method: string, params: Asked['params']): Asked['params'] {
  const isLeftOut = (name: string, value: unknown): boolean =>
    value === null || (method === 'tools/call' && name === 'task')
  const given = Object.entries(params)
  const kept = given.filter(([name, value]) => !isLeftOut(name, value))
  return kept.length === given.length ? params : Object.fromEntries(kept)
}
