import * as z from 'zod'
import type { Catalogue } from '../../../reports/catalogue/catalogue.ts'
import { OWNERS } from '../../../reports/definition.ts'

const Asked = z.object({ report: z.string().optional(), entity: z.string().optional(), owner: z.string().max(200) })
const TABLE = /<entity\s+name="(\w+)"/

/** What to call for the rows of one owner, of whom no report has a word. */
export function rowsOfOwner({ bySlug }: Catalogue, args: unknown): string | undefined {
  const { report = '', entity, owner } = Asked.safeParse(args).data ?? {}
  if (owner === undefined || owner.trim() === '') return undefined
  const table = TABLE.exec(bySlug(report)?.queries[0]?.fetchxml ?? '')?.[1] ?? entity
  const filter = `ownerid eq '${owner.trim().replaceAll("'", "''")}'`
  const words = `owner takes ${OWNERS.join(', ')}`
  if (table === undefined) return `Rows of another owner are for query_crm, filtered by ${filter}; ${words}.`
  return `Rows of another owner are for query_crm: call it with ${JSON.stringify({ entity: table, filter })}; ${words}.`
}
