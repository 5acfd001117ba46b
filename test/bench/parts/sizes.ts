import * as z from 'zod'
import { QUERY, type Session } from '../stage/session.ts'

const ResultSchema = z.object({
  isError: z.literal(true).optional(),
  structuredContent: z.object({ rows: z.array(z.array(z.unknown())).optional() }).loose(),
})

/** Bytes of what the model is given: the whole result of each call, structured content and text. */
export async function measureSizes({ call }: Session): Promise<(readonly [string, number])[]> {
  const tool = async (name: string, args: object) => {
    const result = await call('tools/call', { name, arguments: args })
    return { bytes: bytesOf(result), rows: ResultSchema.parse(result).structuredContent.rows ?? [] }
  }
  const four = await tool('query_crm', QUERY)
  const usual = await tool('query_crm', { entity: 'opportunity', top: 50 })
  const id = four.rows[0]?.at(-1)
  return [
    [`${four.rows.length} rows × 4 columns`, four.bytes],
    [`${usual.rows.length} rows, default columns`, usual.bytes],
    ['one opportunity, all that is filled', (await tool('get_record', { entity: 'opportunity', id })).bytes],
    ['get_entity_metadata opportunity', (await tool('get_entity_metadata', { entity: 'opportunity' })).bytes],
    ['tools/list', bytesOf(await call('tools/list'))],
  ]
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value))
}
