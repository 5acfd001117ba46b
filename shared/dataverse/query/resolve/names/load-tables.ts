import type { Metadata, Table } from '../../../metadata/model.ts'
import type { Query, Note } from '../../model/query.ts'
import { quoted } from '../../say/refusals.ts'
import { allLinks } from '../../model/walk.ts'

/** Reads the tables that a fetch names, in whatever way it names them. @throws QueryError `unknown_entity` */
export async function loadTables(
  fetch: Query,
  metadata: Pick<Metadata, 'entity' | 'table'>,
  note: Note,
): Promise<(name: string) => Table> {
  const names = [...new Set([fetch.entity.name, ...allLinks(fetch.entity).map(({ name }) => name)])]
  const load = async (name: string): Promise<readonly [string, Table]> => {
    return [name, await metadata.table(await metadata.entity(name))]
  }
  const tables = new Map(await Promise.all(names.map(load)))
  for (const [name, { entity }] of tables)
    if (name.toLowerCase() !== entity.name) note(`The entity ${quoted(name)} was read as ${entity.name}.`)
  return (name) => {
    const table = tables.get(name)
    if (!table) throw new RangeError(`the table ${name} was not read`)
    return table
  }
}
