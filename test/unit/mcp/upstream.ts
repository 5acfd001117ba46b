import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export type UpstreamRequest = {
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly token: string
}
export type UpstreamAnswer = {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body: unknown
  readonly delayMs?: number
}
export type Upstream = {
  readonly url: string
  readonly seen: UpstreamRequest[]
  /** Answers everything but metadata; replaced by each test. */
  answer: (request: UpstreamRequest) => UpstreamAnswer
  readonly stop: () => Promise<void>
}

/** A local HTTP server in Dataverse's place, for what the wire does: delays, statuses, links. */
export async function startUpstream(): Promise<Upstream> {
  const seen: UpstreamRequest[] = []
  const server = createServer((message, response) => {
    const url = new URL(message.url ?? '/', 'http://upstream')
    const token = (message.headers.authorization ?? '').replace('Bearer ', '')
    const path = url.pathname.replace('/api/data/v9.2/', '')
    const request = { path, query: url.searchParams, headers: message.headers, token }
    seen.push(request)
    const answer = metadataFor(path) ?? upstream.answer(request)
    setTimeout(() => {
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers })
      response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body))
    }, answer.delayMs ?? 0)
  })
  const url = await listen(server)
  const upstream: Upstream = {
    url,
    seen,
    answer: () => ({ body: { value: [] } }),
    stop: () => stop(server),
  }
  return upstream
}

export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

export async function stop(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}

const label = (text: string): unknown => ({ UserLocalizedLabel: { Label: text } })
const entity = (name: string, set: string, shown: string, plural: string): unknown => ({
  LogicalName: name,
  EntitySetName: set,
  PrimaryIdAttribute: `${name}id`,
  PrimaryNameAttribute: name === 'systemuser' ? 'fullname' : 'name',
  DisplayName: label(shown),
  DisplayCollectionName: label(plural),
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
})
export const OPPORTUNITY_COLUMNS = {
  Attributes: [
    attribute('opportunityid', 'Uniqueidentifier', 'Opportunity'),
    attribute('name', 'String', 'Topic'),
    attribute('fullname', 'String', 'Full Name'),
    attribute('description', 'Memo', 'Description'),
    attribute('estimatedclosedate', 'DateTime', 'Est. close date'),
    attribute('estimatedvalue', 'Money', 'Est. revenue'),
    attribute('salesstage', 'Picklist', 'Sales stage'),
    attribute('statecode', 'State', 'Status'),
    attribute('createdon', 'DateTime', 'Created on'),
    attribute('ownerid', 'Owner', 'Owner'),
    attribute('owneridname', 'String', undefined, 'ownerid'),
    attribute('owninguser', 'Lookup', 'Owning user'),
    attribute('customerid', 'Customer', 'Potential customer'),
    attribute('primarycontactid', 'Lookup', 'Primary contact'),
  ],
  ManyToOneRelationships: [
    ['ownerid', 'owner', 'ownerid'],
    ['owninguser', 'systemuser', 'owninguser'],
    ['customerid', 'account', 'customerid_account'],
    ['customerid', 'contact', 'customerid_contact'],
    ['primarycontactid', 'contact', 'primarycontactid'],
  ].map(([ReferencingAttribute, ReferencedEntity, ReferencingEntityNavigationPropertyName]) => ({
    ReferencingAttribute,
    ReferencedEntity,
    ReferencingEntityNavigationPropertyName,
  })),
}
const CHOICES = {
  value: [{ LogicalName: 'salesstage', OptionSet: { Options: [{ Value: 0, Label: label('Qualify') }] } }],
}

function metadataFor(path: string): UpstreamAnswer | undefined {
  if (path === 'EntityDefinitions') return { body: ENTITY_DEFINITIONS }
  if (path.includes('/Attributes/Microsoft.Dynamics.CRM.Picklist')) return { body: CHOICES }
  if (path.includes('/Attributes/Microsoft.Dynamics.CRM.')) return { body: { value: [] } }
  return path.startsWith('EntityDefinitions(') ? { body: OPPORTUNITY_COLUMNS } : undefined
}
