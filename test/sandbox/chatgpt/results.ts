import { z } from 'zod'

const toolSchema = z.looseObject({
  name: z.string(),
  description: z.string().optional(),
  inputSchema: z.record(z.string(), z.unknown()),
  outputSchema: z.record(z.string(), z.unknown()).optional(),
  annotations: z.record(z.string(), z.unknown()).optional(),
})
export const toolsSchema = z.looseObject({ tools: z.array(toolSchema) })
export type Tool = z.infer<typeof toolSchema>

export const toolResultSchema = z.looseObject({
  isError: z.boolean().optional(),
  structuredContent: z.record(z.string(), z.unknown()).optional(),
  content: z.array(z.looseObject({ type: z.string(), text: z.string().optional() })),
})
export type ToolResult = z.infer<typeof toolResultSchema>

const resourceContentsSchema = z.looseObject({
  uri: z.string(),
  mimeType: z.string().optional(),
  text: z.string().optional(),
})
export const contentsSchema = z.looseObject({ contents: z.array(resourceContentsSchema) })
export type ResourceContents = z.infer<typeof resourceContentsSchema>

const withChallenge = z.looseObject({
  _meta: z.looseObject({ 'mcp/www_authenticate': z.union([z.string(), z.array(z.string())]) }),
})

/** The challenge that a tool's result carries, as a `WWW-Authenticate` value; of several the first. */
export function challengeIn(result: ToolResult): string | undefined {
  const found = withChallenge.safeParse(result).data?._meta['mcp/www_authenticate']
  return typeof found === 'string' ? found : found?.[0]
}
