/** Rows of a table that belong to a record of another one. */
export type Rule = {
  readonly entity: string
  /** Lookups that make a row belong to a record; others, as of who changed it, do not. */
  readonly by: readonly string[]
  readonly openOnly: boolean
  /** By what those are chosen that are shown, from the lowest on; else the last changed are. */
  readonly order?: string
  /** Columns to show of each row, besides its name, by what to call them. */
  readonly shown: Readonly<Record<string, string>>
}

const AMOUNT = { totalamount: 'total', statuscode: 'status' }
const PARTIES = ['customerid', 'parentaccountid', 'parentcontactid']

/** Standard columns that every organization has, so that no description of these tables need be read. */
export const RULES: readonly Rule[] = [
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
    shown: {
      activitytypecode: 'type',
      statecode: 'state',
      scheduledend: 'due',
      modifiedon: 'changed',
      regardingobjectid: 'regarding',
    },
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
  {
    entity: 'annotation',
    by: ['objectid'],
    openOnly: false,
    shown: { modifiedon: 'changed', filename: 'file', mimetype: 'type', filesize: 'bytes', notetext: '' },
  },
  {
    entity: 'activitymimeattachment',
    by: ['objectid'],
    openOnly: false,
    // Nobody is told when a file was attached: the table has no such column.
    order: 'attachmentnumber',
    shown: { mimetype: 'type', filesize: 'bytes' },
  },
]

/** Whose activities are those of their opportunities, cases and contacts too, as Dynamics 365 itself rolls them up. */
export const CUSTOMERS: ReadonlySet<string> = new Set(['account', 'contact'])
export const ROLLED_UP: ReadonlySet<string> = new Set(['opportunity', 'incident', 'contact'])

/** Lookups that every table has; a row does not belong to whoever changed it. */
export const OF_THE_PLATFORM: ReadonlySet<string> = new Set([
  ...['createdby', 'createdonbehalfby', 'modifiedby', 'modifiedonbehalfby'],
  ...['ownerid', 'owninguser', 'owningteam', 'owningbusinessunit', 'transactioncurrencyid'],
])
