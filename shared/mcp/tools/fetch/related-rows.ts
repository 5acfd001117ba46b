import type { Entity, EntityIndex, Table } from '../../../dataverse/metadata/model.ts'
import { bareSource, filterOf, listOf, plainAttribute } from '../../../dataverse/query/model/query.ts'
import { fetchPath } from '../../../dataverse/query/to-wire/first-page.ts'

/** Rows of a main table that belong to a record, and where they are read. */
export type RelatedRows = {
  readonly entity: Entity
  readonly path: string
  /** Columns to show of each row, besides its name, by what to call them. */
  readonly shown: Readonly<Record<string, string>>
  readonly openOnly: boolean
}

type Rule = {
  readonly entity: string
  /** Lookups that make a row belong to a record; others, as of who changed it, do not. */
  readonly by: readonly string[]
  readonly openOnly: boolean
  readonly shown: Readonly<Record<string, string>>
}

/** Rows shown of each table; one more is read, so that "more" can be told truthfully. */
export const MOST_RELATED = 5
const MOST_TABLES = 6
const AMOUNT = { totalamount: 'total', statuscode: 'status' }
const PARTIES = ['customerid', 'parentaccountid', 'parentcontactid']

/** Standard columns that every organization has, so that no description of these tables need be read. */
const RULES: readonly Rule[] = [
  {
    entity: 'contact',
    by: ['parentcustomerid'],
    openOnly: true,
    shown: { jobtitle: 'job title', emailaddress1: 'e-mail', telephone1: 'phone' },
  },
  {
    entity: 'opportunity',
    by: [...PARTIES, 'originatingleadid'],
    openOnly: true,
    shown: { estimatedvalue: 'est. revenue', estimatedclosedate: 'est. close', statuscode: 'status' },
  },
  {
    entity: 'incident',
    by: ['customerid', 'primarycontactid'],
    openOnly: true,
    shown: { ticketnumber: 'number', prioritycode: 'priority', statuscode: 'status' },
  },
  {
    entity: 'activitypointer',
    by: ['regardingobjectid'],
    openOnly: false,
    shown: { activitytypecode: 'type', statecode: 'state', scheduledend: 'due', modifiedon: 'changed' },
  },
  { entity: 'lead', by: PARTIES, openOnly: true, shown: { companyname: 'company', statuscode: 'status' } },
  { entity: 'quote', by: ['opportunityid', 'customerid'], openOnly: false, shown: AMOUNT },
  { entity: 'salesorder', by: ['opportunityid', 'customerid'], openOnly: false, shown: AMOUNT },
  {
    entity: 'account',
    by: ['parentaccountid', 'primarycontactid'],
    openOnly: true,
    shown: { accountnumber: 'number', address1_city: 'city' },
  },
]

/** The related rows to read with a record of `table`: those of the main tables, a handful of each, last changed first. */
export function relatedRows(table: Table, id: string, index: EntityIndex): RelatedRows[] {
  const related = RULES.flatMap((rule) => {
    const target = index.byName.get(rule.entity)
    const lookups = rule.by.filter((column) =>
      table.collections.some((way) => way.target === rule.entity && way.column === column),
    )
    return target && lookups.length > 0 ? [readOf(rule, target, lookups, id)] : []
  })
  return related.slice(0, MOST_TABLES)
}

function readOf({ openOnly, shown }: Rule, entity: Entity, lookups: readonly string[], id: string): RelatedRows {
  const { name, idColumn, nameColumn } = entity
  const belongs = filterOf('or', {
    conditions: lookups.map((attribute) => ({ attribute, operator: 'eq', values: [id] })),
  })
  const open = filterOf('and', {
    conditions: openOnly ? [{ attribute: 'statecode', operator: 'eq', values: ['0'] }] : [],
    filters: [belongs],
  })
  const query = listOf({
    ...bareSource(name),
    attributes: [idColumn, ...(nameColumn ? [nameColumn] : []), ...Object.keys(shown)].map(plainAttribute),
    orders: [{ attribute: 'modifiedon', descending: true }],
    filters: [open],
  })
  return { entity, path: fetchPath(query, entity, { page: 1, count: MOST_RELATED + 1 }), shown, openOnly }
}
