import { createHmac } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { parseFetch } from '../../../../shared/dataverse/query/from-fetchxml/parse-fetch.ts'
import type { Cursor } from '../../../../shared/dataverse/rows/cursor.ts'

/** A cursor as it was before it was shortened: a signature of the person and the deflated JSON of a whole position. */
export function createFormerCursor(
  key: Uint8Array,
  userId: string,
  position: Readonly<Record<string, unknown>>,
): string {
  const payload = deflateRawSync(JSON.stringify(position))
  const mac = createHmac('sha256', key).update(`${userId}\n`).update(payload).digest().subarray(0, 16)
  return Buffer.concat([mac, payload]).toString('base64url')
}

export function formerLength(position: Readonly<Record<string, unknown>>): number {
  return createFormerCursor(new Uint8Array(32), '', position).length
}

const ID = '3f2a9c41-7d1e-4b86-95c0-6a8e1f40b7d2'
const FIRST = '{9B1F6E02-55C4-4E0D-A3B7-1C94D82E6F30}'
const LAST = '{E062B974-7F8D-4C11-9048-0003FF27AC3B}'
const cookie = (orders: string): string =>
  `<cookie page="1">${orders}<opportunityid last="${LAST}" first="${FIRST}" /></cookie>`
const skiptoken = (inner: string): string => {
  const twice = encodeURIComponent(encodeURIComponent(inner))
  return `&$skiptoken=${encodeURIComponent(`<cookie pagenumber="2" pagingcookie="${twice}" istracking="False" />`)}`
}
const encode = (text: string): string => encodeURIComponent(text).replaceAll("'", '%27')

type Columns = Readonly<Record<string, string>>
const keyed = (columns: Columns, id: string): unknown[] => [
  ...Object.entries(columns).map(([name, type]) => ({
    key: ['Lookup', 'Owner', 'Customer'].includes(type) ? `_${name}_value` : name,
    type,
  })),
  { key: id },
]
const attributes = (columns: Columns, id: string): string =>
  [...Object.keys(columns), id].map((name) => `<attribute name="${name}"/>`).join('')

type Asked = {
  readonly columns: Columns
  /** As `$filter` and `$orderby` had it, and as FetchXML has it. */
  readonly odata: { readonly filter?: string; readonly orderby?: string }
  readonly inner: string
  readonly orders?: string
  readonly entity?: readonly [name: string, set: string, id: string]
}
type Pair = { readonly former: Readonly<Record<string, unknown>>; readonly cursor: Cursor }

/** The same query before and now, at the rest of its first page or at its second. */
function odata({ columns, odata: { filter, orderby }, inner, orders = '', entity }: Asked, next: boolean): Pair {
  const [name, set, id] = entity ?? ['opportunity', 'opportunities', 'opportunityid']
  const options = [
    `$select=${encode(
      keyed(columns, id)
        .slice(0, -1)
        .map((one) => (one as { key: string }).key)
        .join(','),
    )}`,
    ...(filter ? [`$filter=${encode(filter)}`] : []),
    ...(orderby ? [`$orderby=${encode(orderby)}`] : []),
  ]
  const inCookie = cookie(orders).replace('opportunityid', id)
  const path = `${set}?${options.join('&')}${next ? skiptoken(inCookie) : ''}`
  const former = { kind: 'odata', entity: name, columns: keyed(columns, id), path, pageSize: 50, skip: next ? 0 : 37 }
  const xml = `<fetch useraworderby="true"><entity name="${name}">${attributes(columns, id)}${inner}</entity></fetch>`
  return { former, cursor: cursorAt(xml, next, inCookie) }
}

function fetchxml(columns: readonly { key: string; type: string }[], xml: string, next: boolean): Pair {
  const position = next ? { page: 2, skip: 0, cookie: cookie('') } : { page: 1, skip: 37 }
  const listed = {
    kind: 'fetchxml',
    entity: 'opportunity',
    columns,
    pageSize: 50,
    entitySet: 'opportunities',
    xml,
    count: false,
  }
  return { former: { ...listed, ...position }, cursor: cursorAt(xml, next, cookie('')) }
}

function cursorAt(xml: string, next: boolean, inCookie: string): Cursor {
  const common = { query: parseFetch(xml).fetch, expansions: [], pageSize: 50, count: false, ids: false }
  return next ? { ...common, page: 2, cookie: inCookie, skip: 0 } : { ...common, page: 1, skip: 37 }
}

const PIPELINE: Columns = {
  name: 'String',
  customerid: 'Customer',
  estimatedvalue: 'Money',
  estimatedclosedate: 'DateTime',
  salesstage: 'Picklist',
  ownerid: 'Owner',
}
const byId = (id: string): string => `<order attribute="${id}"/>`
const condition = (attribute: string, operator: string, value?: string): string =>
  `<condition attribute="${attribute}" operator="${operator}"${value === undefined ? '' : ` value="${value}"`}/>`
const all = (...conditions: string[]): string => `<filter type="and">${conditions.join('')}</filter>`

const NAMES: Asked = { columns: { name: 'String' }, odata: {}, inner: byId('opportunityid') }
const OPEN: Asked = {
  columns: PIPELINE,
  odata: {
    filter: "statecode eq 0 and estimatedvalue ge 50000 and contains(name,'pine')",
    orderby: 'estimatedvalue desc',
  },
  inner: `<order attribute="estimatedvalue" descending="true"/>${byId('opportunityid')}${all(condition('statecode', 'eq', '0'), condition('estimatedvalue', 'ge', '50000'), condition('name', 'like', '%pine%'))}`,
  orders: '<estimatedvalue last="120000.0000000000" first="980000.0000000000" />',
}
const OWNED: Asked = {
  columns: PIPELINE,
  odata: { filter: `_ownerid_value eq ${ID} and createdon ge 2026-11-01T00:00:00Z`, orderby: 'createdon desc' },
  inner: `<order attribute="createdon" descending="true"/>${byId('opportunityid')}${all(condition('ownerid', 'eq', ID), condition('createdon', 'ge', '2026-11-01T00:00:00Z'))}`,
  orders: '<createdon last="2026-11-03T09:12:44+00:00" first="2026-11-27T16:02:10+00:00" />',
}
const CASES: Asked = {
  columns: {
    title: 'String',
    ticketnumber: 'String',
    prioritycode: 'Picklist',
    customerid: 'Customer',
    createdon: 'DateTime',
  },
  odata: { filter: 'statecode eq 0 and prioritycode eq 1', orderby: 'createdon asc' },
  inner: `<order attribute="createdon"/>${byId('incidentid')}${all(condition('statecode', 'eq', '0'), condition('prioritycode', 'eq', '1'))}`,
  orders: '<createdon last="2026-10-03T09:12:44+00:00" first="2026-09-27T16:02:10+00:00" />',
  entity: ['incident', 'incidents', 'incidentid'],
}
const LINKED = `<fetch><entity name="opportunity"><attribute name="name"/><attribute name="estimatedvalue"/><attribute name="opportunityid"/>${byId('opportunityid')}${all(condition('statecode', 'eq', '0'))}<link-entity name="account" from="accountid" to="customerid" alias="account"><attribute name="name"/><attribute name="address1_city"/>${all(condition('industrycode', 'eq', '7'))}</link-entity></entity></fetch>`
const LINKED_COLUMNS = [
  { key: 'name', type: 'String' },
  { key: 'estimatedvalue', type: 'Money' },
  { key: 'account.name', type: 'String' },
  { key: 'account.address1_city', type: 'String' },
  { key: 'opportunityid', type: 'Uniqueidentifier' },
]

/** Ten queries as people ask them. */
export const TEN: readonly (readonly [what: string, Pair])[] = [
  ['names, the rest of a page', odata(NAMES, false)],
  ['names, the next page', odata(NAMES, true)],
  ['open deals of a value, the rest of a page', odata(OPEN, false)],
  ['open deals of a value, the next page', odata(OPEN, true)],
  ['an owner’s deals since a day, the rest of a page', odata(OWNED, false)],
  ['an owner’s deals since a day, the next page', odata(OWNED, true)],
  ['urgent cases, the rest of a page', odata(CASES, false)],
  ['urgent cases, the next page', odata(CASES, true)],
  ['FetchXML with a link, the rest of a page', fetchxml(LINKED_COLUMNS, LINKED, false)],
  ['FetchXML with a link, the next page', fetchxml(LINKED_COLUMNS, LINKED, true)],
]
