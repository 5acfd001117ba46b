import type { Column } from '../../metadata/model.ts'
import type { ResolvedExpansion } from '../resolve/resolved-query.ts'

/**
 * Related rows of each row: Dataverse does not page them and would give up to 5,000.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/join-tables
 */
export const MOST_RELATED = 25

export type RecordOptions = { readonly $select: string | undefined; readonly $expand: string | undefined }

/** What a record by key is read with; no column means all. The row behind a lookup to many tables is read once known. */
export function recordOptions(columns: readonly Column[], expansions: readonly ResolvedExpansion[]): RecordOptions {
  const expanded = expansions.flatMap((expansion) => {
    if (expansion.kind === 'targets') return []
    return [expandOption(expansion.navigation, propertiesOf(expansion.columns), expansion.kind === 'rows')]
  })
  const lookups = expansions.flatMap((one) => (one.kind === 'targets' ? [one.lookup] : []))
  const read = columns.length > 0 ? propertiesOf([...columns, ...lookups]) : []
  return { $select: read.join(',') || undefined, $expand: expanded.join(',') || undefined }
}

/** One navigation property of `$expand` with the columns of its rows, by the Web API's names. */
export function expandOption(navigation: string, properties: readonly string[], isMany: boolean): string {
  return `${navigation}($select=${properties.join(',')}${isMany ? `;$top=${MOST_RELATED}` : ''})`
}

function propertiesOf(columns: readonly Column[]): string[] {
  return [...new Set(columns.map(({ property }) => property))]
}
