import type { Query } from '../../dataverse/query/model/query.ts'
import type { Clock } from '../../dataverse/query/resolve/values/clock.ts'
import { periodsOf, spanText, type Period } from './period-of.ts'

type Asked = { readonly part?: string; readonly fetch: Query }

/** The first and last dates that the queries of a report ask for, a sentence for each column, as the person's days. */
export function periodSentences(queries: readonly Asked[], clock: Clock): string[] {
  const told = queries.flatMap(({ part, fetch }) =>
    periodsOf(fetch, clock).map((period) => ({ column: columnOf(period), text: textOf(period, clock), part })),
  )
  const columns = [...new Set(told.map(({ column }) => column))]
  return columns.map((column) => {
    const of = told.filter((one) => one.column === column)
    const texts = new Set(of.map(({ text }) => text))
    const isOfAll = texts.size === 1 && (of.length >= queries.length || of.every(({ part }) => part === undefined))
    const said = isOfAll ? texts : new Set(of.map(({ part, text }) => `${part ?? 'rows'} ${text}`))
    return `Period: ${[...said].join('; ')} (${column}, ${clock.zone}).`
  })
}

function columnOf({ column, table }: Period): string {
  return table === undefined ? column : `${column} of ${table}`
}

function textOf({ span }: Period, clock: Clock): string {
  if ('unknown' in span) return `${span.unknown}, whose dates are not known here`
  return spanText(span, clock)
}
