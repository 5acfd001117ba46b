import type { StandardSchemaWithJSON, ToolAnnotations } from '@modelcontextprotocol/server'
import * as z from 'zod'
import { READ_ONLY } from '../tool/tool-listing.ts'
import type { Tool } from '../tool/tool.ts'

export type ToolConfig = {
  readonly title: string
  readonly description: string
  readonly inputSchema: StandardSchemaWithJSON
  readonly outputSchema: StandardSchemaWithJSON
  readonly annotations: ToolAnnotations
}

const known = new WeakMap<Tool, ToolConfig>()

/**
 * A tool as the SDK registers it, the same for every request: a server object lives for one request alone, and the SDK
 * asks at every call for the JSON form of both schemas, which is written at its first use in this worker.
 */
export function toolConfig(tool: Tool): ToolConfig {
  const found = known.get(tool)
  if (found) return found
  const { title, description, input, output, annotations = READ_ONLY } = tool
  const inputSchema = listedOnly(writtenOnce(input))
  const outputSchema = checkedBy(withoutCopies(output), writtenOnce(output))
  const made = { title, description, inputSchema, outputSchema, annotations }
  known.set(tool, made)
  return made
}

/** The tool checks its arguments itself, so that a refused call is audited and explained like any other. */
function listedOnly(schema: StandardSchemaWithJSON): StandardSchemaWithJSON {
  return { '~standard': { ...schema['~standard'], validate: (value) => ({ value }) } }
}

function checkedBy(checks: z.ZodObject, schema: StandardSchemaWithJSON): StandardSchemaWithJSON {
  return { '~standard': { ...schema['~standard'], validate: checks['~standard'].validate } }
}

/** zod makes a copy of each cell of each row, only for the SDK to hear that anything may stand there. */
function withoutCopies(output: z.ZodObject): z.ZodObject {
  const names = Object.entries<z.core.$ZodType>(output.shape).flatMap(([name, of]) => (isRows(of) ? [name] : []))
  return names.length === 0 ? output : output.extend(Object.fromEntries(names.map((name) => [name, ListOfLists])))
}

function isRows(schema: z.core.$ZodType): boolean {
  const row = isPlainList(schema) ? schema.element : undefined
  return isPlainList(row) && row.element instanceof z.ZodUnknown
}

/** Of any length, and held to nothing else. */
function isPlainList(schema: unknown): schema is z.ZodArray {
  return schema instanceof z.ZodArray && (schema.def.checks ?? []).length === 0
}

const ListOfLists = z.custom((value) => Array.isArray(value) && value.every((row) => Array.isArray(row)))

function writtenOnce(schema: z.ZodObject): StandardSchemaWithJSON {
  const standard = schema['~standard']
  const { input, output } = standard.jsonSchema
  return { '~standard': { ...standard, jsonSchema: { input: once(input), output: once(output) } } }
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
