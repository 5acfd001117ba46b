import { isUtf8 } from 'node:buffer'
import { jsonExcess } from './bounds/json-excess.ts'
import { FORM, PLAIN_JSON } from './bounds/sizes.ts'
import type { Incoming } from './message.ts'
import { NotJson, WireError } from './wire-error.ts'

export type Parameters = ReadonlyMap<string, string>

const invalid = (description: string) => new WireError(400, 'invalid_request', description)

/**
 * One value per name: a repeated parameter is refused, since two parties may read two different ones.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-3.1
 */
export function singleParameters(search: URLSearchParams): Parameters {
  if (search.size > FORM.parameters) throw invalid('There are too many parameters.')
  const names = new Set<string>()
  const parameters = new Map<string, string>()
  for (const [name, value] of search) {
    if (name.length > FORM.name || value.length > FORM.value) throw invalid('A parameter is too long.')
    if (names.has(name)) throw invalid('A parameter was sent twice.')
    names.add(name)
    if (value !== '') parameters.set(name, value)
  }
  return parameters
}

/** Reads `application/x-www-form-urlencoded`, and nothing else. @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
export function formParameters(request: Incoming): Parameters {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/x-www-form-urlencoded')
    throw invalid('The content type must be application/x-www-form-urlencoded.')
  if (!isUtf8(request.body)) throw invalid('The body is not UTF-8.')
  if (ampersands(request.body) > FORM.parameters) throw invalid('There are too many parameters.')
  return singleParameters(new URLSearchParams(new TextDecoder().decode(request.body)))
}

const AMPERSAND = 0x26
const ampersands = (body: Uint8Array): number => body.reduce((sum, byte) => sum + Number(byte === AMPERSAND), 0)

/** Reads a JSON object, whose size is known before it is parsed. Of two members with one name the last counts. */
export function jsonObject(request: Incoming): Record<string, unknown> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') throw invalid('The content type must be application/json.')
  const excess = jsonExcess(request.body, PLAIN_JSON)
  if (excess) throw invalid(`The body ${excess}.`)
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(request.body))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch (cause) {
    throw new NotJson(cause)
  }
  throw invalid('The body must be a JSON object.')
}
