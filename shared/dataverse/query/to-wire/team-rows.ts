import type { Table } from '../../metadata/model.ts'
import { plainAttribute, type Condition, type Filter, type Link, type Query, type Source } from '../model/query.ts'
import { isRequired, returningSources } from '../model/walk.ts'
import { counting } from './count.ts'

/** The one column of a row that a person or a team owns it by. */
export const OWNER = 'ownerid'

/**
 * The aggregate that counts, in a column `rows`, the rows that teams of the person own beside those that a resolved
 * query is after: a person of Dynamics 365 calls both "mine". Its column `amount` is the sum of an amount.
 * @returns `undefined` where the query does not require its rows to be owned by the person, or repeats a row
 */
export function teamRowsFetch(query: Query, { entity: of }: Table, amount?: string): Query | undefined {
  const { entity, distinct } = query
  const repeats = returningSources<Source | Link>(entity).some((one) => 'from' in one && one.from !== `${one.name}id`)
  if (distinct || repeats || !entity.filters.some(asksForOwn)) return undefined
  const filters = entity.filters.map((filter) =>
    asksForOwn(filter) ? { ...filter, conditions: filter.conditions.map(ofTeams) } : filter,
  )
  const sum = amount === undefined ? [] : [{ ...plainAttribute(amount), alias: 'amount', aggregate: 'sum' as const }]
  return counting({ ...query, entity: { ...entity, filters } }, of, sum)
}

/** The base column of the first amount that is asked for: amounts of several currencies cannot be added. */
export function firstAmount({ entity: { attributes } }: Query, { byName }: Table): string | undefined {
  const amounts = attributes.filter(({ name }) => byName.get(name)?.type === 'Money')
  return amounts.map(({ name }) => (name.endsWith('_base') ? name : `${name}_base`)).find((name) => byName.has(name))
}

function asksForOwn(filter: Filter): boolean {
  return isRequired(filter) && !filter.union && filter.conditions.some(isOwn)
}

function isOwn({ attribute, entityName, operator }: Condition): boolean {
  return attribute === OWNER && entityName === undefined && operator === 'eq-userid'
}

function ofTeams(condition: Condition): Condition {
  return isOwn(condition) ? { ...condition, operator: 'eq-userteams' } : condition
}
