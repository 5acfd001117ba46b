import { readDefinition, type ReportDefinition } from '../../../shared/reports/definition.ts'

const FETCH =
  '<fetch top="{{most}}"><entity name="quote"><attribute name="name"/><attribute name="totalamount_base" alias="amount"/>' +
  '<filter><condition attribute="createdon" operator="last-x-days" value="{{days}}"/>' +
  '<condition if="mine" attribute="ownerid" operator="eq-userid"/></filter></entity></fetch>'

/** A small report of a deployment's own, as JSON holds it. */
export function ownReport(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    slug: 'recent-quotes',
    title: 'Recent quotes',
    description: 'Quotes made in the last days.',
    persona: 'sales rep',
    parameters: [
      { name: 'days', type: 'integer', description: 'Days back', min: 1, max: 365, default: 30 },
      { name: 'most', type: 'integer', description: 'Rows', min: 1, max: 500, default: 50 },
      { name: 'mine', type: 'boolean', description: 'Only own rows', default: false },
    ],
    queries: [{ fetchxml: FETCH }],
    columns: [
      { key: 'name', title: 'Quote', kind: 'record' },
      { key: 'amount', title: 'Amount', kind: 'money' },
    ],
    totals: [{ kind: 'sum', title: 'Together', of: 'amount', format: 'money' }],
    picture: { kind: 'table', label: 'name', value: 'amount' },
    empty: 'No quote was made.',
    ...changes,
  }
}

export function withFetch(fetchxml: string): Record<string, unknown> {
  return ownReport({ queries: [{ fetchxml }] })
}

export const BUILT_IN: readonly ReportDefinition[] = ['first', 'second', 'third'].map((slug) => ({
  slug,
  title: `Built-in ${slug}`,
  description: 'Accounts.',
  persona: 'analyst',
  parameters: [],
  queries: [{ fetchxml: '<fetch><entity name="account"><attribute name="name"/></entity></fetch>' }],
  columns: [{ key: 'name', title: 'Account', kind: 'record' }],
  totals: [],
  picture: { kind: 'table' },
  reading: [],
  empty: 'None.',
}))

/** @throws ZodError for what is no report */
export function definitionOf(value: unknown): ReportDefinition {
  const { data, error } = readDefinition(value)
  if (!data) throw error
  return data
}
