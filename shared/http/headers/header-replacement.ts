import { jsonExcess } from '../bounds/json-excess.ts'
import { MCP_JSON } from '../bounds/sizes.ts'
import { NotJson, WireError } from '../wire-error.ts'

const OPENING_BRACE = 0x7b

/**
 * In stream mode the worker takes a request's headers from its trigger metadata, where a query key or JSON member named
 * `headers` replaces them all: a crafted link could then choose the cookies that we see.
 */
export function refuseHeaderReplacement(query: URLSearchParams, body: Uint8Array): void {
  const names = [...query.keys(), ...topLevelMembers(body)]
  if (names.some((name) => name.toLowerCase() === 'headers'))
    throw new WireError(400, 'invalid_request', 'A parameter must not be named "headers".')
}

/**
 * The host's own parser takes more for JSON than we do (`{'headers':…}`, `{headers:…}`, comments), whatever the content
 * type: where there could be an object, it must be JSON, or we would miss what the host has seen.
 */
function topLevelMembers(body: Uint8Array): string[] {
  if (!body.includes(OPENING_BRACE)) return []
  const excess = jsonExcess(body, MCP_JSON)
  if (excess) throw new WireError(400, 'invalid_request', `The body ${excess}.`)
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body))
    return typeof value === 'object' && value !== null ? Object.keys(value) : []
  } catch (cause) {
    throw new NotJson(cause)
  }
}
