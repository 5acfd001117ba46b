import type { Entity, EntityIndex, Table } from '../../metadata/model.ts'
import { bareSource, filterOf, type Filter, type Link } from '../../query/model/query.ts'
import { belongingTo, lookupsOf } from './belonging.ts'
import { CUSTOMERS, ROLLED_UP, RULES } from './rules.ts'

/** Which rows are a record's, by one way: through rows of another table, where it says so. */
export type BelongingWay = { readonly through?: Entity; readonly filter: Filter }

/**
 * Those that regard the record or that it takes part in; of a customer also those of its opportunities, cases and
 * contacts, and those that its contacts take part in. Each way is a list of its own: a table that the person may not
 * read keeps no other from being read.
 */
export function activityWays(table: Table, id: string, index: EntityIndex): BelongingWay[] {
  const parties = index.byName.has('activityparty')
  const takesPart = parties && lookupsOf({ entity: 'activityparty', by: ['partyid'] }, table).length > 0
  const own = belongingTo(id, ['regardingobjectid'])
  const party = filterOf('and', { conditions: [{ attribute: 'partyid', operator: 'eq', values: [id] }] })
  const ways = rolledUpRows(table, id, index).map(({ through, belongs }): BelongingWay => {
    const regarded = anyLink(through.name, through.idColumn, 'regardingobjectid', belongs)
    const taking = filterOf('and', { links: [anyLink(through.name, through.idColumn, 'partyid', belongs)] })
    const isPerson = parties && through.name === 'contact'
    return { through, filter: filterOf('or', { links: isPerson ? [regarded, partyLink(taking)] : [regarded] }) }
  })
  return [{ filter: { ...own, links: takesPart ? [partyLink(party)] : [] } }, ...ways]
}

/** The same of notes, which nobody takes part in. */
export function noteWays(table: Table, id: string, index: EntityIndex): BelongingWay[] {
  const ways = rolledUpRows(table, id, index).map(({ through, belongs }): BelongingWay => {
    const about = anyLink(through.name, through.idColumn, 'objectid', belongs)
    return { through, filter: filterOf('or', { links: [about] }) }
  })
  return [{ filter: belongingTo(id, ['objectid']) }, ...ways]
}

export type RolledUp = { readonly through: Entity; readonly belongs: Filter }

/** The rows whose activities, notes and changes are a customer's, too, by their tables; of other records none. */
export function rolledUpRows(table: Table, id: string, index: EntityIndex): RolledUp[] {
  if (!CUSTOMERS.has(table.entity.name)) return []
  return RULES.filter(({ entity }) => ROLLED_UP.has(entity)).flatMap((rule) => {
    const through = index.byName.get(rule.entity)
    const lookups = lookupsOf(rule, table)
    return through && lookups.length > 0 ? [{ through, belongs: belongingTo(id, lookups) }] : []
  })
}

function partyLink(filter: Filter): Link {
  return anyLink('activityparty', 'activityid', 'activityid', filter)
}

function anyLink(name: string, from: string, to: string, filter: Filter): Link {
  return { ...bareSource(name), from, to, type: 'any', filters: [filter] }
}
