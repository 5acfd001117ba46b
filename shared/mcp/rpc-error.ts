import type { Outgoing } from '../http/message.ts'

/** JSON-RPC 2.0 section 5.1: the server's own range. */
const SERVER_ERROR = -32_000

/** A refusal that a JSON-RPC client can read; the message it answers was not read, so its id is null. */
export function rpcError(status: number, message: string, headers: Readonly<Record<string, string>> = {}): Outgoing {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', error: { code: SERVER_ERROR, message }, id: null }),
  }
}
