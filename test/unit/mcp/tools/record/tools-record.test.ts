import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Harness } from '../../support/harness.ts'
import { rowsAsObjects } from '../../support/rows.ts'
import { called, openStage, type Called, type Stage, type Who } from '../../support/sandbox-stage.ts'

let stage: Stage
let worker: Harness
let account: { readonly accountid: string; readonly name: string; readonly accountnumber: string }
beforeAll(async () => {
  stage = await openStage()
  worker = stage.coldWorker()
  const args = { entity: 'account', select: ['name', 'accountnumber'], filter: 'accountnumber ne null', top: 1 }
  const { answer } = await called(worker, 'query_crm', args, 'sales-rep')
  account = rowsAsObjects(answer.structuredContent)[0] as typeof account
})
afterAll(async () => await stage.close())

const read = (args: Readonly<Record<string, unknown>>, who: Who = 'sales-rep', on = worker): Promise<Called> =>
  called(on, 'get_record', { entity: 'account', ...args }, who)

test('a cold worker makes three requests more than a warm one, one of them for secured columns', async () => {
  const cold = stage.coldWorker()
  expect((await read({ id: account.accountid }, 'sales-rep', cold)).requests).toBe(4)
  expect((await read({ id: account.accountid }, 'sales-rep', cold)).requests).toBe(1)
})

describe('one record, however it is named', () => {
  test.each([
    ['id', () => ({ id: account.accountid })],
    ['id in braces and upper case', () => ({ id: `{${account.accountid.toUpperCase()}}` })],
    ['id without hyphens', () => ({ id: account.accountid.replaceAll('-', '') })],
    ['id of search', () => ({ id: `account/${account.accountid}` })],
    ['link', () => ({ id: `[x](${stage.dataverse.url}/main.aspx?appid=1&etn=account&id={${account.accountid}})` })],
    ['old link', () => ({ id: `${stage.dataverse.url}/main.aspx?etc=1&extraqs=id%3D%257B${account.accountid}%257D` })],
    ['address in the Web API', () => ({ id: `${stage.dataverse.url}/api/data/v9.2/accounts(${account.accountid})` })],
    ['name', () => ({ id: account.name })],
    ['alternate key', () => ({ key: { accountnumber: account.accountnumber } })],
    ['alternate key by label', () => ({ key: { 'Account Number': account.accountnumber } })],
  ])('by %s', async (_what, args) => {
    const { answer, requests } = await read({ ...args(), select: ['name'] })
    expect(answer.structuredContent).toMatchObject({ id: account.accountid, record: { name: account.name } })
    expect(answer.structuredContent?.link).toContain(`etn=account&id=${account.accountid}`)
    expect(requests).toBe(1)
  })

  test('all that is filled comes in the order of what matters, within the bytes', async () => {
    const { answer, bytes } = await read({ id: account.accountid })
    const keys = Object.keys(answer.structuredContent?.record as object)
    expect(keys.slice(0, 2)).toEqual(['name', 'statecode'])
    expect(bytes).toBeLessThan(16_000)
  })

  test('related rows come on request', async () => {
    const expand = [
      { lookup: 'primarycontactid', select: ['fullname'] },
      { lookup: 'opportunity_parent_account', select: ['name', 'statecode'] },
    ]
    const args = { id: account.accountid, select: ['name'], expand }
    const { answer, requests } = await read(args)
    expect(answer.structuredContent?.error).toBeUndefined()
    expect(answer.structuredContent?.record).toHaveProperty('opportunity_parent_account')
    expect([requests, (await read(args)).requests]).toEqual([2, 1])
  })
})

test('the person who asks is the user "me"', async () => {
  const whoami = await called(worker, 'whoami', {}, 'sales-rep')
  const own = whoami.answer.structuredContent?.['systemUserId']
  for (const args of [{ id: 'me' }, { id: 'systemuser/me' }, { entity: 'Users', id: ' Me ' }]) {
    const { answer } = await read({ entity: 'systemuser', select: ['fullname'], ...args })
    expect(answer.structuredContent?.id).toBe(own)
  }
})

describe('no record', () => {
  test.each([
    ['another entity', 'invalid_arguments', '{url}/main.aspx?etn=contact&id={id}', /account.*contact/],
    ['an entity that there is not', 'unknown_entity', 'acount/{id}', /acount/],
    ['another organization', 'foreign_link', 'https://evil.example/main.aspx?etn=account&id={id}', /elsewhere/],
    ['the number of another entity', 'invalid_arguments', '{url}/main.aspx?etc=2&id={id}', /account.*contact/],
    ['a number that no entity has', 'unknown_entity', '{url}/main.aspx?etc=99999&id={id}', /etc=99999/],
  ])('an id that leads to %s is refused before it is sent', async (_what, code, text, message) => {
    const id = text.replace('{url}', stage.dataverse.url).replace('{id}', account.accountid)
    const { answer, requests } = await read({ id })
    expect(answer.structuredContent?.error).toMatchObject({ code })
    expect(answer.content[0]?.text).toMatch(message)
    expect(requests).toBe(0)
  })

  test('a name that nobody has leads to a search', async () => {
    const { answer } = await read({ id: "No such'; name" })
    expect(answer.structuredContent?.error).toMatchObject({ code: 'not_found' })
    expect(answer.structuredContent?.error?.nextStep).toContain('contains(name')
  })

  test('a name that several have leads to their ids', async () => {
    const several = await called(worker, 'query_crm', { fetchxml: DOUBLES }, 'analyst')
    const name = rowsAsObjects(several.answer.structuredContent)[0]?.name
    const { answer } = await called(worker, 'get_record', { entity: 'contact', id: name }, 'analyst')
    expect(answer.structuredContent?.error).toMatchObject({ code: 'several_records' })
    const [id] = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(answer.structuredContent?.error?.nextStep ?? '') ?? []
    const found = await called(worker, 'get_record', { entity: 'contact', id, select: ['fullname'] }, 'analyst')
    expect(found.answer.structuredContent?.record).toMatchObject({ fullname: name })
  })

  test('a key that is none names those that there are', async () => {
    const { answer } = await read({ key: { telephone1: '1' } })
    expect(answer.structuredContent?.error).toMatchObject({ code: 'unknown_key' })
    expect(answer.structuredContent?.error?.nextStep).toContain('accountnumber')
  })

  test.each(['me', ' ME ', 'account/me'])('%j is a user, and no name to look for', async (id) => {
    const refused = (await read({ id })).answer.structuredContent?.error
    expect(refused).toMatchObject({ code: 'invalid_id', nextStep: expect.stringContaining('systemuser/me') })
    const { answer } = await called(worker, 'get_record', { entity: 'systemuser', id: 'systemuser/me' }, 'sales-rep')
    expect(answer.structuredContent?.error).toBeUndefined()
  })

  test.each(['name', 'Account Name'])(
    'a key that is the name, as %s, leads to the id that takes it',
    async (column) => {
      const refused = (await read({ key: { [column]: account.name } })).answer.structuredContent?.error
      const [, call = ''] = /as id: (\{.*?\})\. /.exec(refused?.nextStep ?? '') ?? []
      const found = await called(worker, 'get_record', JSON.parse(call), 'sales-rep')
      expect([refused?.code, found.answer.structuredContent?.id]).toEqual(['unknown_key', account.accountid])
    },
  )

  test.each([
    ['a quote', "A' or '1'='1"],
    ['an encoded quote', 'A%27 or 1 eq 1'],
    ['a bracket', 'A)?$select=creditlimit'],
    ['a slash', 'A/primarycontactid'],
  ])('a key value with %s stays a value', async (_what, accountnumber) => {
    const { answer } = await read({ key: { accountnumber } })
    expect(answer.structuredContent?.error).toMatchObject({ code: expect.stringMatching(/^0x8006089[0-9]$/) })
  })
})

const DOUBLES = `<fetch aggregate="true"><entity name="contact">
  <attribute name="fullname" alias="name" groupby="true"/>
  <attribute name="contactid" alias="n" aggregate="count"/>
  <order alias="n" descending="true"/>
</entity></fetch>`
