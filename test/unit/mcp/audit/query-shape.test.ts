import { describe, expect, test } from '@jest/globals'
import { parseFetch } from '../../../../shared/dataverse/query/from-fetchxml/parse-fetch.ts'
import { readOptions } from '../../../../shared/dataverse/query/from-odata/read-options.ts'
import type { Query } from '../../../../shared/dataverse/query/model/query.ts'
import { detailsOf } from '../../../../shared/mcp/audit/call-details.ts'
import { shapeOf } from '../../../../shared/mcp/audit/query-shape.ts'
import { kindOfValue } from '../../../../shared/mcp/audit/value-kind.ts'

const fetch = (inner: string, attributes = ''): Query =>
  parseFetch(`<fetch${attributes}><entity name="account">${inner}</entity></fetch>`).fetch
const odata = (options: Parameters<typeof readOptions>[1]): Query => readOptions('account', options, () => undefined)
const kinds = (query: Query) => shapeOf({ query }, { values: false })
const full = (query: Query) => shapeOf({ query }, { values: true })
const condition = (attribute: string, operator: string, value: string) =>
  `<condition attribute="${attribute}" operator="${operator}" value="${value}"/>`

describe('the shape of a query', () => {
  test('is columns, conditions and order', () => {
    const query = fetch(
      `<attribute name="name"/><filter>${condition('name', 'like', 'A%')}${condition('revenue', 'gt', '5')}</filter><order attribute="name" descending="true"/>`,
      ' top="5"',
    )
    const where = (...values: string[]) => ({
      and: [
        ['name', 'like', values[0]],
        ['revenue', 'gt', values[1]],
      ],
    })
    const rest = { entity: 'account', columns: ['name'], order: ['name desc'], top: 5 }
    expect(kinds(query)).toEqual({ ...rest, where: where('text', 'number') })
    expect(full(query)).toEqual({ ...rest, where: where('A%', '5') })
  })

  test.each([
    [
      odata({ select: ['name'], filter: "name eq 'a' and revenue gt 5" }),
      `<attribute name="name"/><filter type="and">${condition('name', 'eq', 'b')}${condition('revenue', 'gt', '6')}</filter>`,
    ],
    [
      odata({ select: ['name'], filter: "name eq 'a' or (name eq 'b' or name eq 'c')" }),
      `<attribute name="name"/><filter type="or">${condition('name', 'eq', 'b')}<filter type="or">${condition('name', 'eq', 'x')}${condition('name', 'eq', 'y')}</filter></filter>`,
    ],
    [
      odata({ select: ['name'], filter: "name eq 'a'" }),
      `<attribute name="name"/><filter><filter><filter type="or">${condition('name', 'eq', 'b')}</filter></filter></filter>`,
    ],
    [
      odata({ select: ['name'], filter: "name eq 'a' and (revenue gt 5 or revenue lt 3)" }),
      `<attribute name="name"/><filter>${condition('name', 'eq', 'b')}</filter><filter type="or">${condition('revenue', 'gt', '1')}${condition('revenue', 'lt', '1')}</filter>`,
    ],
  ])('is the same however the question is spelt: %#', (query, xml) => {
    expect(kinds(fetch(xml))).toEqual(kinds(query))
  })

  test('of groups is what is added up and by what', () => {
    const query = fetch(
      '<attribute name="revenue" alias="a" aggregate="sum"/><attribute name="createdon" alias="b" groupby="true" dategrouping="month"/><attribute name="ownerid" alias="c" aggregate="countcolumn" distinct="true"/><order alias="a" descending="true"/>',
      ' aggregate="true"',
    )
    expect(kinds(query)).toEqual({
      entity: 'account',
      columns: ['sum(revenue)', 'group(createdon by month)', 'countcolumn(distinct ownerid)'],
      order: ['sum(revenue) desc'],
      aggregate: true,
    })
  })

  test('of links names tables, never aliases', () => {
    const link = (inner: string) =>
      `<link-entity name="contact" from="contactid" to="primarycontactid" alias="secret" link-type="outer">${inner}</link-entity>`
    const query = fetch(
      `${link('<attribute name="fullname" alias="secret2"/>')}<filter><condition entityname="secret" attribute="lastname" operator="eq" value="x"/><condition attribute="name" operator="eq" valueof="secret.fullname"/><link-entity name="task" from="regardingobjectid" to="accountid" link-type="not any"><filter>${condition('subject', 'eq', 'x')}</filter></link-entity></filter><order entityname="secret" attribute="lastname"/>`,
    )
    const shape = kinds(query)
    expect(shape).toEqual({
      entity: 'account',
      where: {
        and: [
          ['contact.lastname', 'eq', 'text'],
          ['name', 'eq', { column: 'contact.fullname' }],
          {
            rows: {
              type: 'not any',
              on: 'accountid=regardingobjectid',
              entity: 'task',
              where: ['subject', 'eq', 'text'],
            },
          },
        ],
      },
      order: ['contact.lastname'],
      links: [{ type: 'outer', on: 'primarycontactid=contactid', entity: 'contact', columns: ['fullname'] }],
    })
    expect(JSON.stringify(shape)).not.toContain('secret')
  })

  test('tells rows that come by reads of their own', () => {
    const expansions = [
      { kind: 'rows', under: 'account_tasks', names: ['subject'] },
      { kind: 'link', under: 'primarycontactid', names: ['secret'] },
    ] as const
    const shape = shapeOf({ query: fetch('<all-attributes/>'), expansions }, { values: false })
    expect(shape).toEqual({
      entity: 'account',
      columns: ['*'],
      expand: [{ under: 'account_tasks', columns: ['subject'] }],
    })
  })
})

test.each([
  ['5', 'number'],
  ['-1.50', 'number'],
  ['2026-01-31', 'date'],
  ['2026-01-31T10:00:00Z', 'date'],
  ['7C1D2E01-00b1-4a6b-8c2d-10a3c1a86f01', 'id'],
  ['{7c1d2e01-00b1-4a6b-8c2d-10a3c1a86f01}', 'id'],
  ['', 'text'],
  ['12a', 'text'],
  ['2026-01-31x', 'text'],
  [5, 'number'],
  [true, 'yes-no'],
  [{ a: 1 }, 'text'],
])('%j is of the kind %s', (value, kind) => {
  expect(kindOfValue(value)).toBe(kind)
})

describe('an event stays small', () => {
  const link = (at: number) =>
    `<link-entity name="contact" from="contactid" to="primarycontactid" alias="a${at}"><attribute name="${'c'.repeat(60)}${at}"/></link-entity>`
  const many = (links: number, values: number): Query =>
    fetch(
      `${Array.from({ length: links }, (_, at) => link(at)).join('')}<filter type="or">${Array.from({ length: values }, (_, at) => condition(`column${at}`, 'eq', 'v'.repeat(50))).join('')}</filter>`,
    )

  test.each([
    [many(1, 20), undefined],
    [many(1, 60), 'values'],
    [many(10, 300), 'conditions'],
    [many(10, 300), 'conditions'],
  ])('and says what it left out: %#', (query, cut) => {
    const details = detailsOf({ queries: [{ query }] }, [], 'full')
    expect(details.cut).toBe(cut)
    expect(details.queries!.length).toBeLessThanOrEqual(4_000)
    expect(() => JSON.parse(details.queries!) as unknown).not.toThrow()
  })

  test('of a hundred queries none fits', () => {
    const queries = Array.from({ length: 100 }, () => ({ query: many(15, 1) }))
    expect(detailsOf({ queries }, [], 'shape')).toEqual({ cut: 'queries' })
  })

  test('of more records than there is room for the rest is counted', () => {
    const ids = Array.from({ length: 250 }, (_, at) => String(at))
    const details = detailsOf({}, [{ entity: 'a', ids: [...ids, ...ids] }], 'shape')
    expect(JSON.parse(details.records!)).toEqual({ a: ids.slice(0, 200) })
    expect(details.moreRecords).toBe(50)
  })

  test('a record that is read twice is named once', () => {
    const records = [
      { entity: 'a', ids: ['1', '2'] },
      { entity: 'b', ids: ['1'] },
      { entity: 'a', ids: ['2', '3'] },
    ]
    expect(detailsOf({}, records, 'shape')).toEqual({ records: '{"a":["1","2","3"],"b":["1"]}' })
  })
})
