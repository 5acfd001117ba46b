import type { ApiRequest } from '../http/api.ts'
import { odataError } from '../http/errors.ts'
import type { Entity } from '../schema/schema.ts'
import type { Row } from '../store/store.ts'
import type { QueryOptions } from './options.ts'

/** Whether an answer carries a link to the changes after it. */
export function tracksChanges({ deltaToken }: QueryOptions, { preferences }: ApiRequest): boolean {
  return preferences.tracksChanges || deltaToken !== undefined
}

/**
 * The rows that changed after a `$deltatoken` (`919042!08/22/2017 08:10:44`: a version and when it was seen).
 * @throws DataverseFault 400 for another token, or options that change tracking cannot follow
 */
export function changedRows(rows: readonly Row[], options: QueryOptions): readonly Row[] {
  if (options.deltaToken === undefined) return rows
  if (options.filter || options.expand.length > 0 || options.orderBy.length > 0 || options.top !== undefined) {
    throw odataError('Change tracking does not support $filter, $orderby, $expand or $top.')
  }
  const version = /^(\d+)!/.exec(options.deltaToken)?.[1]
  if (version === undefined) throw odataError('The delta token is not in the expected format.')
  return rows.filter((row) => row.version > Number(version))
}

/** The same request with a token for what has been seen now. */
export function deltaLink({ entitySetName }: Entity, rows: readonly Row[], request: ApiRequest): string {
  const seen = rows.reduce((highest, { version }) => Math.max(highest, version), 0)
  const kept = request.sentQuery.split('&').filter((part) => part !== '' && !/^(\$|%24)deltatoken=/i.test(part))
  const token = encodeURIComponent(`${seen}!${request.reader.now.toISOString()}`)
  return `${request.base}${entitySetName}?${[...kept, `$deltatoken=${token}`].join('&')}`
}
