import { QueryError } from '../errors.ts'
import { nameOf, type Target } from './context.ts'
import { path, text, type Literal, type QueryFunction } from '../query/from-odata/filter.ts'

/** A query function on a column; it names the column itself, for a lookup too. @throws QueryError `beyond_reach` */
export function queryFunction(name: string, target: Target, values: readonly Literal[] = []): QueryFunction {
  if (!target.own) throw beyondReach(name, target)
  return { kind: 'function', name, left: path(target.column.name), values }
}

export function listFunction(name: string, target: Target, values: readonly string[]): QueryFunction {
  return queryFunction(name, target, values.map(text))
}

/** Dataverse's query functions name a column of the queried row; behind a lookup or in a collection there is none. */
function beyondReach(name: string, target: Target): QueryError {
  const operator = name
    .replace(/X(?=[A-Z])/, '-x-')
    .replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '-')
    .replaceAll('--', '-')
    .toLowerCase()
  return new QueryError(
    'beyond_reach',
    `OData has no ${name} for ${nameOf(target)}, which is a column of another row.`,
    `Query with fetchxml: a link-entity to ${target.table.entity.name} and there a condition on ${target.column.name} (operator ${operator}); or compare with plain values.`,
  )
}
