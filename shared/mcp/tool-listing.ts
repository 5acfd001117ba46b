import type { ToolAnnotations } from '@modelcontextprotocol/server'
import * as z from 'zod'
import type { Tool } from './tool.ts'

/** Every tool only reads, and only from one closed system. */
export const READ_ONLY: ToolAnnotations = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
}

/** What `tools/list` says of a tool. */
export type ListedTool = {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly inputSchema: { readonly type: 'object'; readonly [key: string]: unknown }
  readonly outputSchema: { readonly type: 'object'; readonly [key: string]: unknown }
  readonly annotations: ToolAnnotations
  readonly securitySchemes: readonly SecurityScheme[]
  readonly _meta: Record<string, unknown>
}

type SecurityScheme = { readonly type: 'oauth2'; readonly scopes: readonly string[] }

/**
 * The security scheme stands on the tool and again in `_meta`, for clients that drop members they do not know.
 * @see https://developers.openai.com/apps-sdk/build/auth
 */
export function listTool(tool: Tool, scope: string): ListedTool {
  const securitySchemes = [{ type: 'oauth2', scopes: [scope] }] as const
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: jsonSchema(tool.input, 'input'),
    outputSchema: jsonSchema(tool.output, 'output'),
    annotations: READ_ONLY,
    securitySchemes,
    _meta: {
      securitySchemes,
      'openai/toolInvocation/invoking': tool.status.invoking,
      'openai/toolInvocation/invoked': tool.status.invoked,
    },
  }
}

function jsonSchema(schema: z.ZodObject, io: 'input' | 'output'): { type: 'object'; [key: string]: unknown } {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, override: ({ jsonSchema }) => tidy(jsonSchema) })
  return { ...rest, type: 'object' }
}

/** Leaves out what says nothing: every model pays for the list on every conversation. */
function tidy(schema: z.core.JSONSchema.BaseSchema): void {
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum
  delete schema.propertyNames
}
