import { describe, expect, test } from '@jest/globals'
import { refusal } from '../../support/tables.ts'
import { condition, inFetchXml, inOData } from './asking.ts'

describe('names in OData', () => {
  test.each<[string, string, string, string]>([
    ['opportunity', 'EstimatedValue gt 5', 'estimatedvalue gt <5>', ''],
    ['opportunity', "Topic eq 'x'", 'name eq <x>', 'The column "Topic" of opportunity was read as name.'],
    [
      'opportunity',
      '_ownerid_value eq 11111111-2222-4333-8444-555555555555',
      'ownerid eq <11111111-2222-4333-8444-555555555555>',
      '',
    ],
    ['opportunity', 'ParentAccountId eq null', 'parentaccountid null', ''],
    ['opportunity', "owneridname eq 'Priya Nair'", 'owneridname eq <Priya Nair>', ''],
    ['opportunity', 'actualvalue lt estimatedvalue', 'actualvalue lt =estimatedvalue', ''],
    ['opportunity', 'opportunityid eq _parentaccountid_value', 'opportunityid eq =parentaccountid', ''],
    ['opportunity', 'name eq description', 'name eq =description', ''],
    ['opportunity', 'salesstage eq Close', 'salesstage eq <3>', ''],
    ['task', 'activitytypecode eq task', 'activitytypecode eq <task>', ''],
    ['task', "activitytypecode eq 'Task'", 'activitytypecode eq <task>', ''],
    ['opportunity', 'decisionmaker', 'decisionmaker eq <1>', ''],
    ['opportunity', 'statecode eq statuscode', 'statecode eq =statuscode', ''],
    ['opportunity', 'createdon eq estimatedclosedate', 'createdon eq =estimatedclosedate', ''],
  ])('%s: %s', async (entity, filter, sent, said) => {
    expect(await inOData(filter, entity)).toMatchObject({ sent, said })
  })

  test.each<[string, string, string, string]>([
    ['opportunity', 'name eq Contoso', 'invalid_filter', "Put text in quotes: name eq 'Contoso'."],
    ['opportunity', 'name eq constructor', 'invalid_filter', "Put text in quotes: name eq 'constructor'."],
    ['opportunity', "Title eq 'x'", 'unknown_column', 'Did you mean: name?'],
    ['opportunity', "constructor eq 'x'", 'unknown_column', 'Did you mean: parentcontactid?'],
    [
      'opportunity',
      "__proto__ eq 'x'",
      'unknown_column',
      'Call get_entity_metadata for opportunity to see its columns.',
    ],
    ['opportunity', 'estimatdvalue gt 5', 'unknown_column', 'Did you mean: estimatedvalue, actualvalue?'],
    ['opportunity', 'closedate eq null', 'unknown_column', 'Did you mean: estimatedclosedate, actualclosedate?'],
    [
      'opportunity',
      "traversedpath eq 'x'",
      'unreadable_column',
      'Leave it out; get_entity_metadata for opportunity shows the columns that can be read.',
    ],
    [
      'opportunity',
      'name',
      'invalid_filter',
      'Write what it is compared with; for rows that have a value there: name ne null.',
    ],
    [
      'opportunity',
      'not name',
      'invalid_filter',
      'Write what it is compared with; for rows that have a value there: name ne null.',
    ],
    [
      'opportunity',
      'actualvalue lt createdon',
      'invalid_comparison',
      'Compare it with a column of its kind: actualvalue lt estimatedvalue; actualvalue lt closeprobability.',
    ],
  ])('%s: %s is refused', async (entity, filter, code, nextStep) => {
    expect(await refusal(() => inOData(filter, entity))).toMatchObject({ code, nextStep })
  })
})

describe('names in FetchXML', () => {
  test.each<[string, string, string]>([
    [condition('Status eq open'), 'statecode eq <0>', 'The column "Status" of opportunity was read as statecode.'],
    [condition('salesstagename eq Close'), 'salesstage eq <3>', ''],
    [condition('customeridname like Con%'), 'customeridname like <Con%>', ''],
    [
      condition('customerid_account eq null'),
      'customerid_account.accountid null + customerid_account outer account[accountid=customerid]',
      '',
    ],
    [
      '<condition attribute="actualvalue" operator="ge" valueof="estimatedvalue"/>',
      'actualvalue ge =estimatedvalue',
      '',
    ],
  ])('%s', async (asked, sent, said) => {
    expect(await inFetchXml(asked)).toMatchObject({ sent, said })
  })

  test.each<[string, string, string]>([
    [condition('stage null'), 'unknown_column', 'Did you mean: salesstage, stepname?'],
    [condition('__proto__ null'), 'unknown_column', 'Call get_entity_metadata for opportunity to see its columns.'],
    [
      '<condition attribute="actualvalue" operator="eq" valueof="name"/>',
      'invalid_comparison',
      'Compare it with a column of its kind: <condition attribute="actualvalue" operator="eq" valueof="estimatedvalue"/>; <condition attribute="actualvalue" operator="eq" valueof="closeprobability"/>.',
    ],
    [
      '<condition attribute="actualvalue" operator="eq" valueof="estimate"/>',
      'unknown_column',
      'Did you mean: estimatedvalue, estimatedclosedate?',
    ],
    [
      '<condition attribute="name" operator="like" valueof="description"/>',
      'invalid_fetchxml',
      'Use eq, ne, gt, ge, lt or le with valueof.',
    ],
    [
      '<condition entityname="acct" attribute="name" operator="null"/>',
      'invalid_fetchxml',
      'Add <link-entity … alias="…"> and use that alias.',
    ],
  ])('%s is refused', async (asked, code, nextStep) => {
    expect(await refusal(() => inFetchXml(asked))).toMatchObject({ code, nextStep })
  })
})

describe('several unknown columns are told at once', () => {
  const attributes = (...names: string[]): string => names.map((name) => `<attribute name="${name}"/>`).join('')
  const whole = (inner: string): string => `<fetch><entity name="opportunity">${inner}</entity></fetch>`
  const near = {
    code: 'unknown_column',
    message: 'The entity opportunity has no columns "estimatdvalue", "closedate".',
    nextStep:
      'Write for "estimatdvalue": estimatedvalue, actualvalue; for "closedate": estimatedclosedate, actualclosedate.',
  }

  test.each([
    ['columns', ['estimatdvalue', 'name', 'closedate'], ''],
    ['a column and an order', ['name', 'estimatdvalue'], 'closedate desc'],
    ['a column twice', ['estimatdvalue', 'Estimatdvalue ', 'closedate'], 'estimatdvalue'],
  ])('%s', async (_what, select, orderby) => {
    const options = { select, ...(orderby !== '' && { orderby }) }
    expect(await refusal(() => inOData(options))).toMatchObject(near)
    const order = orderby === '' ? '' : `<order attribute="${orderby.split(' ')[0]}"/>`
    expect(await refusal(() => inFetchXml(whole(attributes(...select) + order)))).toMatchObject(near)
  })

  test('one is told as before', async () => {
    const single = { code: 'unknown_column', message: 'The entity opportunity has no column "estimatdvalue".' }
    expect(await refusal(() => inOData({ select: ['estimatdvalue'], orderby: 'name' }))).toMatchObject(single)
    expect(await refusal(() => inFetchXml(whole(attributes('estimatdvalue', 'name'))))).toMatchObject(single)
  })

  test('a link tells its own', async () => {
    const link = `<link-entity name="account" from="accountid" to="parentaccountid">${attributes('nmae', 'zzzzzzzzzz')}</link-entity>`
    const { message, nextStep } = await refusal(() => inFetchXml(whole(attributes('name') + link)))
    expect(message).toBe('The entity account has no columns "nmae", "zzzzzzzzzz".')
    expect(nextStep).toMatch(/^Write for "nmae": name.*\. Call get_entity_metadata for account to see its columns\.$/)
  })

  test('a hundred are cut, and so are their names', async () => {
    const select = Array.from({ length: 100 }, (_, index) => `${index}${'x'.repeat(198)}`)
    const { message, nextStep } = await refusal(() => inOData({ select }))
    expect(message).toMatch(/ and 90 more\.$/)
    expect(message.length + nextStep.length).toBeLessThan(2_500)
  })
})
