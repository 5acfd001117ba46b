import type { TableClient } from '@azure/data-tables'
import type { Stores } from './harness.ts'

export type Listing = { readonly table: string; readonly filter: string }
export type Counted = {
  requests: number
  /** Rows that came back. */
  entities: number
  /** Rows written to table `expiry`, each by itself. */
  notes: number
  readonly listings: Listing[]
  /** Of each transaction the paths that it changes. */
  readonly transactions: (readonly string[])[]
}

/** Counts from now on what these clients send and get; nothing is changed on the way. */
export function countRequests(tables: Stores['tables']): Counted {
  const counted: Counted = { requests: 0, entities: 0, notes: 0, listings: [], transactions: [] }
  for (const table of Object.values(tables)) count(table, counted)
  return counted
}

function count({ pipeline }: TableClient, counted: Counted): void {
  pipeline.removePolicy({ name: 'counted' })
  pipeline.addPolicy(
    {
      name: 'counted',
      sendRequest: async (request, next) => {
        counted.requests += 1
        const { pathname, searchParams } = new URL(request.url)
        if (request.method === 'PUT' && /expiry\(Part/.test(pathname)) counted.notes += 1
        const response = await next(request)
        const text = response.bodyAsText ?? ''
        if (request.method === 'GET') counted.entities += text.split('"RowKey"').length - 1
        const table = /\/(?:[a-z]+\d+)?([a-z]+)\(\)$/.exec(pathname)?.[1]
        if (table !== undefined) counted.listings.push({ table, filter: searchParams.get('$filter') ?? '' })
        if (pathname.endsWith('/$batch')) counted.transactions.push(changesOf(request.body))
        return response
      },
    },
    { afterPhase: 'Retry' },
  )
}

const changesOf = (body: unknown): readonly string[] =>
  [...(typeof body === 'string' ? body : '').matchAll(/^(?:DELETE|PUT|PATCH|MERGE|POST) (\S+) /gm)].map(
    ([, url = '']) => decodeURIComponent(url),
  )
