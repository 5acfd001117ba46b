import { aggregateQueries, applyQueries } from './aggregates.ts'
import { comparisonQueries } from './comparisons.ts'
import { dateFunctionQueries, dateQueries } from './dates.ts'
import { joinQueries } from './joins.ts'
import { odataQueries, tableQueries } from './odata.ts'
import { peopleAndTreeFunctionQueries, peopleQueries, treeQueries } from './people-and-trees.ts'
import type { Query } from '../query.ts'

/** Every query of the project's own, by area. */
export const QUERIES: readonly (readonly [area: string, queries: readonly Query[]])[] = [
  ['FetchXML: comparisons', comparisonQueries],
  ['FetchXML: dates', dateQueries],
  ['FetchXML: people', peopleQueries],
  ['FetchXML: hierarchies', treeQueries],
  ['FetchXML: joins, orders and pages', joinQueries],
  ['FetchXML: aggregates', aggregateQueries],
  ['OData', odataQueries],
  ['OData: $apply', applyQueries],
  ['OData: dates', dateFunctionQueries],
  ['OData: people and hierarchies', peopleAndTreeFunctionQueries],
  ['whole tables', tableQueries],
]
