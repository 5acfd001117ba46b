import type { ToolAnnotations } from '@modelcontextprotocol/server'
import * as z from 'zod'
import { writeOnce } from '../endpoint/messages/written-result.ts'
import type { Tool } from './tool.ts'

/** Tools that only read, and only from one closed system. */
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

/** The tools that are on, where the views that draw results, and changes, have these addresses. */
export type ListTools = (viewUri: string, isOn?: (tool: string) => boolean, changeUri?: string) => ListedTool[]

/**
 * All tools, written at the first list, as a worker's first call is mostly none. The newest list is kept as it was sent:
 * what shapes it is the same for everybody, and changes when an administrator switches a tool.
 * @param scope of tools that read
 * @param writing all that those which write ask for, between blanks
 */
export function listTools(tools: readonly Tool[], scope: string, writing = scope): ListTools {
  let entries: readonly { readonly tool: Tool; readonly entry: ListedTool }[] | undefined
  let newest: { readonly of: string; readonly list: ListedTool[] } | undefined
  return (viewUri, isOn = () => true, changeUri) => {
    entries ??= tools.map((tool) => ({ tool, entry: listTool(tool, tool.ofWrites ? writing : scope) }))
    const on = entries.filter(({ tool }) => isOn(tool.name))
    const of = [viewUri, changeUri, ...on.map(({ tool }) => tool.name)].join(' ')
    if (newest?.of === of) return newest.list
    const list = on.map(({ tool, entry }) => {
      const uri = tool.drawsChange ? changeUri : tool.pictureOf && viewUri
      return uri === undefined ? entry : drawn(entry, uri)
    })
    newest = { of, list: writeOnce(list) }
    return newest.list
  }
}

/** The second name is ChatGPT's own of before MCP Apps. */
function drawn(entry: ListedTool, viewUri: string): ListedTool {
  return { ...entry, _meta: { ...entry._meta, ui: { resourceUri: viewUri }, 'openai/outputTemplate': viewUri } }
}

/**
 * The security scheme stands on the tool and again in `_meta`, for clients that drop members they do not know.
 * @see https://developers.openai.com/apps-sdk/build/auth
 */
export function listTool(tool: Tool, scope: string): ListedTool {
  const securitySchemes = [{ type: 'oauth2', scopes: scope.split(' ') }] as const
  const input = jsonSchema(tool.input, 'input')
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: tool.describedThere ? typesAlone(input) : input,
    outputSchema: outputOf(tool),
    annotations: tool.annotations ?? READ_ONLY,
    securitySchemes,
    _meta: isWriting(tool) ? CALLED_BY_VIEWS : metaOf(tool, securitySchemes),
  }
}

/** ChatGPT's own word of before MCP Apps for what a view may call. */
const CALLED_BY_VIEWS = { 'openai/widgetAccessible': true }

/** It takes the call of `preview_change`, where a client has read of the scheme already: it is not said again. */
const isWriting = ({ ofWrites, drawsChange }: Tool): boolean => ofWrites === true && drawsChange !== true

function metaOf({ status, calledByViews }: Tool, securitySchemes: readonly SecurityScheme[]): Record<string, unknown> {
  return {
    securitySchemes,
    ...(calledByViews && CALLED_BY_VIEWS),
    ...(status && {
      'openai/toolInvocation/invoking': status.invoking,
      'openai/toolInvocation/invoked': status.invoked,
    }),
  }
}

type Schema = z.core.JSONSchema.BaseSchema
type ObjectSchema = Schema & { type: 'object' }

const Kept = z.object({ type: z.string().optional(), anyOf: z.array(z.unknown()).optional() })
const Typed = z.record(z.string(), Kept)

/** What the other tool's entry says of arguments and their values is not said again. */
function typesAlone(schema: ObjectSchema): ListedTool['inputSchema'] {
  return { type: 'object', properties: Typed.parse(schema.properties), additionalProperties: false }
}

/**
 * A 1.x client holds `structuredContent` against the output schema even when `isError` is set, so nothing is required
 * of it, and it is closed to nothing. A tool without that room (`search`, `fetch`) gives its errors as text.
 */
function outputOf(tool: Tool): ObjectSchema {
  const schema = jsonSchema(tool.output, 'output')
  return tool.exactOutput ? schema : { type: 'object', ...membersOf(schema) }
}

function jsonSchema(schema: z.ZodObject, io: 'input' | 'output'): ObjectSchema {
  const override = ({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void => {
    tidy(jsonSchema)
    // Strict clients take no argument that may have members nobody named.
    if (io === 'input' && jsonSchema.type === 'object') jsonSchema.additionalProperties = false
  }
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, override })
  return { ...rest, type: 'object' }
}

/** A result shows its members itself: those alone are listed of which, or within which, something more is said. */
function membersOf({ properties = {}, items }: Schema): Pick<Schema, 'properties' | 'items'> {
  const members = Object.entries(properties).flatMap(([name, member]) => {
    const kept = typeof member === 'object' ? described(member) : undefined
    return kept ? [[name, kept] as const] : []
  })
  const item = typeof items === 'object' && !Array.isArray(items) ? described(items) : undefined
  return { ...(members.length > 0 && { properties: Object.fromEntries(members) }), ...(item && { items: item }) }
}

function described(schema: Schema): Schema | undefined {
  const { type, description } = schema
  const members = membersOf(schema)
  if (description === undefined && Object.keys(members).length === 0) return undefined
  return { ...(type && { type }), ...(description && { description }), ...members }
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
