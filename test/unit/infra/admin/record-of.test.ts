import { expect, test } from '@jest/globals'
import { recordOf } from '../../../../infra/admin/audit/record-of.ts'

const ID = '1b6f0e4d-0c1a-4f6e-9b1c-2d3e4f5a6b7c'
const APP = 'aaaaaaaa-1111-4111-8111-111111111111'
const PAGE = `https://contoso.crm4.dynamics.com/main.aspx?appid=${APP}`

test.each([
  ['alone', ID],
  ['in capitals and braces', `{${ID.toUpperCase()}}`],
  ['behind its table', `account/${ID}`],
  ['as a key', `accounts(${ID})`],
  ['in the address of its form, which names the app first', `${PAGE}&pagetype=entityrecord&etn=account&id=${ID}`],
  ['before the id of the form', `${PAGE}&etn=account&id=${ID}&formid=${APP}#tab`],
  ['in escaped braces', `${PAGE}&etn=account&ID=%7b${ID}%7d`],
  ['in the address of the Web API', `https://contoso.crm4.dynamics.com/api/data/v9.2/accounts(${ID})?$select=name`],
  ['in an escaped one', `https://contoso.crm4.dynamics.com/api/data/v9.2/accounts%28${ID}%29`],
])('a record is found %s', (_name, given) => expect(recordOf(given)).toBe(ID))

test.each([
  ['of the app alone', PAGE],
  ['of a view', `${PAGE}&pagetype=entitylist&etn=account&viewid=${ID}`],
  ['of two records', `${PAGE}&id=${ID}&id=${APP}`],
  ['of no record', `${PAGE}&id=x`],
  ['that ends within an escape', `https://contoso.crm4.dynamics.com/accounts(${ID})%`],
  ['of a table alone', 'account'],
  ['with words behind it', `account/${ID}/name`],
  ['that is too long', `${PAGE}&x=${'y'.repeat(2_000)}&id=${ID}`],
])('no record is made of an address %s', (_name, given) => expect(recordOf(given)).toBeUndefined())
