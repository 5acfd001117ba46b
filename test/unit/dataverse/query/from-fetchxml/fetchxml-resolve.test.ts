import { describe, expect, test } from '@jest/globals'
import { resolve, sentOf } from './fetch-resolve.ts'
import { fetchOf } from './fetch-tables.ts'

const opportunity = (inner: string, attributes = ''): string => fetchOf('opportunity', inner, attributes)
const ID = '<attribute name="opportunityid"/><order attribute="opportunityid"/>'

describe('names of tables and columns', () => {
  test.each(['opportunity', 'Opportunities', 'OPPORTUNITY'])('the table as %s', async (name) => {
    const resolved = await resolve(fetchOf(name, '<attribute name="name"/>'))
    expect([resolved.entity.entitySet, resolved.interpreted]).toEqual(['opportunities', []])
    expect(resolved.xml).toContain('<entity name="opportunity">')
  })

  test.each([
    ['name', 'name', 'name', false],
    ['Name', 'name', 'name', false],
    ['Topic', 'name', 'name', true],
    ['_ownerid_value', 'ownerid', '_ownerid_value', false],
    ['OwnerId', 'ownerid', '_ownerid_value', false],
    ['customeridname', 'customerid', '_customerid_value', false],
    ['Est. Revenue', 'estimatedvalue', 'estimatedvalue', true],
  ])('the column %s', async (written, column, key, said) => {
    const resolved = await resolve(opportunity(`<attribute name="${written}"/>`))
    expect(resolved.xml).toContain(`<attribute name="${column}"/>`)
    expect(resolved.keys).toEqual([key])
    expect(resolved.interpreted).toEqual(said ? [`The column "${written}" of opportunity was read as ${column}.`] : [])
  })

  test.each([
    ['an unknown table', fetchOf('opportunitys'), 'unknown_entity', 'list_entities'],
    ['an unknown linked table', opportunity('<link-entity name="users"/>'), 'unknown_link', 'relationships'],
    ['an unknown column', opportunity('<attribute name="closedate"/>'), 'unknown_column', 'estimatedclosedate'],
    [
      'a column that cannot be read',
      opportunity('<attribute name="internalnote"/>'),
      'unreadable_column',
      'get_entity_metadata',
    ],
    ['an unknown column in an order', opportunity('<order attribute="zzz"/>'), 'unknown_column', 'get_entity_metadata'],
    [
      'an unknown column in a condition',
      opportunity('<filter><condition attribute="stage" operator="null"/></filter>'),
      'unknown_column',
      'salesstage',
    ],
  ])('%s is refused', async (_what, xml, code, advice) => {
    await expect(resolve(xml)).rejects.toMatchObject({ code, nextStep: expect.stringContaining(advice) })
  })
})

describe('no alias takes the place of a column that comes by its own name', () => {
  const contact = (alias: string): string =>
    `<link-entity name="account" from="accountid" to="customerid"><attribute name="name" alias="${alias}"/></link-entity>`

  test.each([
    ['of the same table', '<attribute name="description" alias="name"/><attribute name="name"/>'],
    ['of the same table, behind it', '<attribute name="name"/><attribute name="description" alias="name"/>'],
    ['a lookup', '<attribute name="description" alias="ownerid"/><attribute name="ownerid"/>'],
    ['in another case', '<attribute name="description" alias="Name"/><attribute name="name"/>'],
    ['of all columns', `<all-attributes/>${contact('name')}`],
    ['of a link', `<attribute name="name"/>${contact('name')}`],
    ['the id that comes with every row', `<attribute name="name"/>${contact('opportunityid')}`],
    ['the currency that comes with amounts', '<attribute name="estimatedvalue" alias="transactioncurrencyid"/>'],
  ])('%s', async (_what, inner) => {
    await expect(resolve(opportunity(inner))).rejects.toMatchObject({
      code: 'invalid_fetchxml',
      message: expect.stringMatching(/^The alias \w+ is used twice\.$/),
    })
  })

  test('an alias that reading JSON would drop is written otherwise', async () => {
    const { keys } = await resolve(opportunity('<attribute name="name" alias="__proto__"/>'))
    expect(keys).toEqual(['___proto__'])
  })

  test.each([
    ['its own name', '<attribute name="name" alias="name"/>', ['name']],
    ['the name of a column that does not come', '<attribute name="description" alias="name"/>', ['name']],
  ])('%s is an alias like any other', async (_what, inner, keys) => {
    expect((await resolve(opportunity(inner))).keys).toEqual(keys)
  })
})

describe('what the answer holds', () => {
  test('keys, labels and columns in the asked order', async () => {
    const { columns, xml } = await resolve(
      opportunity(
        '<attribute name="customerid"/><attribute name="name" alias="Deal name"/><link-entity name="account" from="accountid" to="customerid" alias="acct"><attribute name="ownerid"/><attribute name="name" alias="customer"/></link-entity><attribute name="name"/>',
      ),
    )
    expect(columns.map(({ key, label, entity, link }) => [key, label, entity, link])).toEqual([
      ['_customerid_value', 'Customer', 'opportunity', undefined],
      ['Deal_name', 'Deal_name', 'opportunity', undefined],
      ['acct.ownerid', 'Owner', 'account', 'acct'],
      ['customer', 'customer', 'account', 'acct'],
      ['name', 'Topic', 'opportunity', undefined],
    ])
    expect(xml).toContain('<attribute name="opportunityid"/>')
  })

  test('a link without an alias is given one, so that its keys are known', async () => {
    const link = '<link-entity name="account" from="accountid" to="customerid"><attribute name="name"/></link-entity>'
    const { keys, xml } = await resolve(opportunity(link + link.replace('customerid', 'parentaccountid')))
    expect(keys).toEqual(['account.name', 'account2.name'])
    expect(xml).toContain('alias="account2"')
  })

  test.each([
    ['nothing', '', 'nothing', ['name']],
    ['all', '<all-attributes/>', 'all', ['name']],
    ['a column', '<attribute name="createdon"/>', 'columns', ['createdon']],
    [
      'only a link’s',
      '<link-entity name="account" from="accountid" to="customerid" alias="a"><attribute name="name"/></link-entity>',
      'columns',
      ['a.name'],
    ],
  ])('asked for %s', async (_what, inner, asked, keys) => {
    const resolved = await resolve(opportunity(inner), true)
    expect([resolved.asked, resolved.keys]).toEqual([asked, keys])
    expect(resolved.xml).not.toContain('all-attributes')
    expect((await resolve(opportunity(inner))).xml.includes('all-attributes')).toBe(asked === 'all')
  })
})

describe('the last order makes pages stable', () => {
  test.each([
    ['by the id', '<attribute name="name"/>', '<attribute name="name"/>' + ID],
    [
      'after the asked ones',
      '<order attribute="Topic"/>',
      '<attribute name="opportunityid"/><order attribute="name"/><order attribute="opportunityid"/>',
    ],
    [
      'not twice',
      '<order attribute="opportunityid" descending="true"/>',
      '<attribute name="opportunityid"/><order attribute="opportunityid" descending="true"/>',
    ],
  ])('%s', async (_what, inner, sent) => {
    expect(await sentOf(opportunity(inner))).toBe(sent)
  })

  test('orders of links move to the entity, or they would come after the id', async () => {
    const link =
      '<link-entity name="account" from="accountid" to="customerid" alias="a"><order attribute="name"/></link-entity>'
    expect(await sentOf(opportunity(link))).toContain(
      '<order entityname="a" attribute="name"/><order attribute="opportunityid"/>',
    )
  })

  test('distinct rows have no id and are ordered by what they are', async () => {
    const { xml } = await resolve(
      opportunity('<attribute name="salesstage"/><attribute name="description"/>', 'distinct="1"'),
    )
    expect(xml).toContain('<attribute name="description"/><order attribute="salesstage"/></entity>')
    expect(xml).not.toContain('opportunityid')
  })
})

describe('aggregates', () => {
  const aggregate = (inner: string): string => opportunity(inner, 'aggregate="true"')
  test.each([
    [
      'a missing alias',
      '<attribute name="estimatedvalue_base" aggregate="sum"/>',
      '<attribute name="estimatedvalue_base" alias="estimatedvalue_base_sum" aggregate="sum"/>',
      '',
    ],
    [
      'a plain column',
      '<attribute name="salesstage" alias="s"/>',
      '<attribute name="salesstage" alias="s" groupby="true"/><order alias="s"/>',
      'was grouped by',
    ],
    [
      'a distinct count',
      '<attribute name="ownerid" aggregate="count" distinct="true" alias="n"/>',
      '<attribute name="ownerid" alias="n" aggregate="countcolumn" distinct="true"/>',
      '',
    ],
    [
      'an order by column',
      '<attribute name="salesstage" groupby="true" alias="s"/><order attribute="salesstage" descending="1"/>',
      '<attribute name="salesstage" alias="s" groupby="true"/><order alias="s" descending="true"/>',
      'read as s',
    ],
    [
      'an order by an alias that is not quite one',
      '<attribute name="salesstage" groupby="1" alias="stage"/><order alias="stages"/>',
      '<attribute name="salesstage" alias="stage" groupby="true"/><order alias="stage"/>',
      'stages',
    ],
    [
      'an alias with a blank',
      '<attribute name="opportunityid" aggregate="count" alias="How many"/><order alias="how many"/>',
      '<attribute name="opportunityid" alias="How_many" aggregate="count"/><order alias="How_many"/>',
      '',
    ],
    [
      'amounts in several currencies',
      '<attribute name="estimatedvalue" aggregate="sum" alias="v"/>',
      '<attribute name="estimatedvalue_base" alias="v" aggregate="sum"/>',
      'estimatedvalue_base',
    ],
    [
      'an average of whole numbers',
      '<attribute name="closeprobability" aggregate="avg" alias="p"/>',
      '<attribute name="closeprobability" alias="p" aggregate="avg"/>',
      'cut to a whole number; its sum divided by its countcolumn is exact',
    ],
  ])('%s', async (_what, inner, sent, sentence) => {
    const resolved = await resolve(aggregate(inner))
    expect(resolved.xml).toContain(`<entity name="opportunity">${sent}</entity>`)
    expect(resolved.interpreted.join(' ')).toContain(sentence)
    expect(resolved.interpreted).toHaveLength(sentence === '' ? 0 : 1)
  })

  test('aggregate="true" is added where an attribute is aggregated', async () => {
    const { xml, interpreted } = await resolve(opportunity('<attribute name="salesstage" groupby="1" alias="s"/>'))
    expect(xml).toMatch(/^<fetch aggregate="true">/)
    expect(interpreted).toEqual([])
  })

  test('columns are known by alias', async () => {
    const inner =
      '<attribute name="estimatedclosedate" groupby="true" dategrouping="month" alias="m"/><link-entity name="account" from="accountid" to="customerid"><attribute name="accountid" aggregate="count" alias="n"/></link-entity><order alias="m"/>'
    const { columns } = await resolve(aggregate(inner))
    expect(columns.map(({ key, aggregate, dateGrouping }) => [key, aggregate, dateGrouping])).toEqual([
      ['estimatedclosedate_year', undefined, 'year'],
      ['m', undefined, 'month'],
      ['n', 'count', undefined],
    ])
  })

  test.each([
    ['no attribute', '', 'invalid_fetchxml', 'aggregate="count"'],
    [
      'both kinds at once',
      '<attribute name="salesstage" groupby="true" aggregate="count" alias="n"/>',
      'invalid_fetchxml',
      'two attributes',
    ],
    ['a sum of text', '<attribute name="name" aggregate="sum" alias="n"/>', 'invalid_aggregate', 'aggregate="count"'],
    ['an average of dates', '<attribute name="createdon" aggregate="avg" alias="n"/>', 'invalid_aggregate', 'number'],
    ['a maximum of choices', '<attribute name="salesstage" aggregate="max" alias="n"/>', 'invalid_aggregate', 'a date'],
    [
      'an alias twice',
      '<attribute name="name" groupby="1" alias="n"/><attribute name="opportunityid" aggregate="count" alias="N"/>',
      'invalid_fetchxml',
      'of its own',
    ],
    [
      'a date without grouping',
      '<attribute name="createdon" groupby="1" alias="d"/>',
      'invalid_fetchxml',
      'dategrouping="month"',
    ],
    [
      'a date grouping of text',
      '<attribute name="name" groupby="1" dategrouping="day" alias="d"/>',
      'invalid_fetchxml',
      'date',
    ],
    [
      'an unknown alias',
      '<attribute name="salesstage" groupby="1" alias="stage"/><order alias="something else"/>',
      'invalid_fetchxml',
      'stage',
    ],
  ])('%s is refused', async (_what, inner, code, advice) => {
    await expect(resolve(aggregate(inner))).rejects.toMatchObject({ code, nextStep: expect.stringContaining(advice) })
  })
})
