import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'

import { markerId } from '../../../../sandbox/dataverse/seed/markers.ts'
import { idOf } from '../../../../sandbox/dataverse/seed/tools.ts'
import type { Harness, Loose, Reply } from '../harness.ts'
import { ANALYST, MANAGER, REP, startHarness } from '../harness.ts'
import { created, CRM, NOBODY, refusal } from './support.ts'

let harness: Harness
beforeAll(async () => {
  harness = await startHarness()
})
afterAll(() => harness.close())
beforeEach(() => harness.dataverse.reset())

const DEAL = markerId('own')
const post = (path: string, body: Loose, persona = REP): Promise<Reply> => harness.send(persona, 'POST', path, { body })
const closing = (more: Loose = {}, id = DEAL): Loose => ({
  subject: 'Closed',
  'opportunityid@odata.bind': `/opportunities(${id})`,
  ...more,
})
const deal = async (): Promise<Loose> => (await harness.get(REP, `opportunities(${DEAL})`)).body

describe('a deal', () => {
  test.each([
    ['WinOpportunity', 3, { actualrevenue: 900 }, { statecode: 1, statuscode: 3, actualvalue: 900 }],
    ['WinOpportunity', -1, {}, { statecode: 1, statuscode: 3, actualvalue: 1000 }],
    ['WinOpportunity', 3, { actualend: '2026-11-20T00:00:00Z' }, { statecode: 1, actualclosedate: '2026-11-20' }],
    ['LoseOpportunity', 4, { description: 'Too dear.' }, { statecode: 2, statuscode: 4, actualvalue: null }],
    ['LoseOpportunity', 5, {}, { statecode: 2, statuscode: 5, actualclosedate: '2026-11-24' }],
  ])('%s with status %i and %p', async (action, Status, more, after) => {
    const reply = await post(action, { Status, OpportunityClose: closing(more) })
    expect([reply.status, reply.text]).toEqual([204, ''])
    expect(await deal()).toMatchObject(after)
    const left = await harness.get(REP, `opportunitycloses?$filter=_opportunityid_value eq ${DEAL}`)
    expect(left.body.value).toEqual([
      expect.objectContaining({
        subject: 'Closed',
        statecode: 1,
        _regardingobjectid_value: DEAL,
        opportunitystatecode: after.statecode,
        ...more,
      }),
    ])
    const { activityid } = left.body.value[0] as { readonly activityid: string }
    expect((await harness.get(REP, `activitypointers(${activityid})`)).body.activitytypecode).toBe('opportunityclose')
  })

  test.each([
    ['a reason of another state', 'WinOpportunity', { Status: 4, OpportunityClose: closing() }, 400, '0x80048408'],
    ['no reason', 'WinOpportunity', { OpportunityClose: closing() }, 400, '0x80048d19'],
    ['no close', 'LoseOpportunity', { Status: 4 }, 400, '0x80048d19'],
    ['no deal', 'WinOpportunity', { Status: 3, OpportunityClose: { subject: 'x' } }, 400, '0x80040203'],
    [
      'a deal that is not there',
      'WinOpportunity',
      { Status: 3, OpportunityClose: closing({}, NOBODY) },
      404,
      '0x80040217',
    ],
    ['an unknown parameter', 'WinOpportunity', { Status: 3, Close: 1, OpportunityClose: closing() }, 400, '0x80060888'],
    [
      'a text too long',
      'WinOpportunity',
      { Status: 3, OpportunityClose: closing({ subject: 'x'.repeat(201) }) },
      400,
      '0x80044331',
    ],
    [
      "somebody else's deal",
      'WinOpportunity',
      { Status: 3, OpportunityClose: closing({}, markerId('business unit')) },
      403,
      '0x80048306',
    ],
  ])('is not closed with %s', async (_what, action, body, status, code) => {
    const before = await deal()
    expect(refusal(await post(action, body))).toEqual([status, code])
    expect(await deal()).toEqual(before)
  })

  test('is closed once', async () => {
    const replies = await Promise.all(
      [3, 3].map((Status) => post('WinOpportunity', { Status, OpportunityClose: closing() })),
    )
    expect(replies.map(refusal).sort()).toEqual([
      [204, undefined],
      [400, '0x80040233'],
    ])
    expect(refusal(await post('LoseOpportunity', { Status: 4, OpportunityClose: closing() }))).toEqual([
      400,
      '0x80040233',
    ])
  })

  test('is closed by nobody without the right to change it', async () => {
    const reply = await post('WinOpportunity', { Status: 3, OpportunityClose: closing() }, ANALYST)
    expect(refusal(reply)).toEqual([403, '0x80040220'])
  })
})

describe('a case', () => {
  const resolve = (id: unknown, Status: number, more: Loose = {}): Promise<Reply> =>
    post('CloseIncident', {
      Status,
      IncidentResolution: { subject: 'Done', 'incidentid@odata.bind': `/incidents(${String(id)})`, ...more },
    })

  test('is resolved, and what it took is kept', async () => {
    const { incidentid } = await created(harness, REP, 'incidents', { title: 'Gate' })
    expect((await resolve(incidentid, 5, { timespent: 30 })).status).toBe(204)
    expect((await harness.get(REP, `incidents(${String(incidentid)})`)).body).toMatchObject({
      statecode: 1,
      statuscode: 5,
    })
    const left = await harness.get(REP, `incidentresolutions?$filter=_incidentid_value eq ${String(incidentid)}`)
    expect(left.body.value).toEqual([expect.objectContaining({ subject: 'Done', timespent: 30, statecode: 1 })])
    expect(refusal(await resolve(incidentid, 5))).toEqual([400, '0x80040233'])
  })

  test('is not resolved from where it may not be', async () => {
    const { incidentid } = await created(harness, REP, 'incidents', { title: 'Gate', statuscode: 2 })
    expect(refusal(await resolve(incidentid, 5))).toEqual([400, '0x8004f00e'])
    expect(refusal(await resolve(incidentid, 1))).toEqual([400, '0x80048408'])
  })
})

describe('a lead', () => {
  const FLAGS = { CreateAccount: true, CreateContact: true, CreateOpportunity: true, Status: 3 }
  const LEAD = {
    subject: 'Ten doors',
    firstname: 'Ada',
    lastname: 'Quayle',
    companyname: 'Quayle & Co',
    emailaddress1: 'ada@example.com',
    estimatedamount: 500,
  }
  let lead: string
  beforeEach(async () => {
    lead = (await created(harness, REP, 'leads', LEAD)).leadid as string
  })
  const qualify = (body: Loose, persona = REP): Promise<Reply> =>
    post(`leads(${lead})/${CRM}QualifyLead`, body, persona)

  test('is qualified into a customer, a person and a deal', async () => {
    const { status, body } = await qualify(FLAGS)
    expect(status).toBe(200)
    const [account, contact, opportunity] = body.value as Loose[]
    expect((body.value as Loose[]).map((one) => one['@odata.type'] as unknown)).toEqual(
      ['account', 'contact', 'opportunity'].map((one) => `#${CRM}${one}`),
    )
    expect(account).toMatchObject({ name: 'Quayle & Co', _originatingleadid_value: lead })
    expect(contact).toMatchObject({ fullname: 'Ada Quayle', _parentcustomerid_value: account?.accountid })
    expect(opportunity).toMatchObject({
      name: 'Ten doors',
      estimatedvalue: 500,
      _customerid_value: account?.accountid,
      statecode: 0,
    })
    expect((await harness.get(REP, `leads(${lead})`)).body).toMatchObject({ statecode: 1, statuscode: 3 })
    expect((await harness.get(REP, `opportunities(${String(opportunity?.opportunityid)})`)).status).toBe(200)
    expect(refusal(await qualify(FLAGS))).toEqual([400, '0x80040233'])
  })

  test('makes what is asked for, for a customer and in a currency that are named', async () => {
    const customer = idOf('contact', 'extra/0')
    const { body } = await qualify({
      ...FLAGS,
      CreateAccount: false,
      CreateContact: false,
      OpportunityCustomerId: { '@odata.type': `${CRM}contact`, contactid: customer },
      OpportunityCurrencyId: {
        '@odata.type': `${CRM}transactioncurrency`,
        transactioncurrencyid: idOf('currency', 'EUR'),
      },
    })
    expect(body.value).toEqual([
      expect.objectContaining({ _customerid_value: customer, exchangerate: 1.17, estimatedvalue: 500 }),
    ])
  })

  test.each([
    ['a flag that is none', { ...FLAGS, CreateAccount: 'yes' }, REP, 400, '0x80048d19'],
    ['no reason', { ...FLAGS, Status: undefined }, REP, 400, '0x80048d19'],
    ['a reason of another state', { ...FLAGS, Status: 4 }, REP, 400, '0x80048408'],
    ['an unknown parameter', { ...FLAGS, CreateQuote: true }, REP, 400, '0x80060888'],
    ['a campaign', { ...FLAGS, SourceCampaignId: { campaignid: NOBODY } }, REP, 501, '0x80040315'],
    [
      'a customer that is not there',
      { ...FLAGS, OpportunityCustomerId: { '@odata.type': `${CRM}contact`, contactid: NOBODY } },
      REP,
      404,
      '0x80040217',
    ],
    ['a reader', FLAGS, ANALYST, 403, '0x80040220'],
  ])('is not qualified by %s, and nothing comes of it', async (_what, body, persona, status, code) => {
    expect(refusal(await qualify(body, persona))).toEqual([status, code])
    expect((await harness.get(REP, `leads(${lead})`)).body.statecode).toBe(0)
    const made = await harness.get(
      MANAGER,
      `contacts?$filter=${encodeURIComponent("emailaddress1 eq 'ada@example.com'")}`,
    )
    expect(made.body.value).toEqual([])
  })
})
