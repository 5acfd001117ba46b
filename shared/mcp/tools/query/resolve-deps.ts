import { usualColumns } from '../../../dataverse/metadata/usual-columns.ts'
import type { ResolveDeps } from '../../../dataverse/query/resolve/resolve-query.ts'
import { clockOf } from '../../../dataverse/query/resolve/values/clock.ts'
import type { ToolContext } from '../../tool/tool.ts'

/** What the words of a query are read by: the asker's own clock, rows and tables. */
export function resolveDeps(context: ToolContext, notation: ResolveDeps['notation']): ResolveDeps {
  const { metadata, namedRows, caller, now } = context
  return {
    metadata,
    clock: async () => clockOf(await metadata.person(), now()),
    person: { systemUserId: caller.systemUserId },
    rows: namedRows,
    defaults: usualColumns,
    notation,
    readsExpansions: true,
  }
}
