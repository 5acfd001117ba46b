import type { Table } from '../../metadata/model.ts'
import { filterOf, type Filter } from '../../query/model/query.ts'
import type { Rule } from './rules.ts'

/** The lookups of a rule that lead to a table. */
export function lookupsOf({ entity, by }: Pick<Rule, 'entity' | 'by'>, { collections }: Table): string[] {
  return by.filter((column) => collections.some((way) => way.target === entity && way.column === column))
}

/** What belongs to a row by any of these lookups. */
export function belongingTo(id: string, lookups: readonly string[]): Filter {
  return filterOf('or', { conditions: lookups.map((attribute) => ({ attribute, operator: 'eq', values: [id] })) })
}
