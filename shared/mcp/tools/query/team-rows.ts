import * as z from 'zod'
import type { ResolvedQuery } from '../../../dataverse/query/resolve/resolved-query.ts'
import { printCondition, type Notation } from '../../../dataverse/query/say/notation.ts'
import { firstAmount, OWNER, teamRowsFetch } from '../../../dataverse/query/to-wire/team-rows.ts'
import { writeFetch } from '../../../dataverse/query/to-wire/write-fetch.ts'
import type { Beside } from '../../../dataverse/web-api/read-beside.ts'
import { withOptions } from '../../../dataverse/web-api/url.ts'
import type { ToolContext } from '../../tool/tool.ts'

const Totals = z.object({ value: z.tuple([z.object({ rows: z.int(), amount: z.number().nullish() })]) })
/** Far below what a URL may have: a few characters more than the query's own must not make it too long. */
const LONGEST_PATH = 30_000

/**
 * What to read beside the first page of a query for "mine": how many rows teams of the person own of the same kind.
 * Nearly everybody is in a team, that of their business unit, so that nobody is spared by knowing their teams.
 * @see https://learn.microsoft.com/power-platform/admin/manage-teams
 */
export async function teamRowsOf(
  { query, table }: Pick<ResolvedQuery, 'query' | 'table'>,
  notation: Notation,
  { metadata }: Pick<ToolContext, 'metadata'>,
): Promise<Beside | undefined> {
  if (!teamRowsFetch(query, table)) return undefined
  const amount = await visibleAmount({ query, table }, metadata)
  const fetch = teamRowsFetch(query, table, amount)
  const path = fetch && withOptions(table.entity.entitySet, { fetchXml: writeFetch(fetch) })
  if (path === undefined || path.length > LONGEST_PATH) return undefined
  const { organization } = await metadata.person()
  const currency = organization.baseCurrency?.code
  const both = printCondition(BOTH[notation], notation)
  return {
    path,
    isOptional: true,
    schema: Totals.transform(({ value: [{ rows, amount: sum }] }) => {
      const counted = rows.toLocaleString('en')
      const summed = [sum?.toLocaleString('en', { maximumFractionDigits: 2 }), currency].filter(Boolean).join(' ')
      const worth = sum == null || amount === undefined ? '' : `, ${summed} of ${amount}`
      return rows > 0 ? [`Teams of yours own ${counted} more${worth}: ${both} gives both.`] : []
    }),
  }
}

const MINE = { subject: OWNER, kind: 'lookup' } as const
const BOTH = {
  odata: { ...MINE, operator: 'eq', values: ['me-or-my-teams'] },
  fetchxml: { ...MINE, operator: 'eq-useroruserteams', values: [] },
} as const

async function visibleAmount(
  { query, table }: Pick<ResolvedQuery, 'query' | 'table'>,
  metadata: ToolContext['metadata'],
): Promise<string | undefined> {
  const column = table.byName.get(firstAmount(query, table) ?? '')
  const sight = column && (await metadata.sight([table]))
  return sight && sight(column) === 'shown' && column.hiding === undefined ? column.name : undefined
}
