import type { Entity } from '../metadata/model.ts'
import { createMemo } from '../metadata/cache/memo.ts'
import { bareSource, filterOf, listOf, plainAttribute, type Condition, type Query } from '../query/model/query.ts'
import type { NamedRow, NamedRows } from '../query/resolve/values/asked.ts'
import { fetchPath } from '../query/to-wire/first-page.ts'
import { Page } from '../rows/rows.ts'
import type { WebApi } from '../web-api/web-api.ts'

type Asker = { readonly organizationId: string; readonly systemUserId: string }

/** One per worker: what people asked for a moment ago, each person's apart, as Dataverse decides what each may see. */
export type NamedRowsCache = { readonly rowsFor: (api: WebApi, asker: Asker) => NamedRows }

export type NamedRowsOptions = {
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly ttlMs?: number
  readonly maxEntries?: number
}

const MINUTE_MS = 60_000

/** Names are asked for once a minute, and once at a time. */
export function createNamedRowsCache({ now, ttlMs = MINUTE_MS, maxEntries = 2_000 }: NamedRowsOptions): NamedRowsCache {
  const memo = createMemo<readonly NamedRow[]>({ now, ttlMs, max: maxEntries })
  return {
    rowsFor: (api, { organizationId, systemUserId }) => ({
      find: async (entity, columns, text, how, most) => {
        const key = JSON.stringify([organizationId, systemUserId, entity.name, columns, text, how, most])
        return await memo.get(key, () => readRows(api, entity, queryOf(entity, columns, text, how), most))
      },
    }),
  }
}

async function readRows(api: WebApi, entity: Entity, query: Query, most: number): Promise<readonly NamedRow[]> {
  const { value } = await api.get(fetchPath(query, entity, { page: 1, count: most + 1 }), Page)
  return value.flatMap((row) => {
    const id = row[entity.idColumn]
    const name = row[entity.nameColumn ?? entity.idColumn]
    return typeof id === 'string' ? [{ id: id.toLowerCase(), name: typeof name === 'string' ? name : '' }] : []
  })
}

function queryOf(
  { name, idColumn, nameColumn = idColumn }: Entity,
  columns: readonly string[],
  text: string,
  operator: 'eq' | 'like',
): Query {
  const shown = [...new Set([nameColumn, idColumn])]
  const conditions = columns.map((attribute): Condition => ({ attribute, operator, values: [text] }))
  return listOf({
    ...bareSource(name),
    attributes: shown.map(plainAttribute),
    orders: shown.map((attribute) => ({ attribute, descending: false })),
    filters: [filterOf('or', { conditions })],
  })
}
