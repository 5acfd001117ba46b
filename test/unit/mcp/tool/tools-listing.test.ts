import { describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import { instructionsFor, WEIGHTY_CHARACTERS, workflow } from '../../../../shared/mcp/endpoint/instructions.ts'
import { listTools, type ListedTool } from '../../../../shared/mcp/tool/tool-listing.ts'
import { writtenResult } from '../../../../shared/mcp/endpoint/messages/written-result.ts'
import { createTools } from '../../../../shared/mcp/tools.ts'
import { BUILT_IN_REPORTS } from '../../../../shared/reports/catalogue/built-in.ts'
import { createCatalogue } from '../../../../shared/reports/catalogue/catalogue.ts'

/** What every model pays on every conversation. */
const MOST_BYTES = 20_000
const Input = z.looseObject({ properties: z.record(z.string(), z.unknown()) })
const Output = Input.extend({ required: z.array(z.string()) })
const ROWS = { defaultTop: 50, maxTop: 500 }
const VIEW = 'ui://reports/view-0123456789ab.html'
const list = (...[limits, catalogue]: Parameters<typeof createTools>): readonly ListedTool[] =>
  listTools(createTools(limits, catalogue), 'dynamics.read')(VIEW)
const listed = list(ROWS)
const EACH = listed.map((tool) => [tool.name, tool] as const)

/** A schema and all within it, each with its place. */
function schemasIn(schema: unknown, place: string): [place: string, schema: Record<string, unknown>][] {
  const own = z.record(z.string(), z.unknown()).parse(schema)
  const { properties, items, anyOf } = own
  const parts = [
    ...Object.entries(properties ?? {}),
    ...(items === undefined ? [] : [['[]', items] as const]),
    ...z.array(z.unknown()).catch([]).parse(anyOf).entries(),
  ]
  return [[place, own], ...parts.flatMap(([name, part]) => schemasIn(part, `${place}.${name}`))]
}

test('no tool is written before the first list asks for it, and each is written once', () => {
  let read = 0
  const tools = createTools(ROWS).map((tool) => {
    const { input } = tool
    return Object.defineProperty({ ...tool }, 'input', { get: () => ((read += 1), input) })
  })
  const lists = listTools(tools, 'dynamics.read')
  expect(read).toBe(0)
  expect(lists(VIEW)).toEqual(listed)
  expect(read).toBe(tools.length)
  lists('ui://reports/view-another.html')
  expect(read).toBe(tools.length)
})

test('whatever is switched off, and on again, the list is of what is on, and is written as it is', () => {
  const lists = listTools(createTools(ROWS), 'dynamics.read')
  const names = listed.map(({ name }) => name)
  for (const off of [[], ['whoami'], ['run_report', 'show_report'], ['whoami'], names, []]) {
    const seen = lists(VIEW, (name) => !off.includes(name))
    expect(seen).toEqual(listed.filter(({ name }) => !off.includes(name)))
    const result = { resultType: 'complete', tools: seen, left: undefined, _meta: { a: [1] } }
    expect(writtenResult(result)).toBe(JSON.stringify(result))
    expect(lists(VIEW, (name) => !off.includes(name))).toBe(seen)
    expect(() => seen.push(...listed)).toThrow(TypeError)
  }
})

describe('what a model is told before its first call', () => {
  test('the tools, in one order, in 20 KB', () => {
    expect(listed.map(({ name }) => name)).toEqual([
      ...['query_crm', 'analyze', 'get_record', 'get_entity_metadata', 'list_entities', 'whoami'],
      ...['run_report', 'show_report', 'search', 'fetch', 'timeline'],
    ])
    expect(Buffer.byteLength(JSON.stringify({ tools: listed }))).toBeLessThanOrEqual(MOST_BYTES)
    expect(JSON.stringify(list(ROWS))).toBe(JSON.stringify(listed))
  })

  test('search and fetch take and give what company knowledge expects, search with notes besides', () => {
    const shape = (name: string): unknown => {
      const tool = listed.find((one) => one.name === name)
      const { properties, required } = Output.parse(tool?.outputSchema)
      return {
        input: Object.keys(Input.parse(tool?.inputSchema).properties),
        output: Object.keys(properties),
        required,
      }
    }
    expect(shape('search')).toEqual({ input: ['query'], output: ['results', 'notes'], required: ['results'] })
    const output = ['id', 'title', 'text', 'url', 'metadata']
    expect(shape('fetch')).toEqual({ input: ['id'], output, required: output.slice(0, 4) })
  })

  test('the way of working stands in the characters that count, whatever the organization is called', () => {
    const longestName = 'x'.repeat(60)
    expect(workflow(longestName).length).toBeLessThanOrEqual(WEIGHTY_CHARACTERS)
    expect(instructionsFor(longestName).startsWith(workflow(longestName))).toBe(true)
    for (const word of ['cursor', 'next step', ...listed.map(({ name }) => name).filter((name) => name !== 'whoami')])
      expect(workflow('Contoso')).toContain(word)
  })

  test('the members of every result are told once', () => {
    const told = instructionsFor('Contoso')
    for (const member of ['columns', 'rows', 'values[', 'notes', 'interpreted', 'recordLink', '"more"'])
      expect(told).toContain(member)
  })
})

describe.each(EACH)('%s', (name, tool) => {
  test('only reads, and says all of it', () => {
    expect(tool.annotations).toEqual({
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    })
  })

  test('says when to use it, and what else to use, in neutral words', () => {
    expect(tool.description).toMatch(/^Use this when /)
    expect(JSON.stringify(tool)).not.toMatch(/personal data|e-?mail|phone|address|birth|password|credential/i)
    const others = listed.map((one) => one.name).filter((one) => one !== name)
    const near = others.filter((one) => new RegExp(`\\b${one}\\b`).test(tool.description))
    if (name !== 'whoami') expect(near).not.toEqual([])
    for (const status of ['openai/toolInvocation/invoking', 'openai/toolInvocation/invoked'])
      expect(String(tool._meta[status]).length).toBeLessThanOrEqual(64)
  })

  test('has an output schema that asks for nothing and is closed to nothing, or is a contract', () => {
    const [[, whole], ...parts] = schemasIn(tool.outputSchema, name) as [[string, object], ...[string, object][]]
    const isContract = ['search', 'fetch'].includes(name)
    expect(Object.hasOwn(whole, 'required')).toBe(isContract)
    if (isContract) return
    for (const [place, schema] of [[name, whole] as const, ...parts]) {
      expect([place, Object.hasOwn(schema, 'required')]).toEqual([place, false])
      expect([place, Object.hasOwn(schema, 'additionalProperties')]).toEqual([place, false])
    }
  })
})

/** Two reports of a deployment's own with one argument of two types. */
const OWN = ['integer', 'boolean'].map((type) => ({
  ...BUILT_IN_REPORTS[0]!,
  slug: `own-${type}`,
  parameters: [{ name: 'own', type, description: 'Whole days', default: type === 'integer' ? 1 : false } as never],
}))
const TYPES = ['object', 'array', 'string', 'integer', 'number', 'boolean']

describe.each([
  ...EACH,
  ...list(ROWS, createCatalogue([...BUILT_IN_REPORTS, ...OWN])).map(
    (tool) => [`own reports: ${tool.name}`, tool] as const,
  ),
])('a strict client can read what %s takes', (_name, { inputSchema }) => {
  test.each(schemasIn(inputSchema, 'arguments'))('%s', (_place, schema) => {
    const { type, anyOf, items, properties } = schema
    if (anyOf === undefined) expect(TYPES).toContain(type)
    else expect(Array.isArray(anyOf)).toBe(true)
    if (type === 'array') expect(items).toBeInstanceOf(Object)
    if (type === 'object') expect([schema.additionalProperties, typeof properties]).toEqual([false, 'object'])
    for (const loose of ['$ref', 'patternProperties', 'not', 'oneOf', 'allOf', 'propertyNames', 'const'])
      expect(schema).not.toHaveProperty([loose])
  })
})
