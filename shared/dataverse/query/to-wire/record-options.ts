import type { Column } from '../../metadata/model.ts'
import type { ResolvedExpansion } from '../resolve/resolved-query.ts'

/**
 * Related rows of each row: Dataverse does not page them and would give up to 5,000.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/join-tables
 */
export const MOST_RELATED = 25

export type RecordOptions = { readonly $select: string | undefined; readonly $expand: string | undefined }

/**
 * What a record by key is read with; no column means all. The row behind a lookup to many tables is read once known, as
 * is a collection that parties are read of already.
 */
export function recordOptions(columns: readonly Column[], expansions: readonly ResolvedExpansion[]): RecordOptions {
  const parties = expansions.flatMap((one) => (one.kind === 'parties' ? [one] : []))
  const expanded = expansions.flatMap((expansion) => {
    if (expansion.kind === 'targets') return []
    if (expansion.kind === 'parties') return [partiesOption(expansion.navigation)]
    const { kind, navigation, columns: related } = expansion
    if (kind === 'rows' && parties.some((one) => one.navigation === navigation)) return []
    return [expandOption(navigation, propertiesOf(related), kind === 'rows')]
  })
  const lookups = expansions.flatMap((one) => (one.kind === 'targets' ? [one.lookup] : []))
  const keys = parties.map(({ table }) => table.entity.idColumn)
  const read = columns.length + keys.length > 0 ? [...propertiesOf([...columns, ...lookups]), ...keys] : []
  return { $select: read.join(',') || undefined, $expand: expanded.join(',') || undefined }
}

/** One navigation property of `$expand` with the columns of its rows, by the Web API's names. */
export function expandOption(navigation: string, properties: readonly string[], isMany: boolean): string {
  return `${navigation}($select=${properties.join(',')}${isMany ? `;$top=${MOST_RELATED}` : ''})`
}

/** The parties of an activity in `$expand`: to all that it says of them, no limit is set. */
export function partiesOption(navigation: string): string {
  return expandOption(navigation, ['_partyid_value', 'addressused', 'participationtypemask'], false)
}

function propertiesOf(columns: readonly Column[]): string[] {
  return [...new Set(columns.map(({ property }) => property))]
}
