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
    outputSchema: tool.exactOutput
      ? jsonSchema(tool.output, 'output', true)
      : withError(jsonSchema(tool.output, 'output')),
    annotations: READ_ONLY,
    securitySchemes,
    _meta: {
      securitySchemes,
      'openai/toolInvocation/invoking': tool.status.invoking,
      'openai/toolInvocation/invoked': tool.status.invoked,
    },
  }
}

type ObjectSchema = { type: 'object'; properties?: object; [key: string]: unknown }

/**
 * A 1.x client holds `structuredContent` against the output schema even when `isError` is set, so the schema must have
 * room for either: nothing is required of it. A tool without that room (`search`, `fetch`) gives its errors as text.
 */
function withError({ required: _required, ...schema }: ObjectSchema): ObjectSchema {
  const error = { type: 'object', description: 'code, text, nextStep' }
  return { ...schema, properties: { ...schema.properties, error } }
}

function jsonSchema(schema: z.ZodObject, io: 'input' | 'output', exact = false): ObjectSchema {
  const override = ({
    jsonSchema,
    path,
  }: {
    jsonSchema: z.core.JSONSchema.BaseSchema
    path: (string | number)[]
  }): void => {
    tidy(jsonSchema)
    if (io === 'input' && jsonSchema.type === 'object') jsonSchema.additionalProperties = false
    if (io === 'output' && !exact && path.length > 0) closeUndescribed(jsonSchema)
  }
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, override })
  return { ...rest, type: 'object' }
}

/** Members of a result that nothing is said of tell a model no more than the result itself will. */
function closeUndescribed(schema: z.core.JSONSchema.BaseSchema): void {
  delete schema.required
  const members = Object.values(schema.properties ?? {})
  const isSilent = members.every((member) => typeof member !== 'object' || member.description === undefined)
  if (isSilent) delete schema.properties
}

/**
 * Leaves out what says nothing, and lengths, which no model counts and a refusal explains: every model pays for the
 * list on every conversation.
 */
function tidy(schema: z.core.JSONSchema.BaseSchema): void {
  delete schema.minLength
  delete schema.maxLength
  delete schema.minItems
  delete schema.maxItems
  delete schema.pattern
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum
  // Beside a closed list of members it says nothing that the list does not say, and of any member nothing at all.
  if (schema.additionalProperties === false || isEmpty(schema.additionalProperties)) delete schema.additionalProperties
  delete schema.propertyNames
}

function isEmpty(schema: unknown): boolean {
  return typeof schema === 'object' && schema !== null && Object.keys(schema).length === 0
}
