import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'

import { idOf } from '../../../../sandbox/dataverse/seed/tools.ts'
import type { Harness, Loose } from '../harness.ts'
import { ANALYST, MANAGER, REP, startHarness } from '../harness.ts'
import { created, NOBODY, refusal } from './support.ts'

let harness: Harness
let account: string
let contact: string
beforeAll(async () => {
  harness = await startHarness()
})
afterAll(() => harness.close())
beforeEach(async () => {
  harness.dataverse.reset()
  account = (await created(harness, REP, 'accounts', { name: 'Tide & Timber' })).accountid as string
  contact = (await created(harness, REP, 'contacts', { lastname: 'Quayle' })).contactid as string
})

const POUND = idOf('currency', 'GBP')
/** Ids are known when the test runs. */
const filled = (text: string): string =>
  text.replace('ACCOUNT', account).replace('CONTACT', contact).replace('POUND', POUND)
const bind = (name: string, target: string): Loose => ({ [`${name}@odata.bind`]: filled(target) })

describe('a lookup is bound by its navigation property', () => {
  test.each([
    ['accounts', 'primarycontactid', '/contacts(CONTACT)', '_primarycontactid_value', 'CONTACT'],
    ['accounts', 'primarycontactid', 'contacts(CONTACT)', '_primarycontactid_value', 'CONTACT'],
    ['accounts', 'transactioncurrencyid', '/transactioncurrencies(POUND)', '_transactioncurrencyid_value', 'POUND'],
    ['contacts', 'parentcustomerid_account', '/accounts(ACCOUNT)', '_parentcustomerid_value', 'ACCOUNT'],
    ['contacts', 'parentcustomerid_contact', '/contacts(CONTACT)', '_parentcustomerid_value', 'CONTACT'],
    ['opportunities', 'customerid_contact', '/contacts(CONTACT)', '_customerid_value', 'CONTACT'],
    ['hp_projects', 'hp_Account', '/accounts(ACCOUNT)', '_hp_account_value', 'ACCOUNT'],
    ['annotations', 'objectid_account', '/accounts(ACCOUNT)', '_objectid_value', 'ACCOUNT'],
    ['tasks', 'regardingobjectid_account_task', '/accounts(ACCOUNT)', '_regardingobjectid_value', 'ACCOUNT'],
  ])('%s: %s@odata.bind %s', async (set, name, target, property, id) => {
    const row = await created(harness, REP, set, bind(name, target))
    expect(row[property]).toBe(filled(id))
  })

  test('by the whole address, too', async () => {
    const target = `${harness.dataverse.url}/api/data/v9.2/contacts(CONTACT)`
    expect(await created(harness, REP, 'accounts', bind('primarycontactid', target))).toMatchObject({
      _primarycontactid_value: contact,
    })
  })
})

const PAYLOAD = '0x80048d19'
const UNDECLARED = /An undeclared property '(\w+)' which only has property annotations/
describe('a bind is refused', () => {
  test.each([
    ['another case', 'hp_projects', 'hp_account', '/accounts(ACCOUNT)', 400, PAYLOAD, UNDECLARED],
    ['another case', 'accounts', 'PrimaryContactId', '/contacts(CONTACT)', 400, PAYLOAD, UNDECLARED],
    ['the column of a polymorphic one', 'contacts', 'parentcustomerid', '/accounts(ACCOUNT)', 400, PAYLOAD, UNDECLARED],
    ['the name at another table', 'tasks', 'regardingobjectid_account', '/accounts(ACCOUNT)', 400, PAYLOAD, UNDECLARED],
    ['a column that is none', 'accounts', 'name', '/contacts(CONTACT)', 400, PAYLOAD, UNDECLARED],
    [
      'a row of another table',
      'contacts',
      'parentcustomerid_account',
      '/contacts(CONTACT)',
      400,
      PAYLOAD,
      /leads to accounts/,
    ],
    [
      'an unknown set',
      'accounts',
      'primarycontactid',
      '/contact(CONTACT)',
      400,
      PAYLOAD,
      /not a valid entity reference/,
    ],
    ['a bare id', 'accounts', 'primarycontactid', 'CONTACT', 400, PAYLOAD, /not a valid entity reference/],
    [
      'a row that is not there',
      'accounts',
      'primarycontactid',
      `/contacts(${NOBODY})`,
      404,
      '0x80040217',
      /Does Not Exist/,
    ],
    [
      'a key',
      'accounts',
      'primarycontactid',
      "/contacts(firstname='x',emailaddress1='y')",
      501,
      '0x80040315',
      /alternate key/,
    ],
  ])('for %s: %s %s', async (_what, set, name, target, status, code, message) => {
    const reply = await harness.send(REP, 'POST', set, { body: bind(name, target) })
    expect(refusal(reply)).toEqual([status, code])
    expect(reply.body.error.message).toMatch(message)
  })

  test.each([
    ['accounts', { _primarycontactid_value: NOBODY }, '0x80060888', /do not support direct update of Entity Reference/],
    ['contacts', { parentcustomerid: null }, PAYLOAD, /untyped value/],
    ['contacts', { parentcustomerid: NOBODY }, PAYLOAD, /untyped value/],
    ['hp_projects', { hp_account: NOBODY }, PAYLOAD, /untyped value/],
  ])('as is a value in its place: %s %p', async (set, body, code, message) => {
    const reply = await harness.send(REP, 'POST', set, { body })
    expect(refusal(reply)).toEqual([400, code])
    expect(reply.body.error.message).toMatch(message)
  })

  test('for two targets of one lookup', async () => {
    const body = {
      ...bind('parentcustomerid_account', '/accounts(ACCOUNT)'),
      ...bind('parentcustomerid_contact', '/contacts(CONTACT)'),
    }
    expect(refusal(await harness.send(REP, 'POST', 'contacts', { body }))).toEqual([501, '0x80040315'])
  })
})

describe('a lookup is emptied by null at its navigation property', () => {
  test.each([
    ['contacts', 'parentcustomerid_account', '_parentcustomerid_value'],
    ['hp_projects', 'hp_Account', '_hp_account_value'],
  ])('%s: %s', async (set, name, property) => {
    const row = await created(harness, REP, set, bind(name, '/accounts(ACCOUNT)'))
    const id = String(row.contactid ?? row.hp_projectid)
    expect((await harness.send(REP, 'PATCH', `${set}(${id})`, { body: { [name]: null } })).status).toBe(204)
    expect((await harness.get(REP, `${set}(${id})`)).body[property]).toBeNull()
  })
})

describe('whose a row is', () => {
  const give = (persona: string, owner: string) =>
    harness.send(persona, 'PATCH', `accounts(${account})`, { body: { 'ownerid@odata.bind': owner } })
  test('changes with its unit', async () => {
    const team = idOf('team', 'Key Accounts')
    expect((await give(MANAGER, `/teams(${team})`)).status).toBe(204)
    const { body } = await harness.get(MANAGER, `accounts(${account})`)
    expect(body).toMatchObject({ _ownerid_value: team, _owningteam_value: team, _owninguser_value: null })
    const colleague = idOf('systemuser', 'Lena Schäfer')
    expect((await give(MANAGER, `/systemusers(${colleague})`)).status).toBe(204)
    const given = (await harness.get(ANALYST, `accounts(${account})`)).body
    expect(given).toMatchObject({ _ownerid_value: colleague, _owninguser_value: colleague, _owningteam_value: null })
    expect(given._owningbusinessunit_value).toBe(idOf('businessunit', 'Germany Sales'))
    expect((await harness.get(MANAGER, `accounts(${account})`)).status).toBe(403)
  })

  test('is a user or a team', async () => {
    expect(refusal(await give(MANAGER, `/contacts(${contact})`))).toEqual([400, PAYLOAD])
  })
})

describe('amounts follow the rate of the row', () => {
  test('when the currency changes, and when an amount does', async () => {
    const path = `accounts(${account})`
    const change = async (body: Loose): Promise<Loose> => {
      expect((await harness.send(REP, 'PATCH', path, { body })).status).toBe(204)
      return (await harness.get(REP, path)).body
    }
    expect(await change({ revenue: 234 })).toMatchObject({ revenue_base: 234, exchangerate: 1 })
    const euro = { 'transactioncurrencyid@odata.bind': `/transactioncurrencies(${idOf('currency', 'EUR')})` }
    expect(await change(euro)).toMatchObject({ revenue: 234, revenue_base: 200, exchangerate: 1.17 })
    expect(await change({ revenue: 117 })).toMatchObject({ revenue_base: 100, exchangerate: 1.17 })
    expect(await change({ revenue: null })).toMatchObject({ revenue_base: null })
  })
})
