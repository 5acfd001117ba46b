import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { DenseRows, LabelValues } from '../../../../../shared/dataverse/rows/dense-rows.ts'
import { seed } from '../../../../sandbox/dataverse/seed/seed.ts'
import { idOf, reference } from '../../../../sandbox/dataverse/seed/tools.ts'
import type { Reference, TableRows, Value, Values } from '../../../../sandbox/dataverse/store/store.ts'
import { PEOPLE, person } from '../../../../sandbox/people.ts'
import type { Harness } from '../../support/harness.ts'
import { called, openStage, type Stage, type Who } from '../../support/sandbox-stage.ts'

const NOW = new Date()
const SEEDED = seed(PEOPLE, NOW)
const seeded = (entity: string): Values[] => SEEDED.flatMap((row) => (row.entity === entity ? [row.values] : []))
const idIn = (value: Value | undefined): string => (value as Reference | null | undefined)?.id ?? ''
const textIn = (value: Value | undefined): string => (typeof value === 'string' ? value : '')
const idsOf = (entity: string, key: string, lookups: readonly string[], account: string): Set<unknown> =>
  new Set(seeded(entity).flatMap((row) => (lookups.some((one) => idIn(row[one]) === account) ? [row[key]] : [])))

/** Ids of all activities of an account: computed from the rows as they were seeded, row by row. */
function wholeOf(account: string): Set<unknown> {
  const contacts = idsOf('contact', 'contactid', ['parentcustomerid'], account)
  const about = new Set<unknown>([
    account,
    ...contacts,
    ...idsOf('opportunity', 'opportunityid', ['customerid', 'parentaccountid'], account),
    ...idsOf('incident', 'incidentid', ['customerid'], account),
  ])
  const takingPart = seeded('activityparty').filter(
    ({ partyid }) => idIn(partyid) === account || contacts.has(idIn(partyid)),
  )
  const taken = new Set(takingPart.map(({ activityid }) => idIn(activityid)))
  const activities = seeded('activitypointer')
  return new Set(
    activities
      .filter(
        ({ activityid, regardingobjectid }) => about.has(idIn(regardingobjectid)) || taken.has(textIn(activityid)),
      )
      .map(({ activityid }) => activityid),
  )
}

const QUIET = idOf('account', 'of the field')
const OF_ANOTHER = idOf('contact', 'of another person')
const lena = idOf('systemuser', 'Lena Schäfer')
const priya = person('sales rep').systemUserId ?? ''
const ownedBy = (id: string): Values => ({
  ownerid: reference('systemuser', id),
  owninguser: reference('systemuser', id),
})
const activity = (id: string, kind: string, regarding: Reference | null, owner: string): TableRows => {
  const values = {
    activityid: id,
    subject: `About ${regarding?.entity ?? 'nothing'}`,
    activitytypecode: kind,
    regardingobjectid: regarding,
    statecode: 1,
    modifiedon: '2026-01-01T10:00:00Z',
    description: `<html><body><p>He said \u{E0041}yes\u200b.</p><p>&lt;2&nbsp;%</p></body></html>`,
    ...ownedBy(owner),
  }
  return [
    { entity: kind, values },
    { entity: 'activitypointer', values },
  ]
}
const MANY = 3_000
/** An account of the rep with nothing of its own: a contact of somebody else’s, thousands of deals, a closed case. */
const ROWS: TableRows = [
  { entity: 'account', values: { accountid: QUIET, name: 'Quiet Ltd', statecode: 0, ...ownedBy(priya) } },
  {
    entity: 'contact',
    values: {
      contactid: OF_ANOTHER,
      fullname: 'Not hers',
      statecode: 0,
      parentcustomerid: reference('account', QUIET),
      ...ownedBy(lena),
    },
  },
  ...activity(idOf('activity', 'of the contact'), 'phonecall', reference('contact', OF_ANOTHER), lena),
  ...activity(idOf('activity', 'with the contact'), 'email', null, priya),
  {
    entity: 'activityparty',
    values: {
      activitypartyid: idOf('party', 'with the contact'),
      activityid: reference('activitypointer', idOf('activity', 'with the contact')),
      partyid: reference('contact', OF_ANOTHER),
      participationtypemask: 2,
    },
  },
  ...Array.from({ length: MANY }, (_one, at) => ({
    entity: 'opportunity',
    values: {
      opportunityid: idOf('deal', at),
      name: `Deal ${at}`,
      statecode: at % 3,
      customerid: reference('account', QUIET),
      modifiedon: '2026-01-01T10:00:00Z',
      ...ownedBy(priya),
    },
  })),
  ...activity(idOf('activity', 'of a deal'), 'task', reference('opportunity', idOf('deal', MANY - 1)), priya),
  {
    entity: 'incident',
    values: {
      incidentid: idOf('incident', 'closed'),
      title: 'Old',
      statecode: 1,
      customerid: reference('account', QUIET),
      ...ownedBy(priya),
    },
  },
  {
    entity: 'hp_project',
    values: {
      hp_projectid: idOf('project', 'quiet'),
      hp_name: 'Pier',
      hp_account: reference('account', QUIET),
      ...ownedBy(priya),
    },
  },
]

let stage: Stage
let worker: Harness
beforeAll(async () => {
  stage = await openStage(ROWS)
  worker = stage.coldWorker()
})
afterAll(() => stage.close())

async function textOf(id: string, who: Who = 'analyst'): Promise<{ text: string; requests: number; bytes: number }> {
  const { answer, requests, bytes } = await called(worker, 'fetch', { id }, who)
  expect(answer.isError).toBeUndefined()
  return { text: String(answer.structuredContent?.['text']), requests, bytes }
}
const sectionOf = (text: string): string => /\n## Activities([^]*?)(?:\n\n|$)/.exec(text)?.[1] ?? ''
const activitiesIn = (text: string): string[] => {
  return [...sectionOf(text).matchAll(/^- \[\w+\/([0-9a-f-]{36})\]/gm)].map(([, id]) => id ?? '')
}

describe('the activities of an account', () => {
  test('are those of its opportunities, cases and contacts too, the last changed ones', async () => {
    let widened = 0
    for (const { accountid } of seeded('account').slice(0, 8)) {
      const whole = wholeOf(textIn(accountid))
      const { text } = await textOf(`account/${textIn(accountid)}`)
      const shown = activitiesIn(text)
      expect(shown.filter((id) => !whole.has(id))).toEqual([])
      expect([accountid, shown.length]).toEqual([accountid, Math.min(5, whole.size)])
      const changed = [...sectionOf(text).matchAll(/; changed: (\d{4}-\S+?);? /g)].map(([, on]) => on ?? '')
      expect(changed).toEqual(changed.toSorted().toReversed())
      const own = seeded('activitypointer').filter(({ regardingobjectid }) => idIn(regardingobjectid) === accountid)
      if (shown.some((id) => !own.some(({ activityid }) => activityid === id))) widened++
    }
    expect(widened).toBeGreaterThan(2)
  })

  test('each leads to its own kind', async () => {
    const { text } = await textOf(`account/${QUIET}`)
    expect(activitiesIn(text)).toHaveLength(3)
    for (const kind of ['phonecall', 'email', 'task']) expect(text).toContain(`- [${kind}/`)
    expect(text).not.toContain('[activitypointer/')
    const { text: all } = await textOf(`activitypointer/${idOf('activity', 'of a deal')}`)
    expect(all).toMatch(/columns of its own kind, task/)
    const id = idOf('activity', 'of a deal')
    const { answer } = await called(worker, 'get_record', { entity: 'activitypointer', id }, 'analyst')
    expect(answer.structuredContent?.['link']).toMatch(new RegExp(`&etn=task&id=${id}$`))
    const listed = { entity: 'activitypointer', select: ['subject', 'activitytypecode'], top: 1 }
    const { answer: list } = await called(worker, 'query_crm', listed, 'analyst')
    expect(list.structuredContent?.['recordLink']).toMatch(/&etn=\{activitytypecode\}&id=\{activityid\}$/)
    const { columns, rows, values } = list.structuredContent as unknown as DenseRows & { values: LabelValues }
    const label = String(rows[0]?.[columns.findIndex(({ name }) => name === 'activitytypecode')])
    const kinds = new Set(seeded('activitypointer').map((row) => row['activitytypecode']))
    expect(kinds).toContain(values['activitytypecode']?.[label])
    expect(list.content[0]?.text).toContain(
      `activitytypecode: ${label} = ${String(values['activitytypecode']?.[label])}`,
    )
    expect(list.content[0]?.text).toMatch(/what values, or "Behind the labels", has .*\{activitytypecode\}/)
    const { answer: bare } = await called(worker, 'query_crm', { ...listed, select: ['subject'] }, 'analyst')
    expect(bare.structuredContent?.['recordLink']).toMatch(/&etn=activitypointer&/)
  })

  test('of a contact that the person may not read are not hers to see, nor the contact', async () => {
    const { text } = await textOf(`account/${QUIET}`, 'sales-rep')
    expect(activitiesIn(text)).toEqual([idOf('activity', 'of a deal')])
    expect(text).not.toContain('Not hers')
  })

  test('are found in one request among thousands of rows, which are counted, and fit', async () => {
    await textOf(`account/${QUIET}`, 'sales-rep')
    const { text, requests, bytes } = await textOf(`account/${QUIET}`, 'sales-rep')
    expect([requests, bytes <= 25_000]).toEqual([1, true])
    expect(text).toMatch(new RegExp(`## Opportunities, open or active \\(the last changed 5 of ${MANY}\\)`))
    expect(text).toContain(`Opportunities that are not open: ${MANY / 3} Won, ${MANY / 3} Lost`)
    expect(text).toContain('Cases that are not open: 1 Resolved')
    expect(text).toContain('1 Projects (hp_project)')
  })

  test('leave out what the person may not read in one clause', async () => {
    const { text } = await textOf(`account/${QUIET}`, 'without-cases')
    expect(text.split(';').filter((clause) => clause.includes('may not read'))).toEqual([
      ' Cases, Leads, Quotes, Orders, Notes, Projects are not shown: you may not read them',
    ])
    expect(text).toMatch(/## Activities, also those of its Contacts, Opportunities and those/)
    expect(text).not.toMatch(/0x8004|prvRead/)
  })
})

describe('the text of an activity', () => {
  test.each([
    ['fetch', { id: `email/${idOf('activity', 'with the contact')}` }],
    ['get_record', { entity: 'email', id: idOf('activity', 'with the contact'), select: ['description'] }],
    ['query_crm', { entity: 'activitypointer', select: ['description'], filter: "subject eq 'About nothing'" }],
  ])('comes without its mark-up and hidden characters: %s', async (tool, args) => {
    const { answer } = await called(worker, tool, args, 'analyst')
    const text = JSON.stringify(answer)
    expect(text).toContain('He said yes.')
    expect(text).toContain('<2 %')
    expect(text).not.toMatch(/<\/?(?:html|body|p)>|&nbsp;|\u{E0041}|\u200b/u)
  })
})
