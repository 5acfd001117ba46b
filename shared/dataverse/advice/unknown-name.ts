import type { DataverseError } from '../errors.ts'
import { nearestColumns } from '../query/resolve/names/find-column.ts'
import { unknownEntity } from '../metadata/read/entity-index.ts'
import type { Metadata, Table } from '../metadata/model.ts'
import { nearest } from './suggest.ts'

/** A name that Dataverse did not find: of an entity, or of a column or relationship of one. */
export type UnknownName = { readonly name: string; readonly entity?: string }

/** How the Web API and FetchXML say so; the first group of each is the name. */
const PATTERNS: readonly RegExp[] = [
  /Could not find a property named '(?<name>[^']+)' on type 'Microsoft\.Dynamics\.CRM\.(?<entity>\w+)'/,
  /(?<!\w)(?<entity>\w+)'? entity doesn't contain attribute with Name = '?(?<name>[^'\s]+)/,
  /(?<!\w)(?<entity>\w+)'? entity doesn't contain relationship with Name = '?(?<name>[^'\s]+)/,
  /Resource not found for the segment '(?<name>[^']+)'/,
  /entity with a name = '(?<name>[^']+)'/,
  /references a field that does not exist in Dynamics 365: "(?<name>[^"]+)"/,
]
const MOST = 5

/** The name that Dataverse did not find, where that is what it complains about. */
export function unknownNameIn(error: DataverseError): UnknownName | undefined {
  for (const pattern of PATTERNS) {
    const { name, entity } = pattern.exec(error.text)?.groups ?? {}
    if (name) return { name, ...(entity && { entity }) }
  }
  return undefined
}

/**
 * The names nearest to one that only Dataverse noticed, as a next step. It reads metadata only now that something is
 * wrong, and a second failure does not hide the first.
 */
export async function suggestionFor(error: DataverseError, metadata: Metadata): Promise<string | undefined> {
  const unknown = unknownNameIn(error)
  if (!unknown) return undefined
  try {
    if (unknown.entity === undefined) return unknownEntity(await metadata.entities(), unknown.name).nextStep
    const table = await metadata.table(await metadata.entity(unknown.entity), { fresh: true })
    // Known to metadata and yet refused: the same name once more would be no help.
    const near = nearestOf(table, unknown.name).filter((name) => name !== unknown.name)
    return near.length > 0 ? `Did you mean: ${near.join(', ')}?` : undefined
  } catch {
    return undefined
  }
}

/** Columns, and the ways to other tables that a name may have been meant as. */
function nearestOf(table: Table, name: string): string[] {
  const ways = [
    ...table.navigations.map((way) => ({ name: way.name, aliases: [way.column, way.target] })),
    ...table.collections.map((way) => ({ name: way.name, aliases: [way.target] })),
  ]
  return [...new Set([...nearestColumns(table, name), ...nearest(name, ways)])].slice(0, MOST)
}
