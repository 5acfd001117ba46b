import * as z from 'zod'
import { shown } from '../../../dataverse/query/say/refusals.ts'
import { parseJson } from '../../../dataverse/web-api/parse-json.ts'
import { KINDS } from '../../tool/arguments/kinds-in-words.ts'

export type RpcError = { readonly code: number; readonly message: string; readonly data?: unknown }

export const INVALID_PARAMS = -32_602
/** Of the revisions before 2026-07-28, which has {@link INVALID_PARAMS} for it. */
const RESOURCE_NOT_FOUND = -32_002
const MOST_NAMED = 5
const LONGEST_PATH = 80

/** What the SDK's validator writes of each thing that is wrong. */
const Dump = z
  .array(
    z.object({
      path: z.array(z.union([z.string(), z.number()])),
      code: z.string(),
      expected: z.string().optional(),
    }),
  )
  .min(1)
/** What a missing resource alone has. */
const OfResource = z.strictObject({ uri: z.string() })

/**
 * An error of the SDK's in the code that its revision has, and in words for whoever reads it: a dump of the validator
 * says that the request was wrong, whichever code it came under.
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/resources#error-handling
 */
export function plainError(error: RpcError, method: string, era: 'legacy' | 'modern'): RpcError {
  const dump = Dump.safeParse(parseJson(error.message.slice(Math.max(0, error.message.indexOf('[')))))
  if (dump.success) return { code: INVALID_PARAMS, message: sentenceOf(method, dump.data) }
  const isMissing =
    method === 'resources/read' && error.code === INVALID_PARAMS && OfResource.safeParse(error.data).success
  return isMissing && era === 'legacy' ? { ...error, code: RESOURCE_NOT_FOUND } : error
}

function sentenceOf(method: string, dump: z.output<typeof Dump>): string {
  const named = dump.slice(0, MOST_NAMED).map(({ path, expected = '' }) => {
    const kind = Object.hasOwn(KINDS, expected) ? KINDS[expected] : undefined
    return `${shown(path.join('.'), LONGEST_PATH)} ${kind === undefined ? 'is not as the protocol has it' : `must be ${kind}`}`
  })
  const left = dump.length - named.length
  return `Wrong params of ${shown(method, LONGEST_PATH)}: ${named.join('; ')}${left > 0 ? `; ${left} more` : ''}.`
}
