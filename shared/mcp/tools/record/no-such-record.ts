import { QueryError } from '../../../dataverse/errors.ts'
import type { Entity, Table } from '../../../dataverse/metadata/model.ts'
import { plainLine } from '../../tool/plain-text.ts'
import type { ToolContext } from '../../tool/tool.ts'
import { nearestRows } from '../search/quick-find.ts'
import { searchWords } from '../search/search-terms.ts'

const LONGEST_NEAR = 60
/** With an entity before it, too, as ids of search have one. */
const SELF = /^(?:\w{1,128}\/)?me$/i

/** That nothing is called so, and what is called almost so: one request more. */
export async function noSuchRecord(name: string, table: Table, context: ToolContext): Promise<QueryError> {
  const { name: entity, nameColumn = '' } = table.entity
  if (SELF.test(name.trim())) return notTheAsker(table.entity)
  const near = await nearTo(name, table, context)
  const words = JSON.stringify({ query: plainLine(name, LONGEST_NEAR) })
  const look = `search ${words}, or with query_crm: {"entity":"${entity}","filter":"contains(${nameColumn},'…')"}.`
  return new QueryError(
    'not_found',
    `No ${entity} that this person may read has exactly the name "${name}".`,
    near.length > 0
      ? `The nearest names, with their ids: ${near.join(', ')}. Else look for it with ${look}`
      : `Look for it with ${look}`,
  )
}

/** The person who asks is a user, and no row of another entity. */
export function notTheAsker({ name }: Entity): QueryError {
  const step = `The person who asks is systemuser/me. Ids of rows of ${name}: query_crm ${JSON.stringify({ entity: name, ids: true })}.`
  return new QueryError('invalid_id', `"me" stands for a user; it is no id of ${name}.`, step)
}

async function nearTo(name: string, table: Table, context: ToolContext): Promise<string[]> {
  const { metadata } = context
  const column = table.byName.get(table.entity.nameColumn ?? '')
  const [sight, index] = await Promise.all([metadata.sight([table]), metadata.entities()])
  if (!column || sight(column) === 'hidden') return []
  const rows = await nearestRows(searchWords(name).terms, { tables: [table], index }, context)
  return rows.map(({ id, name: called = '' }) => `${plainLine(called, LONGEST_NEAR)} (${id})`)
}
