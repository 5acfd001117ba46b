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
