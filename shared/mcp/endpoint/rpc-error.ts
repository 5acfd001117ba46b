import type { ShowError } from '../../http/error-boundary.ts'
import type { Outgoing } from '../../http/message.ts'
import { NotJson } from '../../http/wire-error.ts'

/** JSON-RPC 2.0 section 5.1: the server's own range. */
const SERVER_ERROR = -32_000
const INVALID_REQUEST = -32_600
const PARSE_ERROR = -32_700

/**
 * A refusal that a JSON-RPC client can read; the message it answers was not read, so its id is null.
 * @param correlationId to be found in the log, where the refusal has a line there
 */
export function rpcError(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
  correlationId?: string,
  code = status === 400 ? INVALID_REQUEST : SERVER_ERROR,
): Outgoing {
  const data = correlationId === undefined ? {} : { data: { correlationId } }
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({
      jsonrpc: '2.0',
      error: { code, message, ...data },
      id: null,
    }),
  }
}

/** How errors of `/mcp` are shown that come before, or instead of, the SDK's own answer. */
export const showRpcError: ShowError = (error, { correlationId }) => {
  const { status, description, headers } = error
  const code = error instanceof NotJson ? PARSE_ERROR : undefined
  return rpcError(status, description, { 'cache-control': 'no-store', ...headers }, correlationId, code)
}
