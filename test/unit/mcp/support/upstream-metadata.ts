import type { UpstreamAnswer, UpstreamRequest } from './upstream.ts'

export const label = (text: string): unknown => ({ UserLocalizedLabel: { Label: text } })
const entity = (name: string, set: string, shown: string, plural: string, more: object = {}): object => ({
  LogicalName: name,
  EntitySetName: set,
  PrimaryIdAttribute: `${name}id`,
  PrimaryNameAttribute: name === 'systemuser' ? 'fullname' : 'name',
  DisplayName: label(shown),
  DisplayCollectionName: label(plural),
  IsCustomEntity: false,
  IsActivity: false,
  IsIntersect: false,
  ...more,
})
export const ENTITY_DEFINITIONS = {
  value: [
    entity('account', 'accounts', 'Account', 'Accounts'),
    entity('contact', 'contacts', 'Contact', 'Contacts'),
    entity('opportunity', 'opportunities', 'Opportunity', 'Opportunities'),
    entity('systemuser', 'systemusers', 'User', 'Users'),
    { LogicalName: 'noset', EntitySetName: null, PrimaryIdAttribute: 'nosetid', DisplayName: null },
  ],
}
const attribute = (name: string, type: string, shown?: string, of?: string): unknown => ({
  LogicalName: name,
  AttributeType: type,
  AttributeTypeName: { Value: `${type}Type` },
  DisplayName: shown ? label(shown) : { UserLocalizedLabel: null },
  AttributeOf: of ?? null,
  IsValidForRead: true,
  IsValidForAdvancedFind: { Value: of === undefined },
  RequiredLevel: { Value: name === 'name' ? 'ApplicationRequired' : 'None' },
})
export const OPPORTUNITY_COLUMNS = [
  attribute('opportunityid', 'Uniqueidentifier', 'Opportunity'),
  attribute('name', 'String', 'Topic'),
  attribute('fullname', 'String', 'Full Name'),
  attribute('description', 'Memo', 'Description'),
  attribute('estimatedclosedate', 'DateTime', 'Est. close date'),
  attribute('estimatedvalue', 'Money', 'Est. revenue'),
  attribute('salesstage', 'Picklist', 'Sales stage'),
  attribute('statecode', 'State', 'Status'),
  attribute('statuscode', 'Status', 'Status Reason'),
  attribute('createdon', 'DateTime', 'Created on'),
  attribute('ownerid', 'Owner', 'Owner'),
  attribute('owneridname', 'String', undefined, 'ownerid'),
  attribute('owninguser', 'Lookup', 'Owning user'),
  attribute('customerid', 'Customer', 'Potential customer'),
  attribute('primarycontactid', 'Lookup', 'Primary contact'),
]
const MANY_TO_ONE = [
  ['ownerid', 'owner', 'ownerid'],
  ['owninguser', 'systemuser', 'owninguser'],
  ['customerid', 'account', 'customerid_account'],
  ['customerid', 'contact', 'customerid_contact'],
  ['primarycontactid', 'contact', 'primarycontactid'],
].map(([ReferencingAttribute, ReferencedEntity, ReferencingEntityNavigationPropertyName]) => ({
  ReferencingAttribute,
  ReferencedEntity,
  ReferencingEntityNavigationPropertyName,
}))

const option = (Value: number, text: string, State?: number): object => ({ Value, Label: label(text), State })
const choices = (LogicalName: string, ...Options: object[]): object => ({ LogicalName, OptionSet: { Options } })

/** What stands below `EntityDefinitions(LogicalName='…')/`; the same for every entity. */
const PARTS: Readonly<Record<string, unknown[]>> = {
  Attributes: OPPORTUNITY_COLUMNS,
  ManyToOneRelationships: MANY_TO_ONE,
  OneToManyRelationships: [
    {
      ReferencingAttribute: 'regardingobjectid',
      ReferencingEntity: 'task',
      ReferencedEntityNavigationPropertyName: 'Opportunity_Tasks',
    },
  ],
  ManyToManyRelationships: [
    {
      IntersectEntityName: 'opportunitycompetitors',
      Entity1LogicalName: 'competitor',
      Entity1NavigationPropertyName: 'opportunitycompetitors_association',
      Entity2LogicalName: 'opportunity',
      Entity2NavigationPropertyName: 'opportunitycompetitors_association',
    },
  ],
  Keys: [
    { KeyAttributes: ['name'], EntityKeyIndexStatus: 'Active' },
    { KeyAttributes: ['description'], EntityKeyIndexStatus: 'Pending' },
  ],
  'Attributes/Microsoft.Dynamics.CRM.DateTimeAttributeMetadata': [
    { LogicalName: 'estimatedclosedate', Format: 'DateOnly', DateTimeBehavior: { Value: 'DateOnly' } },
    { LogicalName: 'createdon', Format: 'DateOnly', DateTimeBehavior: { Value: 'UserLocal' } },
  ],
  'Attributes/Microsoft.Dynamics.CRM.PicklistAttributeMetadata': [choices('salesstage', option(0, 'Qualify'))],
  'Attributes/Microsoft.Dynamics.CRM.MultiSelectPicklistAttributeMetadata': [],
  'Attributes/Microsoft.Dynamics.CRM.StateAttributeMetadata': [choices('statecode', option(0, 'Open'))],
  'Attributes/Microsoft.Dynamics.CRM.StatusAttributeMetadata': [choices('statuscode', option(1, 'In Progress', 0))],
  'Attributes/Microsoft.Dynamics.CRM.BooleanAttributeMetadata': [],
}

const SAVED_QUERIES = {
  value: [
    {
      querytype: 0,
      isdefault: true,
      layoutxml:
        '<grid name="resultset" object="3"><row name="r" id="opportunityid"><cell name="name" width="300"/><cell width="100" name="ownerid"/><cell name="a1.fullname" width="1"/><cell name="description" ishidden="1"/><cell name="gone"/></row></grid>',
      fetchxml: '<fetch><entity name="opportunity"/></fetch>',
    },
    {
      querytype: 4,
      isdefault: true,
      layoutxml: '<grid/>',
      fetchxml:
        '<fetch><entity name="opportunity"><filter type="and"><condition attribute="statecode" operator="eq" value="0"/></filter><filter type="or" isquickfindfields="1"><condition attribute="name" operator="like" value="{0}"/><condition attribute="description" operator="like" value="{0}"/></filter></entity></fetch>',
    },
  ],
}

const PEOPLE: Readonly<Record<string, unknown>> = {
  systemusers: { fullname: 'Priya Nair', domainname: 'priya@x.example', businessunitid: { name: 'UK Sales' } },
  usersettingscollection: {
    uilanguageid: 1033,
    timezonecode: 85,
    transactioncurrencyid: { isocurrencycode: 'GBP', currencysymbol: '£', currencyname: 'Pound Sterling' },
  },
  organizations: {
    name: 'harbourpine',
    languagecode: 1033,
    basecurrencyid: { isocurrencycode: 'EUR', currencysymbol: '€', currencyname: 'Euro' },
  },
  timezonedefinitions: { value: [{ timezonecode: 85, standardname: 'GMT Standard Time' }] },
}

/** Answers reads of metadata and, in a `$batch` alone, of the person who asks. */
export function metadataFor({ path }: UpstreamRequest, inBatch: boolean): UpstreamAnswer | undefined {
  if (path === 'EntityDefinitions') return { body: ENTITY_DEFINITIONS }
  if (path.startsWith('RetrieveMetadataChanges(')) return { body: { ServerVersionStamp: '1!', EntityMetadata: [] } }
  const part = /^EntityDefinitions\(LogicalName='\w+'\)\/(.+)$/.exec(path)?.[1]
  if (part !== undefined) return { body: { value: PARTS[part] } }
  if (path === 'savedqueries') return { body: SAVED_QUERIES }
  // A read of many users is no read of the person.
  const about = inBatch && path !== 'systemusers' ? PEOPLE[/^[a-z]+/.exec(path)?.[0] ?? ''] : undefined
  return about === undefined ? undefined : { body: about }
}
