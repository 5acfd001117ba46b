import { describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import { instructionsFor, WEIGHTY_CHARACTERS, workflow } from '../../../../shared/mcp/endpoint/instructions.ts'
import { listTool } from '../../../../shared/mcp/tool/tool-listing.ts'
import { createTools } from '../../../../shared/mcp/tools.ts'

const Input = z.looseObject({ properties: z.record(z.string(), z.unknown()) })
const Output = Input.extend({ required: z.array(z.string()) })
const ROWS = { defaultTop: 50, maxTop: 500 }
const listed = createTools(ROWS).map((tool) => listTool(tool, 'dynamics.read'))

describe('what a model is told before its first call', () => {
  test('the tools, in one order, in 15 KB', () => {
    expect(listed.map(({ name }) => name)).toEqual([
      ...['query_crm', 'get_record', 'get_entity_metadata', 'list_entities', 'whoami', 'run_report', 'search', 'fetch'],
    ])
    expect(Buffer.byteLength(JSON.stringify({ tools: listed }))).toBeLessThanOrEqual(15_000)
    const again = createTools(ROWS).map((tool) => listTool(tool, 'dynamics.read'))
    expect(JSON.stringify(again)).toBe(JSON.stringify(listed))
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
    for (const word of ['get_entity_metadata', 'run_report', 'cursor', 'search', 'fetch', 'query_crm', 'list_entities'])
      expect(workflow('Contoso')).toContain(word)
  })

  test.each(listed.map((tool) => [tool.name, tool] as const))(
    '%s only reads, and says so without a list of fields',
    (_name, tool) => {
      expect(tool.annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false, openWorldHint: false })
      expect(tool.description).not.toMatch(/personal data|e-?mail|phone|address/i)
      for (const status of ['openai/toolInvocation/invoking', 'openai/toolInvocation/invoked'])
        expect(String(tool._meta[status]).length).toBeLessThanOrEqual(64)
    },
  )
})
