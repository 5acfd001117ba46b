import { expect, test } from '@jest/globals'
import { parseFetch } from '../../../../../shared/dataverse/query/from-fetchxml/parse-fetch.ts'
import { fetchPath, firstPage } from '../../../../../shared/dataverse/query/to-wire/first-page.ts'

const queryOf = (attributes: string) => parseFetch(`<fetch ${attributes}><entity name="account"/></fetch>`).fetch
const USUAL = { usual: 50, most: 500 }

test.each([
  ['the usual number', '', undefined, { page: 1, count: 50 }],
  ['as the caller asks', '', 20, { page: 1, count: 20 }],
  ['as the caller asks, more than usual', '', 400, { page: 1, count: 400 }],
  ['as the query’s top asks', 'top="5"', undefined, { page: 1, count: 5 }],
  ['the smaller of the query’s top and the caller’s', 'top="5"', 20, { page: 1, count: 5 }],
  ['a count beyond the usual number', 'count="100"', undefined, { page: 1, count: 100 }],
  ['never more than the most', 'count="5000"', undefined, { page: 1, count: 500 }],
  ['never more than the caller asks', 'count="500"', 20, { page: 1, count: 20 }],
  ['rows 101 to 200', 'count="100" page="2"', undefined, { page: 2, count: 100 }],
  ['rows 101 on, twenty at once', 'count="100" page="2"', 20, { page: 6, count: 20 }],
  ['rows 101 on, at most thirty at once', 'count="100" page="2"', 30, { page: 5, count: 25 }],
  ['rows 21 to 30', 'count="10" page="3"', 20, { page: 3, count: 10 }],
  ['a page of the usual number', 'page="3"', undefined, { page: 3, count: 50 }],
  ['rows 5,001 on', 'count="5000" page="2"', undefined, { page: 11, count: 500 }],
])('%s', (_what, attributes, top, page) => {
  expect(firstPage(queryOf(attributes), { ...USUAL, top })).toEqual(page)
})

test('a path has one parameter, whatever a value holds', () => {
  const value = "%27&amp;$filter=x#?+;&lt;/fetch&gt;'é"
  const xml = `<fetch><entity name="account"><filter><condition attribute="name" operator="eq" value="${value}"/></filter></entity></fetch>`
  const path = fetchPath(parseFetch(xml).fetch, { entitySet: 'accounts' }, { page: 1, count: 5 })
  expect(path).toMatch(/^accounts\?fetchXml=[A-Za-z0-9%._~!*()-]+$/)
  const url = new URL(path, 'http://x/api/')
  expect([...url.searchParams.keys()]).toEqual(['fetchXml'])
  expect(url.searchParams.get('fetchXml')).toContain('value="%27&amp;$filter=x#?+;&lt;/fetch&gt;&apos;é"')
})
