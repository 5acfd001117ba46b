import { createTools } from '../tools.ts'
import { listTools } from '../tool/tool-listing.ts'
import type { Tool } from '../tool/tool.ts'
import type { Catalogue } from '../../reports/catalogue/catalogue.ts'
import type { AskedPart } from './messages/asked-part.ts'
import type { McpDeps } from './mcp-endpoint.ts'
import type { ServerDeps } from './server.ts'

type Tools = Pick<ServerDeps, 'tools' | 'listed'>
export type ToolsFor = (catalogue: Catalogue, asked: AskedPart) => Promise<Tools>

/**
 * The tools that a request can reach. JSON schemas are slow to write, and the same for as long as the reports are; what
 * writes is loaded by whoever lists or calls it, and by nobody who reads.
 */
export function memoizedTools({ limits, scope, writes }: McpDeps): ToolsFor {
  const known = new WeakMap<Catalogue, { readonly reading: Tools; all?: Tools }>()
  const toolsOf = (catalogue: Catalogue, writing: readonly Tool[]): Tools => {
    const tools = createTools(limits, catalogue, writing)
    return { tools, listed: listTools(tools, scope, writes?.scope) }
  }
  return async (catalogue, asked) => {
    const found = known.get(catalogue) ?? { reading: toolsOf(catalogue, []) }
    known.set(catalogue, found)
    if (!writes || isOfReading(asked, found.reading)) return found.reading
    const writing = await writes.tools()
    return (found.all ??= toolsOf(catalogue, writing))
  }
}

function isOfReading(asked: AskedPart, { tools }: Tools): boolean {
  if (asked.of !== 'tools') return asked.of !== 'all'
  return tools.some(({ name }) => name === asked.tool)
}
