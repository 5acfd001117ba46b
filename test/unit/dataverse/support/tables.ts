import { QueryError } from '../../../../shared/dataverse/errors.ts'
import type {
  Collection,
  Column,
  Entity,
  Metadata,
  Navigation,
  Option,
  Table,
} from '../../../../shared/dataverse/metadata/model.ts'

const LOOKUPS = new Set(['Lookup', 'Owner', 'Customer'])

/** `name Type Label`, then choices `0=Open 1=Won` after a bar; `Day` is a DateTime without a time, `!` not readable. */
function column(line: string): [string, Column] {
  const [facts = '', choices = ''] = line.split('|').map((part) => part.trim())
  const [written = '', kind = '', ...label] = facts.split(' ')
  const name = written.replace('!', '')
  const type = kind === 'Day' ? 'DateTime' : kind
  return [
    name,
    {
      name,
      property: LOOKUPS.has(type) ? `_${name}_value` : name,
      type,
      label: label.join(' '),
      ...(type === 'Virtual' && { describes: name.replace(/name$/, '') }),
      readable: !written.endsWith('!'),
      required: false,
      searchable: true,
      dateOnly: kind === 'Day',
      ...(choices && { options: choices.split(',').map(option) }),
    },
  ]
}

/** `3=Won@1` is a status reason of state 1. */
function option(text: string): Option {
  const [value = '', rest = ''] = text.trim().split('=')
  const [label = '', state] = rest.split('@')
  return { value: Number(value), label, ...(state !== undefined && { state: Number(state) }) }
}

function navigation(text: string): Navigation {
  const [name = '', column = '', target = ''] = text.split(' ')
  return { name, column, target }
}

function collection(text: string): Collection {
  const [name = '', target = '', column, intersect] = text.split(' ')
  if (intersect !== undefined) return { name, kind: 'many-to-many', target, intersect }
  return { name, kind: 'one-to-many', target, ...(column !== undefined && { column }) }
}

type Facts = {
  readonly entity: string
  readonly labels: readonly [string, string]
  readonly columns: string
  readonly ways?: readonly string[]
  readonly collections?: readonly string[]
}

function table({ entity, labels, columns, ways = [], collections = [] }: Facts): Table {
  const [name = '', entitySet = '', idColumn = '', nameColumn = ''] = entity.split(' ')
  const described: Entity = {
    name,
    entitySet,
    idColumn,
    nameColumn,
    label: labels[0],
    pluralLabel: labels[1],
    kind: name === 'task' ? 'activity' : 'standard',
  }
  const lines = columns
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
  return {
    entity: described,
    byName: new Map(lines.map(column)),
    navigations: ways.map(navigation),
    collections: collections.map(collection),
    keys: [],
    viewColumns: [],
    quickFindColumns: [],
  }
}

export const OPPORTUNITY = table({
  entity: 'opportunity opportunities opportunityid name',
  labels: ['Opportunity', 'Opportunities'],
  columns: `
    opportunityid Uniqueidentifier Opportunity
    name String Topic
    description String Description
    estimatedvalue Money Est. Revenue
    actualvalue Money Actual Revenue
    closeprobability Integer Probability
    estimatedclosedate Day Est. Close Date
    actualclosedate Day Actual Close Date
    createdon DateTime Created On
    modifiedon DateTime Modified On
    lastonholdtime DateTime Last On Hold Time
    decisionmaker Boolean Decision Maker? | 0=No, 1=Yes
    captureproposalfeedback Boolean Proposal Feedback Captured | 0=Yes, 1=No
    salesstage Picklist Sales Stage | 0=Qualify, 1=Develop, 2=Propose, 3=Close
    stepname String Pipeline Phase
    opportunityratingcode Picklist Rating | 1=Hot, 2=Warm, 3=Cold
    interests MultiSelectPicklist Interests | 1=Sailing, 2=Rowing, 3=Model Sailing
    statecode State Status | 0=Open, 1=Won, 2=Lost
    statuscode Status Status Reason | 1=In Progress@0, 2=On Hold@0, 3=Won@1, 4=Canceled@2, 5=Out-Sold@2
    customerid Customer Customer
    customeridname Virtual Customer Name
    parentaccountid Lookup Account
    parentcontactid Lookup Contact
    createdby Lookup Created By
    ownerid Owner Owner
    owneridname Virtual Owner Name
    owninguser Lookup Owning User
    owningteam Lookup Owning Team
    traversedpath! String Traversed Path
  `,
  ways: [
    'customerid_contact customerid contact',
    'customerid_account customerid account',
    'parentaccountid parentaccountid account',
    'parentcontactid parentcontactid contact',
    'createdby createdby systemuser',
    'ownerid ownerid owner',
    'owninguser owninguser systemuser',
    'owningteam owningteam team',
  ],
  collections: [
    'Opportunity_Tasks task regardingobjectid',
    'opportunitycompetitors_association competitor opportunityid opportunitycompetitors',
  ],
})

export const ACCOUNT = table({
  entity: 'account accounts accountid name',
  labels: ['Account', 'Accounts'],
  columns: `
    accountid Uniqueidentifier Account
    name String Account Name
    accountnumber String Account Number
    address1_city String Address 1: City
    emailaddress1 String Email
    revenue Money Annual Revenue
    numberofemployees Integer Number of Employees
    industrycode Picklist Industry | 1=Accounting, 2=Agriculture and Non-petrol Natural Resource Extraction, 7=Consulting
    createdon DateTime Created On
    statecode State Status | 0=Active, 1=Inactive
    statuscode Status Status Reason | 1=Active@0, 2=Inactive@1
    primarycontactid Lookup Primary Contact
    parentaccountid Lookup Parent Account
    ownerid Owner Owner
    owninguser Lookup Owning User
    owningteam Lookup Owning Team
  `,
  ways: [
    'primarycontactid primarycontactid contact',
    'parentaccountid parentaccountid account',
    'owninguser owninguser systemuser',
    'owningteam owningteam team',
  ],
  collections: [
    'contact_customer_accounts contact parentcustomerid',
    'opportunity_customer_accounts opportunity customerid',
    'opportunity_parent_account opportunity parentaccountid',
    'Account_Tasks task regardingobjectid',
  ],
})

export const CONTACT = table({
  entity: 'contact contacts contactid fullname',
  labels: ['Contact', 'Contacts'],
  columns: `
    contactid Uniqueidentifier Contact
    fullname String Full Name
    firstname String First Name
    lastname String Last Name
    jobtitle String Job Title
    emailaddress1 String Email
    createdon DateTime Created On
    birthdate Day Birthday
    statecode State Status | 0=Active, 1=Inactive
    parentcustomerid Customer Company Name
    createdby Lookup Created By
  `,
  ways: [
    'parentcustomerid_account parentcustomerid account',
    'parentcustomerid_contact parentcustomerid contact',
    'createdby createdby systemuser',
  ],
  collections: ['opportunity_customer_contacts opportunity customerid'],
})

export const SYSTEMUSER = table({
  entity: 'systemuser systemusers systemuserid fullname',
  labels: ['User', 'Users'],
  columns: `
    systemuserid Uniqueidentifier User
    fullname String Full Name
    firstname String First Name
    internalemailaddress String Primary Email
    isdisabled Boolean Status | 0=Enabled, 1=Disabled
    businessunitid Lookup Business Unit
  `,
})

export const TEAM = table({
  entity: 'team teams teamid name',
  labels: ['Team', 'Teams'],
  columns: `
    teamid Uniqueidentifier Team
    name String Team Name
    businessunitid Lookup Business Unit
  `,
})

export const INCIDENT = table({
  entity: 'incident incidents incidentid title',
  labels: ['Case', 'Cases'],
  columns: `
    incidentid Uniqueidentifier Case
    title String Case Title
    ticketnumber String Case Number
    prioritycode Picklist Priority | 1=High, 2=Normal, 3=Low
    createdon DateTime Created On
    statecode State Status | 0=Active, 1=Resolved, 2=Canceled
    customerid Customer Customer
    ownerid Owner Owner
    owninguser Lookup Owning User
  `,
  ways: [
    'customerid_account customerid account',
    'customerid_contact customerid contact',
    'owninguser owninguser systemuser',
  ],
})

const TASK = table({
  entity: 'task tasks activityid subject',
  labels: ['Task', 'Tasks'],
  columns: `
    activityid Uniqueidentifier Task
    subject String Subject
    createdon DateTime Created On
    scheduledend DateTime Due Date
    statecode State Activity Status | 0=Open, 1=Completed, 2=Canceled
    activitytypecode EntityName Activity Type
    regardingobjectid Lookup Regarding
  `,
  ways: ['regardingobjectid_account_task', 'regardingobjectid_contact_task', 'regardingobjectid_lead_task']
    .concat(['regardingobjectid_opportunity_task', 'regardingobjectid_incident_task'])
    .map((name) => `${name} regardingobjectid ${name.split('_')[1] ?? ''}`),
})

const COMPETITOR = table({
  entity: 'competitor competitors competitorid name',
  labels: ['Competitor', 'Competitors'],
  columns: `
    competitorid Uniqueidentifier Competitor
    name String Competitor Name
  `,
})

export const TABLES = [OPPORTUNITY, ACCOUNT, CONTACT, SYSTEMUSER, TEAM, INCIDENT, TASK, COMPETITOR]

function find(name: string): Table {
  const wanted = name.trim().toLowerCase()
  const names = ({ entity }: Table): string[] => [
    entity.name,
    entity.entitySet,
    entity.label ?? '',
    entity.pluralLabel ?? '',
  ]
  const found = TABLES.find((one) => names(one).some((known) => known.toLowerCase() === wanted))
  if (!found) throw new QueryError('unknown_entity', `There is no entity "${name}".`, 'Call list_entities.')
  return found
}

const notNeeded = (): never => {
  throw new Error('a query needs tables alone')
}

/** The tables above, as the metadata of one call. */
export const METADATA: Metadata = {
  entity: async (name) => find(name).entity,
  table: async ({ name }) => find(name),
  tables: async (entities) => entities.map(({ name }) => find(name)),
  entities: notNeeded,
  readable: notNeeded,
  unreadable: notNeeded,
  sight: async () => () => 'shown',
  privileges: notNeeded,
  writable: notNeeded,
  auditing: notNeeded,
  person: notNeeded,
  terms: async () => [],
}

/** What a query is refused with: its code, message and next step. */
export async function refusal(run: () => Promise<unknown>): Promise<QueryError> {
  try {
    await run()
  } catch (error) {
    if (error instanceof QueryError) return error
    throw error
  }
  throw new Error('nothing was refused')
}
