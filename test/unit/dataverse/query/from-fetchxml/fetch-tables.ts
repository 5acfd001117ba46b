import { QueryError } from '../../../../../shared/dataverse/errors.ts'
import type {
  Collection,
  Column,
  Entity,
  Metadata,
  Navigation,
  Table,
} from '../../../../../shared/dataverse/metadata/model.ts'

type Written = readonly [name: string, type: string, label?: string | undefined, extra?: Partial<Column>]
type Relations = { readonly to?: readonly Navigation[]; readonly many?: readonly Collection[] }

const LOOKUPS = ['Lookup', 'Owner', 'Customer']

function column([name, type, label, extra]: Written): [string, Column] {
  const property = LOOKUPS.includes(type) ? `_${name}_value` : name
  const common = { readable: true, required: false, searchable: true, dateOnly: false }
  return [name, { name, property, type, ...(label !== undefined && { label }), ...common, ...extra }]
}

function table(entity: Entity, columns: readonly Written[], { to = [], many = [] }: Relations = {}): Table {
  const id: Written = [entity.idColumn, 'Uniqueidentifier', entity.label]
  return {
    entity,
    byName: new Map([id, ...columns].map(column)),
    navigations: to,
    collections: many,
    keys: [],
    viewColumns: [],
    quickFindColumns: [],
  }
}

const entity = (name: string, entitySet: string, nameColumn: string, label: string, pluralLabel: string): Entity => ({
  name,
  entitySet,
  idColumn: `${name}id`,
  nameColumn,
  label,
  pluralLabel,
  kind: 'standard',
})
const options = (...labels: string[]) => labels.map((label, value) => ({ value, label }))
const way = (name: string, column: string, target: string): Navigation => ({ name, column, target })
const children = (name: string, target: string, column: string): Collection => {
  return { name, kind: 'one-to-many', target, column }
}
const many = (name: string, target: string, intersect: string): Collection => {
  return { name, kind: 'many-to-many', target, intersect }
}
const nameOf = (describes: string): Written => [`${describes}name`, 'String', undefined, { describes }]
const YES_NO = [
  { value: 0, label: 'No' },
  { value: 1, label: 'Yes' },
]

const OPPORTUNITY = table(
  entity('opportunity', 'opportunities', 'name', 'Opportunity', 'Opportunities'),
  [
    ['name', 'String', 'Topic'],
    ['description', 'Memo', 'Description'],
    ['estimatedvalue', 'Money', 'Est. Revenue'],
    ['estimatedvalue_base', 'Money', 'Est. Revenue (Base)'],
    ['actualvalue', 'Money', 'Actual Revenue'],
    ['closeprobability', 'Integer', 'Probability'],
    ['estimatedclosedate', 'DateTime', 'Est. Close Date', { dateOnly: true }],
    ['createdon', 'DateTime', 'Created On'],
    ['modifiedon', 'DateTime', 'Modified On'],
    ['statecode', 'State', 'Status', { options: options('Open', 'Won', 'Lost') }],
    ['statuscode', 'Status', 'Status Reason', { options: [{ value: 3, label: 'Won', state: 1 }] }],
    ['salesstage', 'Picklist', 'Sales Stage', { options: options('Qualify', 'Develop', 'Propose', 'Close') }],
    nameOf('salesstage'),
    ['presentproposal', 'Boolean', 'Presented Proposal', { options: YES_NO }],
    ['new_topics', 'MultiSelectPicklist', 'Topics', { options: options('Price', 'Quality', 'Time') }],
    ['ownerid', 'Owner', 'Owner'],
    ['customerid', 'Customer', 'Customer'],
    nameOf('customerid'),
    ['parentaccountid', 'Lookup', 'Account'],
    ['internalnote', 'String', 'Internal note', { readable: false }],
  ],
  {
    to: [
      way('customerid_account', 'customerid', 'account'),
      way('customerid_contact', 'customerid', 'contact'),
      way('parentaccountid', 'parentaccountid', 'account'),
    ],
    many: [
      many('opportunitycompetitors_association', 'competitor', 'opportunitycompetitors'),
      children('Opportunity_Tasks', 'task', 'regardingobjectid'),
    ],
  },
)

const ACCOUNT = table(
  entity('account', 'accounts', 'name', 'Account', 'Accounts'),
  [
    ['name', 'String', 'Account Name'],
    ['accountnumber', 'String', 'Account Number'],
    ['address1_city', 'String', 'City'],
    ['revenue', 'Money', 'Annual Revenue'],
    ['revenue_base', 'Money', 'Annual Revenue (Base)'],
    ['numberofemployees', 'Integer', 'Number of Employees'],
    ['industrycode', 'Picklist', 'Industry'],
    ['createdon', 'DateTime', 'Created On'],
    ['statecode', 'State', 'Status', { options: options('Active', 'Inactive') }],
    ['ownerid', 'Owner', 'Owner'],
    nameOf('ownerid'),
    ['primarycontactid', 'Lookup', 'Primary Contact'],
    ['parentaccountid', 'Lookup', 'Parent Account'],
  ],
  {
    to: [way('primarycontactid', 'primarycontactid', 'contact'), way('parentaccountid', 'parentaccountid', 'account')],
    many: [
      children('opportunity_customer_accounts', 'opportunity', 'customerid'),
      children('Account_ActivityPointers', 'activitypointer', 'regardingobjectid'),
    ],
  },
)

const CONTACT = table(
  entity('contact', 'contacts', 'fullname', 'Contact', 'Contacts'),
  [
    ['fullname', 'String', 'Full Name'],
    ['lastname', 'String', 'Last Name'],
    ['jobtitle', 'String', 'Job Title'],
    ['parentcustomerid', 'Customer', 'Company Name'],
    ['parentcustomeridname', 'Virtual', undefined, { describes: 'parentcustomerid' }],
    ['createdon', 'DateTime', 'Created On'],
  ],
  { to: [way('parentcustomerid_account', 'parentcustomerid', 'account')] },
)

const INCIDENT = table(
  entity('incident', 'incidents', 'title', 'Case', 'Cases'),
  [
    ['title', 'String', 'Case Title'],
    ['ticketnumber', 'String', 'Case Number'],
    ['prioritycode', 'Picklist', 'Priority', { options: options('Urgent', 'High', 'Normal', 'Low') }],
    ['customerid', 'Customer', 'Customer'],
  ],
  { to: [way('customerid_account', 'customerid', 'account')] },
)

const activity = (name: string, set: string, label: string, plural: string): Table =>
  table(
    { ...entity(name, set, 'subject', label, plural), idColumn: 'activityid', kind: 'activity' },
    [
      ['subject', 'String', 'Subject'],
      ['regardingobjectid', 'Lookup', 'Regarding'],
      ['modifiedon', 'DateTime', 'Last Updated'],
      ['activitytypecode', 'EntityName', 'Activity Type'],
    ],
    { to: [way(`regardingobjectid_account_${name}`, 'regardingobjectid', 'account')] },
  )

const USER = table(
  entity('systemuser', 'systemusers', 'fullname', 'User', 'Users'),
  [
    ['fullname', 'String', 'Full Name'],
    ['businessunitid', 'Lookup', 'Business Unit'],
  ],
  { many: [many('teammembership_association', 'team', 'teammembership')] },
)
const TEAM = table(entity('team', 'teams', 'name', 'Team', 'Teams'), [['name', 'String', 'Team Name']], {
  many: [many('teammembership_association', 'systemuser', 'teammembership')],
})
const COMPETITOR = table(entity('competitor', 'competitors', 'name', 'Competitor', 'Competitors'), [
  ['name', 'String', 'Competitor Name'],
])
const MEMBERSHIP = table(
  { name: 'teammembership', entitySet: 'teammembershipcollection', idColumn: 'teammembershipid', kind: 'standard' },
  [
    ['systemuserid', 'Uniqueidentifier'],
    ['teamid', 'Uniqueidentifier'],
  ],
)

export const TABLES: ReadonlyMap<string, Table> = new Map(
  [
    ...[OPPORTUNITY, ACCOUNT, CONTACT, INCIDENT, USER, TEAM, COMPETITOR, MEMBERSHIP],
    activity('task', 'tasks', 'Task', 'Tasks'),
    activity('activitypointer', 'activitypointers', 'Activity', 'Activities'),
  ].map((one) => [one.entity.name, one]),
)

/** Finds tables as the index of all tables does: by logical name, entity set name or label, in any case. */
const notNeeded = (): never => {
  throw new Error('a query needs tables alone')
}

export const METADATA: Metadata = {
  entities: notNeeded,
  readable: notNeeded,
  unreadable: notNeeded,
  sight: async () => () => 'shown',
  privileges: notNeeded,
  writable: notNeeded,
  auditing: notNeeded,
  person: notNeeded,
  terms: async () => [],
  tables: async (entities) => entities.map(({ name }) => TABLES.get(name)!),
  entity: async (name) => {
    const wanted = name.trim().toLowerCase()
    const found = [...TABLES.values()].find(({ entity: { name, entitySet, label, pluralLabel } }) =>
      [name, entitySet, label, pluralLabel].some((one) => one?.toLowerCase() === wanted),
    )
    if (!found) throw new QueryError('unknown_entity', `There is no entity "${name}".`, 'Call list_entities.')
    return found.entity
  },
  table: async ({ name }) => TABLES.get(name)!,
}

/** The primary name of a table. */
export const defaults = ({ entity }: Table): string[] => [entity.nameColumn ?? entity.idColumn]

/** `<fetch><entity …>` around what stands inside. */
export const fetchOf = (name: string, inner = '', attributes = ''): string =>
  `<fetch ${attributes}><entity name="${name}">${inner}</entity></fetch>`
