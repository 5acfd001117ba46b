import { describe, expect, test } from '@jest/globals'
import { XMLParser } from 'fast-xml-parser'
import * as z from 'zod'
import { escapeLike } from '../../../../shared/dataverse/query/to-wire/like-pattern.ts'
import { writeFetch } from '../../../../shared/dataverse/query/to-wire/write-fetch.ts'
import { phoneColumns, quickFindQuery, textColumns } from '../../../../shared/dataverse/search/quick-find-query.ts'
import { column, entity, table } from '../../mcp/support/tables.ts'

const columns = [
  column('name'),
  column('ownerid', 'Owner'),
  column('revenue', 'Money'),
  column('secret', 'String', { readable: false }),
  column('modifiedon', 'DateTime'),
]
const accounts = table(entity('account'), columns, {
  quickFindColumns: ['name', 'revenue', 'ownerid', 'secret', 'gone'],
})
const Conditions = z.object({ condition: z.array(z.object({ value: z.string() })) })
const Parsed = z.object({ fetch: z.object({ entity: z.object({ filter: z.object({ filter: Conditions }) }) }) })
const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' })
const patternsOf = (terms: string[]): string[] => {
  const xml = writeFetch(
    quickFindQuery(
      accounts,
      ['name'],
      terms.map((term) => [term]),
      5,
    ),
  )
  return Parsed.parse(parser.parse(xml)).fetch.entity.filter.filter.condition.map(({ value }) => value)
}

describe('quick find', () => {
  test('looks in the text columns that the person may read', () => {
    expect(textColumns(accounts)).toEqual(['name', 'ownerid'])
    expect(textColumns(table(entity('account'), columns))).toEqual([])
  })

  test('looks for numbers in the telephone columns that the person may read, those of quick find first', () => {
    const phones = [
      ...[column('mobilephone'), column('address1_telephone1'), column('donotphone', 'Boolean'), column('telephone1')],
      ...[column('fax', 'String', { readable: false }), column('phonenotes', 'Memo'), column('name')],
    ]
    const contacts = table(entity('contact'), phones, { quickFindColumns: ['name', 'telephone1'] })
    expect(phoneColumns(contacts)).toEqual(['telephone1', 'mobilephone', 'address1_telephone1'])
  })

  test('every term must stand in one of the columns, the last changed row first', () => {
    const xml = writeFetch(quickFindQuery(accounts, ['name', 'accountid'], [['a'], ['b']], 5))
    expect(xml).toBe(
      '<fetch top="5"><entity name="account"><attribute name="accountid"/><attribute name="name"/>' +
        '<order attribute="modifiedon" descending="true"/><order attribute="accountid"/><filter type="and">' +
        '<filter type="or"><condition attribute="name" operator="like" value="%a%"/>' +
        '<condition attribute="ownerid" operator="like" value="%a%"/></filter>' +
        '<filter type="or"><condition attribute="name" operator="like" value="%b%"/>' +
        '<condition attribute="ownerid" operator="like" value="%b%"/></filter></filter></entity></fetch>',
    )
  })

  test.each([
    ['100%', '100[%]'],
    ['a_b', 'a[_]b'],
    ['[^a]', '[[]^a]'],
    ['%27', '[%]27'],
    ['plain', 'plain'],
  ])('a wildcard is a character: %s', (term, escaped) => {
    expect(escapeLike(term)).toBe(escaped)
  })

  test.each([`"/><fetch>`, `O'Brien & <Söhne>`, ']]>&amp;', '%"\\'])('no term leaves its value: %j', (term) => {
    const xml = writeFetch(quickFindQuery(accounts, ['name'], [[term]], 5))
    expect(xml.match(/<fetch/g)).toHaveLength(1)
    expect(xml.match(/<condition/g)).toHaveLength(2)
    expect(new Set(patternsOf([term])).size).toBe(1)
  })
})
