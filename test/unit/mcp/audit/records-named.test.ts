import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Harness } from '../support/harness.ts'
import { called, openStage, type Stage } from '../support/sandbox-stage.ts'

let stage: Stage
let worker: Harness
beforeAll(async () => {
  stage = await openStage()
  worker = stage.coldWorker()
})
afterAll(async () => await stage.close())

type Told = {
  readonly records: Readonly<Record<string, readonly string[]>>
  readonly unnamed: readonly string[]
  /** Requests of Dataverse, once everything that the call needs is known. */
  readonly requests: number | undefined
}

async function tell(tool: string, args: Readonly<Record<string, unknown>>): Promise<Told> {
  await called(worker, tool, args, 'analyst')
  const { answer } = await called(worker, tool, args, 'analyst')
  const {
    records = '{}',
    recordsUnnamed = '',
    dataverseRequests,
    outcome,
  } = worker.events.at(-1) ?? { name: 'tool.called' }
  expect([outcome, answer.content[0]?.text.slice(0, 300)]).toEqual(['ok', expect.anything()])
  return {
    records: JSON.parse(records) as Told['records'],
    unnamed: recordsUnnamed.split(' ').filter((name) => name !== ''),
    requests: dataverseRequests,
  }
}

const fetchxml = (inner: string, options = '') => ({ fetchxml: `<fetch top="5" ${options}>${inner}</fetch>` })
const account = (inner: string) => `<entity name="account"><attribute name="name"/>${inner}</entity>`
const CONTACT = '<link-entity name="contact" from="contactid" to="primarycontactid" alias="c" link-type="inner">'
const NAMED = '<attribute name="fullname"/></link-entity>'

/** What is asked, tables of which records are named, and tables of which there are values without ids. */
const CASES: readonly (readonly [what: string, args: Record<string, unknown>, named: string[], unnamed: string[]])[] = [
  ['a list', { entity: 'account', select: ['name'], top: 3 }, ['account'], []],
  ['a long list, which comes without ids', { entity: 'account', select: ['name'], top: 150 }, ['account'], []],
  [
    'a lookup that is expanded',
    {
      entity: 'account',
      select: ['name'],
      filter: 'primarycontactid ne null',
      expand: [{ lookup: 'primarycontactid', select: ['fullname'] }],
      top: 3,
    },
    ['account', 'contact'],
    [],
  ],
  [
    'a collection that is expanded',
    {
      entity: 'account',
      select: ['name'],
      filter: 'contact_customer_accounts/any(c:c/fullname ne null)',
      expand: [{ lookup: 'contact_customer_accounts', select: ['fullname'] }],
      top: 3,
    },
    ['account', 'contact'],
    [],
  ],
  [
    'a link whose lookup is a column',
    fetchxml(account(`<attribute name="primarycontactid"/>${CONTACT}${NAMED}`)),
    ['account', 'contact'],
    [],
  ],
  [
    'a link that brings its id',
    fetchxml(account(`${CONTACT}<attribute name="contactid"/>${NAMED}`)),
    ['account', 'contact'],
    [],
  ],
  [
    'a link that brings its id under a name',
    fetchxml(account(`${CONTACT}<attribute name="contactid" alias="who"/>${NAMED}`)),
    ['account', 'contact'],
    [],
  ],
  ['a link that brings no id', fetchxml(account(`${CONTACT}${NAMED}`)), ['account'], ['contact']],
  ['a link that brings no column', fetchxml(account(`${CONTACT}</link-entity>`)), ['account'], []],
  [
    'a link to many: the own id is not theirs',
    fetchxml(
      account(
        '<link-entity name="contact" from="parentcustomerid" to="accountid" alias="c"><attribute name="fullname"/></link-entity>',
      ),
    ),
    ['account'],
    ['contact'],
  ],
  [
    'a link behind a link',
    fetchxml(
      `<entity name="opportunity"><attribute name="name"/><link-entity name="account" from="accountid" to="parentaccountid" alias="a"><attribute name="primarycontactid"/><link-entity name="contact" from="contactid" to="primarycontactid" alias="c"><attribute name="fullname"/></link-entity></link-entity></entity>`,
    ),
    ['opportunity', 'contact'],
    ['account'],
  ],
  [
    'distinct rows',
    fetchxml('<entity name="account"><attribute name="address1_city"/></entity>', 'distinct="true"'),
    [],
    ['account'],
  ],
  [
    'distinct rows with their id',
    fetchxml(
      '<entity name="account"><attribute name="accountid"/><attribute name="name"/></entity>',
      'distinct="true"',
    ),
    ['account'],
    [],
  ],
  [
    'totals by a column of a link',
    fetchxml(
      `<entity name="account"><attribute name="accountid" alias="n" aggregate="count"/>${CONTACT}<attribute name="jobtitle" alias="t" groupby="true"/></link-entity></entity>`,
      'aggregate="true"',
    ),
    [],
    ['account', 'contact'],
  ],
  ['nothing', { entity: 'account', select: ['name'], filter: "name eq 'nobody has it'" }, [], []],
]

describe('the records that an event names', () => {
  test.each(CASES)('%s', async (what, args, named, unnamed) => {
    const told = await tell('query_crm', args)
    expect(Object.keys(told.records).sort()).toEqual([...named].sort())
    expect([...told.unnamed].sort()).toEqual([...unnamed].sort())
    expect(told.requests).toBe(what.startsWith('a collection') ? 2 : 1)
    const ids = Object.values(told.records).flat()
    expect(ids.filter((id) => !/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(id))).toEqual([])
  })
})
