import { describe, expect, test } from '@jest/globals'
import { meantOperator, operatorNames } from '../../../../../shared/dataverse/query/model/operators.ts'
import { resolve } from './fetch-resolve.ts'
import { fetchOf } from './fetch-tables.ts'

const GUID = '11111111-2222-4333-8444-55555555aaaa'
const filtered = (inner: string): string => fetchOf('opportunity', `<filter>${inner}</filter>`)
const written = (attribute: string, operator: string, ...values: string[]): string => {
  const inside = values.map((value) => `<value>${value}</value>`).join('')
  return values.length < 2
    ? `<condition attribute="${attribute}" operator="${operator}"${values.length === 1 ? ` value="${values[0]}"` : ''}/>`
    : `<condition attribute="${attribute}" operator="${operator}">${inside}</condition>`
}
/** The condition that is sent: `attribute operator value,value`. */
const sent = async (inner: string): Promise<{ conditions: string[]; interpreted: readonly string[]; xml: string }> => {
  const { fetch, interpreted, xml } = await resolve(filtered(inner))
  const conditions = fetch.entity.filters.flatMap(({ conditions, filters }) => [
    ...conditions,
    ...filters.flatMap((filter) => filter.conditions),
  ])
  const told = conditions.map(({ attribute, operator, values, otherColumn, entityName }) =>
    [entityName, attribute, operator, otherColumn, values.join(',')].filter(Boolean).join(' '),
  )
  return { conditions: told, interpreted, xml }
}

test('there are 83 operators', () => {
  expect(operatorNames()).toHaveLength(83)
  expect(new Set(operatorNames()).size).toBe(83)
})

describe('operators, however they are spelt', () => {
  test.each([
    ['=', 'eq'],
    ['==', 'eq'],
    ['equals', 'eq'],
    ['EQ', 'eq'],
    ['is', 'eq'],
    ['!=', 'ne'],
    ['<>', 'ne'],
    ['not-equals', 'ne'],
    ['>', 'gt'],
    ['>=', 'ge'],
    ['gte', 'ge'],
    ['<=', 'le'],
    ['less-than', 'lt'],
    ['is-null', 'null'],
    ['isnull', 'null'],
    ['IS NOT NULL', 'not-null'],
    ['notnull', 'not-null'],
    ['notin', 'not-in'],
    ['not_like', 'not-like'],
    ['startswith', 'begins-with'],
    ['begin-with', 'begins-with'],
    ['endsWith', 'ends-with'],
    ['contains', 'like'],
    ['does-not-contain', 'not-like'],
    ['lastxdays', 'last-x-days'],
    ['last_x_days', 'last-x-days'],
    ['last-30-days', 'last-x-days'],
    ['next 2 weeks', 'next-x-weeks'],
    ['older-than-6-months', 'olderthan-x-months'],
    ['thismonth', 'this-month'],
    ['this month', 'this-month'],
    ['last7days', 'last-x-days'],
    ['on-or-later', 'on-or-after'],
    ['eq-current-user', 'eq-userid'],
    ['contains-values', 'contain-values'],
  ])('%s', (spelt, meant) => {
    expect(meantOperator(spelt).operator.name).toBe(meant)
  })

  test.each([
    ['equalz', 'eq'],
    ['likes', 'like'],
    ['this-months', 'this-month'],
    ['frobnicate', 'last-x-days'],
    ['constructor', 'last-x-days'],
    ['__proto__', 'last-x-days'],
  ])('%s is refused', (spelt, advice) => {
    expect(() => meantOperator(spelt)).toThrow(
      expect.objectContaining({ code: 'invalid_fetchxml', nextStep: expect.stringContaining(advice) }),
    )
  })

  test('said once, with what was meant', async () => {
    const { conditions, interpreted } = await sent(
      written('name', 'contains', 'Ltd') + written('description', 'contains', '%x'),
    )
    expect(conditions).toEqual(['name like %Ltd%', 'description like %x%'])
    expect(interpreted).toEqual(['The operator "contains" was read as like with % around the value.'])
    expect(await sent(written('createdon', 'last-30-days'))).toMatchObject({
      conditions: ['createdon last-x-days 30'],
      interpreted: ['The operator "last-30-days" was read as last-x-days.'],
    })
  })
})

describe('values become what the column holds', () => {
  test.each([
    ['a label', written('statecode', 'eq', 'Won'), 'statecode eq 1', 'The choice "Won" of statecode was sent as 1.'],
    ['its label', written('Status', 'eq', 'open'), 'statecode eq 0', 'The choice "Open"'],
    ['its name column', written('salesstagename', 'eq', 'Close'), 'salesstage eq 3', 'read as salesstage'],
    ['labels', written('salesstage', 'in', 'Propose', 'close'), 'salesstage in 2,3', 'The choice "Propose"'],
    ['a list in one value', written('salesstage', 'in', 'Propose, Close'), 'salesstage in 2,3', 'read as a list'],
    ['several values of eq', written('salesstage', 'eq', '2', '3'), 'salesstage in 2,3', 'read as in'],
    ['yes', written('presentproposal', 'eq', 'Yes'), 'presentproposal eq 1', ''],
    ['false', written('presentproposal', 'eq', 'false'), 'presentproposal eq 0', ''],
    [
      'choices of several',
      written('new_topics', 'contain-values', 'price', '2'),
      'new_topics contain-values 0,2',
      'sent as 0',
    ],
    ['the same on one choice', written('salesstage', 'contain-values', '2'), 'salesstage in 2', 'holds one choice'],
    ['a number', written('estimatedvalue', 'gt', '50000'), 'estimatedvalue gt 50000', ''],
    [
      'separators',
      written('estimatedvalue', 'gt', '1,250,000.50'),
      'estimatedvalue gt 1250000.50',
      'sent as 1250000.50',
    ],
    ['a currency sign', written('estimatedvalue', 'ge', '£50000'), 'estimatedvalue ge 50000', 'sent as 50000'],
    [
      'a date',
      written('estimatedclosedate', 'on-or-after', '2026-01-31'),
      'estimatedclosedate on-or-after 2026-01-31',
      '',
    ],
    ['a short date', written('createdon', 'on', '2026-4-1'), 'createdon on 2026-04-01', ''],
    ['a time', written('createdon', 'gt', '2026-01-31 09:30:00'), 'createdon gt 2026-01-31T09:30:00', ''],
    ['a time zone', written('createdon', 'lt', '2026-01-31T09:30:00z'), 'createdon lt 2026-01-31T09:30:00Z', ''],
    [
      'a time for a day',
      written('estimatedclosedate', 'le', '2026-01-31T23:59:59Z'),
      'estimatedclosedate le 2026-01-31',
      'days without a time',
    ],
    [
      'two dates in one value',
      written('createdon', 'between', '2026-01-01,2026-01-31'),
      'createdon between 2026-01-01,2026-01-31',
      'read as a list',
    ],
    ['today', written('createdon', 'eq', 'today'), 'createdon today', 'the operator today'],
    [
      'this month',
      written('estimatedclosedate', 'on', 'This Month'),
      'estimatedclosedate this-month',
      'operator this-month',
    ],
    ['null', written('estimatedvalue', 'eq', 'NULL'), 'estimatedvalue null', 'operator null'],
    ['not null', written('ownerid', 'ne', 'null'), 'ownerid not-null', 'operator not-null'],
    ['me', written('ownerid', 'eq', 'me'), 'ownerid eq-userid', 'operator eq-userid'],
    ['a place for the own id', written('ownerid', 'eq', '{userId}'), 'ownerid eq-userid', 'operator eq-userid'],
    ['another such place', written('ownerid', 'ne', '{{current_user_id}}'), 'ownerid ne-userid', 'operator ne-userid'],
    ['a value too many', written('ownerid', 'eq-userid', GUID), 'ownerid eq-userid', 'takes no value'],
    ['braces', written('ownerid', 'eq', `{${GUID.toUpperCase()}}`), `ownerid eq ${GUID}`, ''],
    ['quotes', written('_customerid_value', 'in', `'${GUID}'`), `customerid in ${GUID}`, 'read as customerid'],
    [
      'the name of a lookup',
      written('customerid', 'eq', 'Contoso'),
      'customeridname eq Contoso',
      'compared by name (customeridname)',
    ],
    ['its name column', written('customeridname', 'like', 'Con%'), 'customeridname like Con%', ''],
    [
      'a name where there is no such column',
      written('ownerid', 'eq', 'Ada'),
      'ownerid like Ada',
      'compared by name (like)',
    ],
    ['a wildcard on a lookup', written('ownerid', 'like', 'Ada%'), 'ownerid like Ada%', ''],
    ['no wildcard', written('name', 'like', 'Contoso'), 'name like Contoso', 'matches only the exact text'],
    ['an apostrophe', written('name', 'eq', 'O&apos;Brien &amp; Co'), "name eq O'Brien & Co", ''],
    [
      'hours on a day',
      written('estimatedclosedate', 'last-x-hours', '4'),
      'estimatedclosedate last-x-hours 4',
      'may refuse',
    ],
    [
      'another column',
      '<condition attribute="actualvalue" operator="ge" valueof="estimatedvalue"/>',
      'actualvalue ge estimatedvalue',
      '',
    ],
    [
      'a fiscal period',
      written('createdon', 'in-fiscal-period-and-year', '3', '2026'),
      'createdon in-fiscal-period-and-year 3,2026',
      '',
    ],
  ])('%s', async (_what, inner, condition, sentence) => {
    const { conditions, interpreted } = await sent(inner)
    expect(conditions).toEqual([condition])
    expect(interpreted.join(' ')).toContain(sentence)
    if (sentence === '') expect(interpreted).toEqual([])
  })
})

describe('what no value or operator can be meant by', () => {
  test.each([
    ['an unknown label', written('statecode', 'eq', 'Closed'), 'unknown_option', '0 Open, 1 Won, 2 Lost'],
    ['an unknown number', written('statecode', 'eq', '9'), 'unknown_option', '0 Open'],
    [
      'an unknown label of several choices',
      written('new_topics', 'contain-values', 'Speed'),
      'unknown_option',
      '1 Quality',
    ],
    ['31/01/2026', written('createdon', 'on', '31/01/2026'), 'invalid_value', 'YYYY-MM-DD: 2026-01-31,'],
    ['03/04/2026', written('createdon', 'on', '03/04/2026'), 'invalid_value', '2026-04-03 (or 2026-03-04'],
    ['30 February', written('createdon', 'on', '2026-02-30'), 'invalid_value', 'one that exists'],
    ['a date in words', written('createdon', 'gt', '1 January'), 'invalid_value', 'this-month'],
    ['50k', written('estimatedvalue', 'gt', '50k'), 'invalid_value', '250000'],
    ['a decimal comma', written('estimatedvalue', 'gt', '1.000,50'), 'invalid_value', 'decimal point'],
    ['text for an id', written('opportunityid', 'eq', 'Big deal'), 'invalid_value', 'Compare name'],
    ['ids and names', written('ownerid', 'in', GUID, 'Ada'), 'invalid_value', 'ids only'],
    ['names where there is no such column', written('ownerid', 'in', 'Ada', 'Bob'), 'invalid_value', 'operator="like"'],
    ['no value', written('name', 'eq'), 'invalid_fetchxml', 'value="…"'],
    ['one value for between', written('closeprobability', 'between', '5'), 'invalid_fetchxml', '<value>'],
    ['no value for in', written('salesstage', 'in'), 'invalid_fetchxml', '<value>'],
    ['days in words', written('createdon', 'last-x-days', 'thirty'), 'invalid_value', '30'],
    ['zero days', written('createdon', 'last-x-days', '0'), 'invalid_value', '30'],
    ['a date operator on text', written('name', 'today'), 'invalid_operator', 'like'],
    ['text in a number', written('closeprobability', 'like', '%5%'), 'invalid_operator', 'between'],
    ['text in a choice', written('salesstage', 'like', 'Pro%'), 'invalid_operator', 'in'],
    ['more than a lookup', written('ownerid', 'gt', GUID), 'invalid_operator', 'eq-userid'],
    ['the user in a text', written('name', 'eq-userid'), 'invalid_operator', 'eq'],
    [
      'a column of another type',
      '<condition attribute="actualvalue" operator="eq" valueof="name"/>',
      'invalid_valueof',
      'estimatedvalue',
    ],
    [
      'a column that is not there',
      '<condition attribute="actualvalue" operator="eq" valueof="estimate"/>',
      'unknown_column',
      'estimatedvalue',
    ],
    [
      'columns with like',
      '<condition attribute="name" operator="like" valueof="description"/>',
      'invalid_fetchxml',
      'eq',
    ],
    [
      'an alias nobody has',
      '<condition entityname="acct" attribute="name" operator="null"/>',
      'invalid_fetchxml',
      'alias=',
    ],
  ])('%s', async (_what, inner, code, advice) => {
    await expect(sent(inner)).rejects.toMatchObject({ code, nextStep: expect.stringContaining(advice) })
  })
})

describe('rows without a value under a negative operator', () => {
  test('are asked for, once told', async () => {
    const { xml, interpreted } = await sent(written('name', 'not-like', 'A%') + written('salesstage', 'ne', '1'))
    expect(xml).toContain(
      '<filter type="and"><filter type="or"><condition attribute="name" operator="not-like" value="A%"/><condition attribute="name" operator="null"/></filter><filter type="or"><condition attribute="salesstage" operator="ne" value="1"/><condition attribute="salesstage" operator="null"/></filter></filter>',
    )
    expect(interpreted).toEqual([
      'Rows without a value in name, salesstage are included; add a not-null condition beside it to leave them out.',
    ])
  })

  test.each([
    ['beside not-null', written('name', 'ne', 'x') + written('name', 'not-null')],
    ['beside null', written('name', 'ne', 'x') + written('name', 'null')],
    ['of a column that always has one', written('statecode', 'ne', '1')],
    ['of the owner', written('ownerid', 'ne-userid')],
    ['of another column', '<condition attribute="actualvalue" operator="ne" valueof="estimatedvalue"/>'],
  ])('not %s', async (_what, inner) => {
    const { xml, interpreted } = await sent(inner)
    expect([xml.includes('type="or"'), interpreted]).toEqual([false, []])
  })
})

describe('conditions on a link after the join', () => {
  const outer = (condition: string, alias = 'alias="a"'): string =>
    fetchOf(
      'account',
      `<attribute name="name"/><link-entity name="contact" from="parentcustomerid" to="accountid" link-type="outer" ${alias}/><filter>${condition}</filter>`,
    )
  test.each([
    ['by alias', 'entityname="a"', 'alias="a"', 'entityname="a"'],
    ['by alias in another case', 'entityname="A"', 'alias="a"', 'entityname="a"'],
    ['by the table of the only link', 'entityname="contact"', '', 'entityname="contact"'],
    ['by the table beside an alias', 'entityname="contact"', 'alias="a"', 'entityname="a"'],
  ])('%s', async (_what, name, alias, sentName) => {
    const { xml } = await resolve(outer(`<condition ${name} attribute="contactid" operator="null"/>`, alias))
    expect(xml).toContain(`<condition ${sentName} attribute="contactid" operator="null"/>`)
  })

  test('by a name with a dot, which is said', async () => {
    const { xml, interpreted } = await resolve(outer('<condition attribute="a.fullname" operator="like" value="A%"/>'))
    expect(xml).toContain('<condition entityname="a" attribute="fullname" operator="like" value="A%"/>')
    expect(interpreted).toEqual(['"a.fullname" was read as the column "fullname" with entityname "a".'])
  })

  test('columns of both can be compared', async () => {
    const { xml } = await resolve(outer('<condition attribute="name" operator="eq" valueof="a.fullname"/>'))
    expect(xml).toContain('valueof="a.fullname"')
  })

  test.each([
    ['entityname="b" attribute="contactid"', 'Use one of: a'],
    ['entityname="a" attribute="name"', 'fullname'],
  ])('%s is refused', async (attributes, advice) => {
    await expect(resolve(outer(`<condition ${attributes} operator="null"/>`))).rejects.toMatchObject({
      nextStep: expect.stringContaining(advice),
    })
  })
})
