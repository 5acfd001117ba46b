import type { Entity, EntityIndex, Table } from '../../../dataverse/metadata/model.ts'
import { bareSource, filterOf, type Filter, type Link } from '../../../dataverse/query/model/query.ts'
import { belongingTo, lookupsOf } from './belonging.ts'
import { CUSTOMERS, ROLLED_UP, RULES } from './rules.ts'

/** Which activities are a record's, by one way: through rows of another table, where it says so. */
export type ActivityWay = { readonly through?: Entity; readonly filter: Filter }

/**
 * Those that regard the record or that it takes part in; of a customer also those of its opportunities, cases and
 * contacts, and those that its contacts take part in. Each way is a list of its own: a table that the person may not
 * read keeps no other from being read.
 */
export function activityWays(table: Table, id: string, index: EntityIndex): ActivityWay[] {
  const parties = index.byName.has('activityparty')
  const takesPart = parties && lookupsOf({ entity: 'activityparty', by: ['partyid'] }, table).length > 0
  const own = belongingTo(id, ['regardingobjectid'])
  const party = filterOf('and', { conditions: [{ attribute: 'partyid', operator: 'eq', values: [id] }] })
  const ways: ActivityWay[] = [{ filter: { ...own, links: takesPart ? [partyLink(party)] : [] } }]
  if (!CUSTOMERS.has(table.entity.name)) return ways
  for (const rule of RULES.filter(({ entity }) => ROLLED_UP.has(entity))) {
    const through = index.byName.get(rule.entity)
    const lookups = lookupsOf(rule, table)
    if (!through || lookups.length === 0) continue
    const belongs = belongingTo(id, lookups)
    const regarded = anyLink(through.name, through.idColumn, 'regardingobjectid', belongs)
    const taking = filterOf('and', { links: [anyLink(through.name, through.idColumn, 'partyid', belongs)] })
    const isPerson = parties && through.name === 'contact'
    ways.push({ through, filter: filterOf('or', { links: isPerson ? [regarded, partyLink(taking)] : [regarded] }) })
  }
  return ways
}

function partyLink(filter: Filter): Link {
  return anyLink('activityparty', 'activityid', 'activityid', filter)
}

function anyLink(name: string, from: string, to: string, filter: Filter): Link {
  return { ...bareSource(name), from, to, type: 'any', filters: [filter] }
}
