import type { z } from 'zod'
import type { GraphCall } from './call.ts'
import { badRequest } from './errors.ts'

type Issue = z.core.$ZodIssue

function explain(issue: Issue | undefined, resource: string, input: unknown) {
  if (issue?.code === 'unrecognized_keys') return badRequest(`Invalid property '${issue.keys[0] ?? ''}'.`)
  const path = issue?.path.map(String) ?? []
  const top = path[0] ?? 'body'
  const given = typeof input === 'object' && input !== null && top in input
  if (!given) return badRequest(`A value is required for property '${top}' of resource '${resource}'.`)
  return badRequest(`Invalid value specified for property '${path.join('.')}' of resource '${resource}'.`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw badRequest(
      'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is valid.',
    )
  }
}

/** The body of a request. @throws GraphError 400 for a member or a value that the resource does not take */
export function readBody<Schema extends z.ZodType>(
  call: GraphCall,
  schema: Schema,
  resource: string,
): z.output<Schema> {
  const input = parseJson(call.body)
  const parsed = schema.safeParse(input)
  if (!parsed.success) throw explain(parsed.error.issues[0], resource, input)
  return parsed.data
}
