import { describe, expect, test } from '@jest/globals'
import type { ExpandItem } from '../../../../../shared/dataverse/query/from-odata/read-options.ts'
import type { ResolvedExpansion } from '../../../../../shared/dataverse/query/resolve/resolved-query.ts'
import { refusal } from '../../support/tables.ts'
import { inOData } from './asking.ts'

const item = (lookup: string, ...select: string[]): ExpandItem => ({ lookup, select })

/** `parentaccountid(parentaccountid.name)`: what comes, and the keys or columns of it. */
function printed(expansion: ResolvedExpansion): string {
  if (expansion.kind === 'rows' || expansion.kind === 'parties')
    return `${expansion.navigation}[${expansion.columns.map(({ name }) => name).join(',')}]`
  if (expansion.kind === 'targets') return `${expansion.lookup.name}?[${expansion.select.join(',')}]`
  return `${expansion.navigation}(${expansion.columns.map(({ name }) => `${expansion.alias}.${name}`).join(',')})`
}

describe('expand', () => {
  test.each<[string, ExpandItem[], string, string]>([
    ['opportunity', [item('parentaccountid', 'name')], 'parentaccountid(parentaccountid.name)', ''],
    ['opportunity', [item('ParentAccountId')], 'parentaccountid(parentaccountid.name)', ''],
    ['opportunity', [item('ownerid', 'fullname')], 'owninguser(owninguser.fullname)', 'rows that a team owns'],
    [
      'opportunity',
      [item('Owner')],
      'owninguser(owninguser.fullname)',
      'was expanded as owninguser: rows that a team owns',
    ],
    ['opportunity', [item('ownerid', 'name')], 'owningteam(owningteam.name)', ''],
    [
      'opportunity',
      [item('customerid_ACCOUNT', 'Account Name')],
      'customerid_account(customerid_account.name)',
      'was read as name.',
    ],
    [
      'opportunity',
      [item('customerid', 'emailaddress1', 'revenue')],
      'customerid_contact(customerid_contact.emailaddress1) customerid_account(customerid_account.emailaddress1,customerid_account.revenue)',
      '',
    ],
    ['opportunity', [item('team')], 'owningteam(owningteam.name)', ''],
    ['opportunity', [item('tasks', 'subject')], 'Opportunity_Tasks[subject]', ''],
    [
      'opportunity',
      [item('competitor'), item('parentaccountid')],
      'opportunitycompetitors_association[name] parentaccountid(parentaccountid.name)',
      '',
    ],
    [
      'opportunity',
      [item('parentaccountid', 'name'), item('parentaccountid', 'ownerid', 'name')],
      'parentaccountid(parentaccountid.name,parentaccountid.ownerid)',
      '',
    ],
    ['account', [item('Contacts', 'fullname')], 'contact_customer_accounts[fullname]', ''],
    ['task', [item('regardingobjectid', 'name')], 'regardingobjectid?[name]', 'that their table has'],
  ])('%s %j', async (entity, expand, written, said) => {
    const answer = await inOData({ expand }, entity)
    expect(answer.resolved.expansions.map(printed).join(' ')).toBe(written)
    expect(answer.said).toContain(said)
    expect(answer.said === '').toBe(said === '')
  })

  test('one link for a path and an expansion, each column once', async () => {
    const expand = [item('parentaccountid', 'name'), item('parentaccountid', 'ownerid', 'name')]
    const { xml } = await inOData({ filter: "parentaccountid/name eq 'Contoso'", expand })
    expect(xml).toContain(
      '<link-entity name="account" from="accountid" to="parentaccountid" alias="parentaccountid" link-type="outer"><attribute name="accountid"/><attribute name="name"/><attribute name="ownerid"/></link-entity>',
    )
    expect(xml.match(/<link-entity/g)).toHaveLength(1)
  })

  test.each<[ExpandItem, string, string]>([
    [item('opportunity'), 'ambiguous_collection', 'opportunity_customer_accounts (by customerid)'],
    [item('primarycontct'), 'unknown_expand', 'primarycontactid'],
    [item('name'), 'unknown_expand', 'Use the column alone: name.'],
    [item('primarycontactid', 'salary'), 'unknown_column', 'get_entity_metadata for contact'],
    [item('constructor'), 'unknown_expand', ''],
    [item('primarycontactid/createdby'), 'invalid_expand', 'one lookup or collection'],
  ])('%j is refused', async (one, code, advice) => {
    const error = await refusal(() => inOData({ expand: [one] }, 'account'))
    expect([error.code, error.nextStep]).toEqual([code, expect.stringContaining(advice)])
  })
})

describe('select and orderby', () => {
  test.each([
    [['name', 'NAME', 'estimatedvalue'], 'name,estimatedvalue'],
    [['ownerid', '_ownerid_value'], '_ownerid_value'],
    [['customerid_account'], '_customerid_value'],
    [['customeridname'], '_customerid_value'],
    [['Est. Revenue', "'Est. Close Date'"], 'estimatedvalue,estimatedclosedate'],
  ])('select %j', async (select, keys) => {
    const { resolved } = await inOData({ select })
    expect(resolved.columns.map(({ key }) => key).join(',')).toBe(keys)
  })

  test.each([
    [
      "'Est. Revenue' desc, ownerid",
      '<order attribute="estimatedvalue" descending="true"/><order attribute="ownerid"/>',
    ],
    ['name desc, name', '<order attribute="name" descending="true"/>'],
  ])('orderby %s', async (orderby, orders) => {
    expect((await inOData({ orderby })).xml).toContain(`${orders}<order attribute="opportunityid"/>`)
  })

  test.each([
    [{ select: ['closedate'] }, 'unknown_column', 'estimatedclosedate'],
    [{ select: ['traversedpath'] }, 'unreadable_column', 'Leave it out'],
    [{ select: ['constructor'] }, 'unknown_column', ''],
    [{ orderby: 'amount desc' }, 'unknown_column', 'estimatedvalue'],
    [{ orderby: 'tolower(name)' }, 'unknown_column', 'name'],
  ])('%j is refused', async (options, code, advice) => {
    const error = await refusal(() => inOData(options))
    expect([error.code, error.nextStep]).toEqual([code, expect.stringContaining(advice)])
  })
})
