import { expect, test } from '@jest/globals'

import { BUILT_IN_REPORTS } from '../../../shared/reports/catalogue/built-in.ts'
import { QUERIES } from './all.ts'
import {
  AGGREGATES,
  APPLY_METHODS,
  DATE_GROUPINGS,
  FETCH_OPERATORS,
  LINK_TYPES,
  ODATA_CALLS,
  ODATA_OPERATORS,
  QUERY_FUNCTIONS,
} from './operators.ts'
import { REPORT_CASES } from '../reports/report-cases.ts'
import { EXPRESSIBLE } from '../tool/tool.ts'

const all = QUERIES.flatMap(([, queries]) => queries)
const fetches = all.flatMap((query) => ('fetchXml' in query ? [query.fetchXml] : [])).join('\n')
const filters = all.flatMap((query) => ('odata' in query ? [query.odata.filter ?? ''] : [])).join('\n')
const applied = all.flatMap((query) => ('odata' in query ? [query.odata.apply ?? ''] : [])).join('\n')

test.each([
  ['FetchXML operator', FETCH_OPERATORS, 83, (name: string) => fetches.includes(`operator="${name}"`)],
  ['link type', LINK_TYPES, 8, (name: string) => fetches.includes(`link-type="${name}"`)],
  ['aggregate', AGGREGATES, 6, (name: string) => fetches.includes(`aggregate="${name}"`)],
  ['date grouping', DATE_GROUPINGS, 5, (name: string) => fetches.includes(`dategrouping="${name}"`)],
  ['OData operator', ODATA_OPERATORS, 9, (name: string) => new RegExp(`(^|[ (])${name} `, 'm').test(filters)],
  ['OData call', ODATA_CALLS, 5, (name: string) => filters.includes(name)],
  ['query function', QUERY_FUNCTIONS, 65, (name: string) => filters.includes(`Microsoft.Dynamics.CRM.${name}(`)],
  ['aggregation method', APPLY_METHODS, 5, (name: string) => applied.includes(`with ${name} as`)],
])('every %s has a query', (_kind, names, count, isAsked) => {
  expect(new Set(names).size).toBe(count)
  expect(names.filter((name) => !isAsked(name))).toEqual([])
})

test('no two queries of an area have the same name', () => {
  for (const [area, queries] of QUERIES) {
    const names = queries.map(({ name }) => name)
    expect([area, names.filter((name, index) => names.indexOf(name) !== index)]).toEqual([area, []])
  }
})

test('every report that comes with the app is computed in SQL too', () =>
  expect(REPORT_CASES.map(({ slug }) => slug).sort()).toEqual(BUILT_IN_REPORTS.map(({ slug }) => slug).sort()))

test('most of the questions can be asked of the tool', () => expect(EXPRESSIBLE.length).toBeGreaterThanOrEqual(300))
