import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server'
import type * as z from 'zod'

const known = new WeakMap<z.ZodObject, StandardSchemaWithJSON>()

/**
 * A schema whose JSON form is written at its first use in this worker: the SDK asks for it at every call, and a server
 * object lives for one request alone.
 */
export function writtenOnce(schema: z.ZodObject): StandardSchemaWithJSON {
  const found = known.get(schema)
  if (found) return found
  const standard = schema['~standard']
  const { input, output } = standard.jsonSchema
  const made: StandardSchemaWithJSON = {
    '~standard': { ...standard, jsonSchema: { input: once(input), output: once(output) } },
  }
  known.set(schema, made)
  return made
}

type Write = StandardSchemaWithJSON['~standard']['jsonSchema']['input']

function once(write: Write): Write {
  const written = new Map<string, ReturnType<Write>>()
  return (options) => {
    const json = written.get(options.target) ?? write(options)
    written.set(options.target, json)
    return json
  }
}
