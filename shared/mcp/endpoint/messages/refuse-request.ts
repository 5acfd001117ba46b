import { notThere } from '../../reports/not-there.ts'
import type { Asked } from './check-messages.ts'
import { INVALID_PARAMS, type RpcError } from './plain-error.ts'

/** Lists are given whole, so that no cursor is ever one of ours. */
const LISTS: ReadonlySet<string> = new Set(['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list'])

/**
 * What the SDK would serve that no revision wants served, or refuse in words that help nobody. An unknown tool is an
 * error of the protocol in every revision; arguments of a tool are the tool's own affair.
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/utilities/pagination#error-handling
 */
export function refuseRequest({ method, params }: Asked, tools: readonly string[]): RpcError | undefined {
  const problem = LISTS.has(method) ? problemOfList(method, params) : problemOfCall(method, params, tools)
  return problem === undefined ? undefined : { code: INVALID_PARAMS, message: problem }
}

function problemOfList(method: string, { cursor }: Asked['params']): string | undefined {
  if (cursor === undefined) return undefined
  return `The cursor is none of this server's: ${method} gives all there is at once. Ask without a cursor.`
}

function problemOfCall(method: string, params: Asked['params'], tools: readonly string[]): string | undefined {
  if (method !== 'tools/call') return undefined
  const { name, arguments: args = {} } = params
  if (typeof name !== 'string' || !tools.includes(name)) return notThere('tool', 'name', name, tools)
  if (typeof args === 'object' && args !== null && !Array.isArray(args)) return undefined
  return `The arguments of ${name} are no object. Write them as one, {} where there are none.`
}
