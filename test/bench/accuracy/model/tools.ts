import type { Tool } from '../../../sandbox/chatgpt/client.ts'

/** @see https://platform.openai.com/docs/api-reference/chat/create, `tools` */
export type FunctionTool = {
  readonly type: 'function'
  readonly function: {
    readonly name: string
    readonly description?: string
    readonly parameters: Readonly<Record<string, unknown>>
  }
}

/** The dialect's name is no keyword of OpenAI's; an object without properties has to say so. */
function parametersOf({ inputSchema }: Tool): Record<string, unknown> {
  const { $schema: _dialect, ...schema } = inputSchema
  return 'properties' in schema ? schema : Object.assign(schema, { properties: {} })
}

/** The tools of an MCP server as functions of the chat API. */
export function functionTools(tools: readonly Tool[]): FunctionTool[] {
  return tools.map((tool) => ({
    type: 'function',
    function: {
      name: tool.name,
      ...(tool.description !== undefined && { description: tool.description }),
      parameters: parametersOf(tool),
    },
  }))
}
