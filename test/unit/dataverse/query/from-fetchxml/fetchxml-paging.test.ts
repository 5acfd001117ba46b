import { describe, expect, test } from '@jest/globals'
import { countFetch } from '../../../../../shared/dataverse/query/to-wire/count.ts'
import { nextPaging } from '../../../../../shared/dataverse/query/to-wire/paging.ts'
import { writeFetch } from '../../../../../shared/dataverse/query/to-wire/write-fetch.ts'
import { build, resolve } from './fetch-resolve.ts'
import { fetchOf } from './fetch-tables.ts'

const COOKIE = '@Microsoft.Dynamics.CRM.fetchxmlpagingcookie'
const MORE = '@Microsoft.Dynamics.CRM.morerecords'
const INNER = '<cookie page="1"><name last="R&amp;D &quot;x&quot;" first="A" /></cookie>'
const annotation = (inner: string): string =>
  `<cookie pagenumber="2" pagingcookie="${encodeURIComponent(encodeURIComponent(inner))}" istracking="False" />`

describe('nextPaging', () => {
  test.each([
    ['a cookie', { [COOKIE]: annotation(INNER), [MORE]: true }, { page: 2, cookie: INNER }],
    ['a cookie alone', { [COOKIE]: annotation(INNER) }, { page: 2, cookie: INNER }],
    ['more without a cookie', { [MORE]: true }, { page: 2 }],
    ['a cookie that cannot be read', { [COOKIE]: '<cookie pagingcookie="%"/>', [MORE]: true }, { page: 2 }],
    ['a cookie that is no XML', { [COOKIE]: 'x', [MORE]: true }, { page: 2 }],
    ['the end', { value: [] }, undefined],
    ['no more', { [COOKIE]: annotation(INNER), [MORE]: false }, undefined],
    ['another shape', { [MORE]: 'yes' }, undefined],
    ['nothing', undefined, undefined],
  ])('%s', (_what, answer, next) => {
    expect(nextPaging(answer, 1)).toEqual(next)
  })

  test('a cookie can only be a value of the next page', async () => {
    const { query } = await resolve(fetchOf('account', '<attribute name="name"/>'))
    const next = nextPaging({ [COOKIE]: annotation('"/><entity name="contact"/>'), [MORE]: true }, 4)!
    const xml = writeFetch(query, { ...next, count: 10 })
    expect(xml).toMatch(
      /^<fetch count="10" page="5" paging-cookie="&quot;\/&gt;&lt;entity [^"]*"><entity name="account">/,
    )
  })
})

describe('countFetch', () => {
  test('counts rows and keeps filters and links', async () => {
    const { query, entity } = await resolve(
      fetchOf(
        'opportunity',
        '<attribute name="name"/><order attribute="name"/><filter><condition attribute="statecode" operator="eq" value="0"/></filter><link-entity name="account" from="accountid" to="customerid" alias="a"><attribute name="name"/><order attribute="name"/><filter><condition attribute="name" operator="like" value="A%"/></filter></link-entity>',
        'count="10" page="2"',
      ),
    )
    expect(writeFetch(countFetch(query, entity)!)).toBe(
      '<fetch aggregate="true"><entity name="opportunity"><attribute name="opportunityid" alias="rows" aggregate="count"/><filter type="and"><condition attribute="statecode" operator="eq" value="0"/></filter><link-entity name="account" from="accountid" to="customerid" alias="a"><filter type="and"><condition attribute="name" operator="like" value="A%"/></filter></link-entity></entity></fetch>',
    )
  })

  test.each([
    ['distinct rows', '<attribute name="name"/>', 'distinct="true"'],
    ['an aggregate', '<attribute name="opportunityid" aggregate="count" alias="n"/>', 'aggregate="true"'],
  ])('not %s', async (_what, inner, attributes) => {
    const { query, entity } = await resolve(fetchOf('opportunity', inner, attributes))
    expect(countFetch(query, entity)).toBeUndefined()
  })
})

describe('the first page', () => {
  test('gives a path with one parameter, whatever a value holds', async () => {
    const value = "%27&amp;$filter=x#?+;&lt;/fetch&gt;'é"
    const xml = fetchOf(
      'Opportunities',
      `<filter><condition attribute="name" operator="eq" value="${value}"/></filter>`,
    )
    const { path, entity, columns } = await build(xml, 50)
    expect(path).toMatch(/^opportunities\?fetchXml=[A-Za-z0-9%._~!*()-]+$/)
    const url = new URL(path, 'http://x/api/')
    expect([...url.searchParams.keys()]).toEqual(['fetchXml'])
    expect(url.searchParams.get('fetchXml')).toContain('value="%27&amp;$filter=x#?+;&lt;/fetch&gt;&apos;é"')
    expect([entity.name, columns.map(({ key }) => key)]).toEqual(['opportunity', ['name']])
  })

  test('a cookie that the model copied is left out, the page it stands for is kept', async () => {
    const cookie = 'paging-cookie="&lt;cookie page=&quot;1&quot;/&gt;"'
    const { path } = await build(fetchOf('account', '', `page="2" count="5" ${cookie}`))
    expect(decodeURIComponent(path)).toContain('<fetch count="5" page="2"><')
  })

  test('says everything once, of reading and of resolving', async () => {
    const { interpreted } = await build(
      `\`\`\`xml\n${fetchOf('Opportunities', '<attribute name="Topic"/>and')}\n\`\`\``,
    )
    expect(interpreted).toEqual([
      'Text between the elements was ignored.',
      'The column "Topic" of opportunity was read as name.',
    ])
  })

  test.each([
    ['neither', '', undefined, { page: 1, count: 5_000 }],
    ['the argument', '', 20, { page: 1, count: 20 }],
    ['a smaller top', 'top="5"', 20, { page: 1, count: 5 }],
    ['a larger count', 'count="500"', 20, { page: 1, count: 20 }],
    ['a page', 'count="10" page="3"', 20, { page: 3, count: 10 }],
  ])('the page: %s', async (_what, attributes, top, paging) => {
    const built = await build(fetchOf('account', '', attributes), top)
    expect(built.paging).toEqual(paging)
    expect(decodeURIComponent(built.path)).toContain(`<fetch count="${paging.count}" page="${paging.page}"><`)
  })

  test('a long query gives a long path: no limit of a URL is known here', async () => {
    const values = Array.from({ length: 800 }, (_, at) => `<value>Account number ${at} Ltd</value>`).join('')
    const xml = fetchOf('account', `<filter><condition attribute="name" operator="in">${values}</condition></filter>`)
    expect((await build(xml)).path.length).toBeGreaterThan(32_768)
  })
})
