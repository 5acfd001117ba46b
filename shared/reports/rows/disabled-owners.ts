import { bareSource, filterOf, listOf, plainAttribute } from '../../dataverse/query/model/query.ts'
import type { CompactRow } from '../../dataverse/rows/rows.ts'
import type { Read, ReadResult } from '../../dataverse/web-api/web-api.ts'
import { REPORT_PAGE, type PageOfRows } from '../run/page-of-rows.ts'
import { pathOf, type ReportQuery } from '../run/report-query.ts'

const OWNER = 'ownerid'
const USERS = { entitySet: 'systemusers' }

/** Asks which users own rows of the tables of a report, as far as it tells owners, though they are disabled. */
export function disabledOwnerReads(queries: readonly ReportQuery[]): Read<PageOfRows>[] {
  const told = queries.filter((query) => !query.totalsOnly && ownerKeys(query).length > 0)
  const tables = [...new Set(told.map(({ entity }) => entity.name))]
  return tables.map((table) => {
    const disabled = { attribute: 'isdisabled', operator: 'eq', values: ['1'] }
    const owns = { ...bareSource(table), from: 'owninguser', to: 'systemuserid', type: 'exists' } as const
    const users = {
      ...bareSource('systemuser'),
      attributes: [plainAttribute('systemuserid')],
      filters: [filterOf('and', { conditions: [disabled] })],
      links: [owns],
    }
    return { path: pathOf(USERS, listOf(users)), schema: REPORT_PAGE }
  })
}

/** Keys under which a query gives the owners of its own rows. */
function ownerKeys({ fetch }: ReportQuery): string[] {
  const { attributes } = fetch.entity
  return attributes.flatMap(({ name, alias = name, aggregate }) => (name === OWNER && !aggregate ? [alias] : []))
}

/** Marks owners who can no longer sign in; a person may not be allowed to read who they are. */
export function withDisabledOwners(
  rows: readonly CompactRow[],
  query: ReportQuery,
  results: readonly ReadResult<PageOfRows>[],
): CompactRow[] {
  const users = results.flatMap((result) => (result.ok ? result.value.value : []))
  const disabled = new Set(users.map(({ systemuserid }) => systemuserid))
  const keys = ownerKeys(query)
  return rows.map((row) => ({ ...row, ...Object.fromEntries(keys.flatMap((key) => marked(key, row[key], disabled))) }))
}

function marked(key: string, owner: unknown, disabled: ReadonlySet<unknown>): [string, unknown][] {
  if (typeof owner !== 'object' || owner === null || !('id' in owner) || !disabled.has(owner.id)) return []
  const label = 'label' in owner && typeof owner.label === 'string' ? owner.label : 'A user'
  return [[key, { ...owner, label: `${label} (disabled)` }]]
}

/** What to say where it could not be read who is disabled. */
export function unreadOwners(results: readonly ReadResult<PageOfRows>[]): string[] {
  return results.some(({ ok }) => !ok) ? ['Which owners are disabled could not be read.'] : []
}
