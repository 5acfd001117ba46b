import { describe, expect, test } from '@jest/globals'
import { resolve } from './fetch-resolve.ts'
import { fetchOf } from './fetch-tables.ts'

const opportunity = (inner: string, attributes = ''): string => fetchOf('opportunity', inner, attributes)

describe('links', () => {
  const link = (attributes: string, inner = ''): string =>
    opportunity(`<link-entity ${attributes}>${inner}</link-entity>`)
  test.each([
    [
      'as it should be',
      'name="account" from="accountid" to="customerid" alias="a"',
      'name="account" from="accountid" to="customerid" alias="a"',
      '',
    ],
    [
      'a set name',
      'name="Accounts" from="accountid" to="customerid" alias="a"',
      'name="account" from="accountid" to="customerid" alias="a"',
      '',
    ],
    [
      'reversed',
      'name="account" from="customerid" to="accountid" alias="a"',
      'name="account" from="accountid" to="customerid" alias="a"',
      '',
    ],
    ['one relationship', 'name="contact" alias="c"', 'name="contact" from="contactid" to="customerid" alias="c"', ''],
    [
      'only from',
      'name="task" from="regardingobjectid" alias="t" link-type="outer"',
      'name="task" from="regardingobjectid" to="opportunityid" alias="t" link-type="outer"',
      '',
    ],
    [
      'only to',
      'name="account" to="parentaccountid" alias="a"',
      'name="account" from="accountid" to="parentaccountid" alias="a"',
      '',
    ],
    [
      '_value',
      'name="account" from="accountid" to="_customerid_value" alias="a"',
      'name="account" from="accountid" to="customerid" alias="a"',
      '',
    ],
    [
      'texts',
      'name="contact" from="fullname" to="name" alias="c" link-type="outer"',
      'name="contact" from="fullname" to="name" alias="c" link-type="outer"',
      '',
    ],
  ])('%s', async (_what, attributes, sent, sentence) => {
    const resolved = await resolve(link(attributes))
    expect(resolved.xml).toContain(`<link-entity ${sent}/>`)
    expect(resolved.interpreted.join(' ')).toContain(sentence)
    expect(resolved.interpreted.length).toBe(sentence === '' ? 0 : 1)
  })

  test('to many rows without a column of theirs asks whether there are any', async () => {
    const { xml, interpreted } = await resolve(
      link('name="task" from="regardingobjectid" to="opportunityid" alias="t"'),
    )
    expect(xml).toContain(
      '<link-entity name="task" from="regardingobjectid" to="opportunityid" alias="t" link-type="exists"/>',
    )
    expect(interpreted).toEqual(['The link to task brings no column: each opportunity that has one comes once.'])
  })

  const TASK = '<link-entity name="task" from="regardingobjectid" to="accountid"/>'
  const ACCOUNT = (attributes: string): string =>
    `<link-entity name="account" from="accountid" to="parentaccountid" ${attributes}>${TASK}</link-entity>`
  const CONTACT = `<link-entity name="contact" from="parentcustomerid" to="accountid">${TASK.replace('accountid', 'contactid')}</link-entity>`
  test.each([
    ['in the entity', ACCOUNT(''), 1],
    ['in a link that brings nothing itself', CONTACT, 1],
    ...['any', 'not any'].map((type) => [type, `<filter>${ACCOUNT(`link-type="${type}"`)}</filter>`, 0] as const),
    ['exists', ACCOUNT('link-type="exists"'), 0],
  ])('below %s says how often rows come only where they come', async (_where, inner, sentences) => {
    const root = inner.includes('name="contact"') ? 'account' : 'opportunity'
    const { interpreted } = await resolve(fetchOf(root, inner))
    expect(interpreted.filter((sentence) => sentence.includes('comes once'))).toHaveLength(sentences)
  })

  test('many to many leads through the table between', async () => {
    const inner = '<attribute name="name"/><filter><condition attribute="name" operator="like" value="A%"/></filter>'
    const { xml, keys } = await resolve(link('name="Competitors" alias="c"', inner))
    expect(xml).toContain(
      '<link-entity name="opportunitycompetitors" from="opportunityid" to="opportunityid"><link-entity name="competitor" from="competitorid" to="competitorid" alias="c" link-type="inner"><attribute name="name"/><filter type="and"><condition attribute="name" operator="like" value="A%"/></filter></link-entity></link-entity>',
    )
    expect(keys).toEqual(['c.name'])
    const teams = await resolve(
      fetchOf('systemuser', '<link-entity name="teammembership"><link-entity name="team"/></link-entity>').replace(
        '<link-entity name="team"/>',
        '<link-entity name="team" from="teamid" to="teamid"/>',
      ),
    )
    expect(teams.xml).toContain('<link-entity name="teammembership" from="systemuserid" to="systemuserid"')
  })

  test.each([
    [
      'in a filter',
      fetchOf(
        'account',
        '<filter><link-entity name="activitypointer" from="regardingobjectid" to="accountid" link-type="not any"/></filter>',
      ),
      '',
    ],
    [
      'without a type',
      fetchOf(
        'account',
        '<filter><link-entity name="activitypointer" from="regardingobjectid" to="accountid"/></filter>',
      ).replace('accountid"/>', 'accountid" />'),
      '',
    ],
    [
      'outside of one',
      fetchOf(
        'account',
        '<link-entity name="activitypointer" from="regardingobjectid" to="accountid" link-type="not any"/>',
      ),
      '',
    ],
  ])('a link that asks whether there are rows, %s', async (_what, xml, sentence) => {
    const resolved = await resolve(xml)
    expect(resolved.xml).toMatch(
      /<filter type="and"><link-entity name="activitypointer" from="regardingobjectid" to="accountid" link-type="(?:not )?any"\/><\/filter>/,
    )
    expect(resolved.interpreted.join(' ')).toContain(sentence)
  })

  test.each([
    [
      'several relationships',
      'name="account"',
      '',
      'ambiguous_link',
      'from="accountid" to="customerid", from="accountid" to="parentaccountid"',
    ],
    ['none', 'name="systemuser"', '', 'unknown_link', 'get_entity_metadata'],
    [
      'a column that is not there',
      'name="account" from="id" to="customerid"',
      '',
      'invalid_link',
      'from="accountid" to="customerid"',
    ],
    ['other types', 'name="account" from="name" to="customerid"', '', 'invalid_link', 'from="accountid"'],
    [
      'an alias twice',
      'name="contact" alias="a"',
      '<link-entity name="account" from="accountid" to="parentcustomerid" alias="A"/>',
      'invalid_fetchxml',
      'of its own',
    ],
  ])('%s is refused', async (_what, attributes, inner, code, advice) => {
    await expect(resolve(link(attributes, inner))).rejects.toMatchObject({
      code,
      nextStep: expect.stringContaining(advice),
    })
  })

  test('a link inside of one in a filter is moved, too', async () => {
    const inner = '<link-entity name="task" from="regardingobjectid" to="opportunityid" link-type="not any"/>'
    const outer = `<link-entity name="opportunity" from="customerid" to="accountid" link-type="any">${inner}</link-entity>`
    const { xml } = await resolve(fetchOf('account', `<filter>${outer}</filter>`))
    expect(xml).toContain('link-type="any"><filter type="and"><link-entity name="task"')
  })

  test('a join cannot stand in a filter', async () => {
    const xml = opportunity('<filter><link-entity name="contact" link-type="outer"/></filter>')
    await expect(resolve(xml)).rejects.toMatchObject({ nextStep: expect.stringContaining('"not any"') })
  })

  test.each([
    ['16 links', '<link-entity name="contact"/>'.repeat(16), 'too_many_links', 'two queries'],
    [
      '501 conditions',
      `<filter>${'<condition attribute="name" operator="null"/>'.repeat(501)}</filter>`,
      'query_too_long',
      'one condition with the operator in and several values',
    ],
  ])('%s are refused', async (_what, inner, code, advice) => {
    await expect(resolve(opportunity(inner))).rejects.toMatchObject({
      code,
      nextStep: expect.stringContaining(advice),
    })
  })
})
