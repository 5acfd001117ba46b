import { expect, test } from '@jest/globals'

import { modelHides } from '../../../shared/config/model-hides.ts'

test('MODEL_HIDES is tables, columns and masked columns, between commas or blanks, in any case', () => {
  const text = 'HP_Salary, contact.MobilePhone account.creditlimit=mask,*.emailaddress1=mask:domain'
  expect(modelHides.parse(text)).toEqual([
    { text: 'hp_salary', table: 'hp_salary' },
    { text: 'contact.mobilephone', table: 'contact', column: 'mobilephone' },
    { text: 'account.creditlimit=mask', table: 'account', column: 'creditlimit', mask: 'all' },
    { text: '*.emailaddress1=mask:domain', table: '*', column: 'emailaddress1', mask: 'domain' },
  ])
})

test.each([
  ['contact.', 'is no table'],
  ['contact.a.b', 'is no table'],
  ['contact/mobilephone', 'is no table'],
  ['contact.mobilephone=hide', 'has an unknown mask'],
  ['contact.mobilephone=mask:first4', 'has an unknown mask'],
  ['contact.mobilephone=', 'has an unknown mask'],
  ['contact=mask', 'masks a table'],
  ['*', 'hides every table'],
  ['contact.contactid', 'names the id of a row'],
  ['*.activityid', 'names the id of a row'],
  ['contact.fullname,contact.fullname=mask', 'is there twice'],
  ['contact;lead', 'must have commas'],
])('%s is refused by what is wrong with it, and not repeated', (entry, problem) => {
  const { success, error } = modelHides.safeParse(`account.name, ${entry}`)
  const message = error?.issues[0]?.message ?? ''
  expect([success, message.includes(problem)]).toEqual([false, true])
  if (!problem.startsWith('must')) expect(message).toMatch(/^has an entry [23] that /)
})
