import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { markerId } from '../../../../sandbox/dataverse/seed/markers.ts'
import type { Harness } from '../../support/harness.ts'
import { rowsAsObjects } from '../../support/rows.ts'
import { called, openStage, type Stage, type Who } from '../../support/sandbox-stage.ts'

type Fetched = { id: string; title: string; text: string; url: string; metadata: Record<string, string> }

let stage: Stage
let worker: Harness
let accountId: string
beforeAll(async () => {
  stage = await openStage()
  accountId = await idOf('account', "name eq 'Brightwater Marine'")
})
afterAll(() => stage.close())
beforeEach(() => {
  worker = stage.coldWorker()
})

async function idOf(entity: string, filter: string): Promise<string> {
  const { answer } = await called(stage.coldWorker(), 'query_crm', { entity, filter, top: 1 }, 'analyst')
  return String(rowsAsObjects(answer.structuredContent)[0]?.[`${entity}id`])
}

async function fetched(id: string, who: Who = 'analyst', harness = worker): Promise<Fetched> {
  const { answer } = await called(harness, 'fetch', { id }, who)
  expect(answer.isError).toBeUndefined()
  expect(JSON.parse(answer.content[0]?.text ?? '')).toEqual(answer.structuredContent)
  return answer.structuredContent as unknown as Fetched
}

async function refusal(id: string, who: Who = 'analyst'): Promise<string> {
  const { answer } = await called(worker, 'fetch', { id }, who)
  expect(answer.isError).toBe(true)
  return answer.content[0]?.text ?? ''
}

describe('fetch', () => {
  test('gives one record as text, with the rows that belong to it', async () => {
    const record = await fetched(`account/${accountId}`)
    expect(Object.keys(record)).toEqual(['id', 'title', 'text', 'url', 'metadata'])
    expect(record).toMatchObject({
      id: `account/${accountId}`,
      title: 'Brightwater Marine (Account)',
      url: `${stage.dataverse.url}/main.aspx?pagetype=entityrecord&etn=account&id=${accountId}`,
      metadata: { entity: 'account', owner: expect.any(String), modified: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) },
    })
    const lines = record.text.split('\n')
    expect(lines[0]).toBe('# Brightwater Marine (Account)')
    expect(lines).toContain('Account Name: Brightwater Marine')
    expect(record.text).toMatch(/^Owner: \S/m)
    expect(record.text).toMatch(/^Annual Revenue: £[\d,.]+$/m)
    expect(record.text).toMatch(/^## Contacts, open or active \(.*\)\n- \[contact\/[0-9a-f-]{36}\] \S/m)
    expect(record.text).toMatch(
      /^## Opportunities, open or active \(.*\)\n- \[opportunity\/[0-9a-f-]{36}\] .*est\. revenue/m,
    )
    expect(lines.at(-1)).toMatch(/^Left out: \d+ empty columns; /)
    expect(record.text).not.toMatch(/versionnumber|null|undefined|\[object/)
  })

  test('an address of several lines is quoted line by line', async () => {
    const record = await fetched(`account/${accountId}`)
    expect(record.text).toMatch(/^Address 1:?\n> .*\n> .*\n> /m)
  })

  test('a cold worker takes four requests, secured columns being one of them, a warm one a single one', async () => {
    const id = `account/${accountId}`
    expect((await called(worker, 'fetch', { id }, 'analyst')).requests).toBeLessThanOrEqual(4)
    expect((await called(worker, 'fetch', { id }, 'analyst')).requests).toBe(1)
  })

  test.each(['{id}', '%7B{id}%7D'])('takes a link that a person copied, with id=%s', async (form) => {
    const id = form.replace('{id}', accountId.toUpperCase())
    const link = `${stage.dataverse.url}/main.aspx?appid=x&pagetype=entityrecord&etn=account&id=${id}`
    expect((await fetched(link)).id).toBe(`account/${accountId}`)
  })

  test('takes an address in the Web API, and the person who asks', async () => {
    expect((await fetched(`${stage.dataverse.url}/api/data/v9.2/accounts(${accountId})`)).id).toBe(
      `account/${accountId}`,
    )
    expect((await fetched('systemuser/me')).id).toMatch(/^systemuser\/[0-9a-f-]{36}$/)
    expect(await refusal('account/me')).toMatch(/^Error invalid_id: .*\nNext step: \S/)
  })

  test('what a related row leads to can be fetched too', async () => {
    const { text } = await fetched(`account/${accountId}`)
    const ids = [...text.matchAll(/^- \[(\w+\/[0-9a-f-]{36})\]/gm)].map(([, id]) => id ?? '')
    expect(ids.length).toBeGreaterThan(1)
    for (const id of ids) expect((await fetched(id)).id).toBe(id)
  })

  test('each person sees the related rows that they may read', async () => {
    const id = `opportunity/${markerId('own')}`
    expect((await fetched(id, 'sales-rep')).title).toBe('Access check: own (Opportunity)')
    expect(await refusal(`opportunity/${markerId('other unit')}`, 'sales-rep')).toMatch(/0x80048306|0x80040220/)
    expect((await fetched(`opportunity/${markerId('other unit')}`, 'analyst')).metadata['owner']).toBe('Lena Schäfer')
  })

  test('rows that may not be read are named as left out', async () => {
    const { text } = await fetched(`opportunity/${markerId('own')}`, 'sales-rep')
    expect(text.split('\n').at(-1)).toMatch(/Quotes, Orders are not shown: you may not read them/)
  })

  test('a record that does not exist is Dataverse’s own code and a next step', async () => {
    const text = await refusal('account/00000000-0000-4000-8000-000000000000')
    expect(text).toMatch(/^Error 0x80040217: \S.*\nNext step: \S/)
  })

  test.each([
    ['accounts', 'invalid_id'],
    ['', 'invalid_id'],
    [`nosuchthing/${'0'.repeat(8)}-0000-4000-8000-000000000000`, 'unknown_entity'],
    ['https://evil.example/main.aspx?etn=account&id=7c1d2e01-0001-4a6b-8c2d-10a3c1a86f01', 'foreign_link'],
    ["account/7c1d2e01-0001-4a6b-8c2d-10a3c1a86f01)/ownerid?x='", 'invalid_id'],
  ])('%j is refused before it is sent', async (id, code) => {
    expect(await refusal(id)).toMatch(new RegExp(`^Error ${code}: .*\nNext step: \\S`))
  })

  test.each([25_000, 6_000, 2_500])('the answer and its copy fit into %s bytes', async (resultBytes) => {
    const harness = stage.coldWorker({ resultBytes })
    const { bytes } = await called(harness, 'fetch', { id: `account/${accountId}` }, 'analyst')
    expect(bytes).toBeLessThanOrEqual(resultBytes)
    const { text } = await fetched(`account/${accountId}`, 'analyst', harness)
    if (resultBytes < 6_000) expect(text).toMatch(/Left out: .*lines that did not fit/)
  })

  test('somebody without roles is told so', async () => {
    expect(await refusal(`account/${accountId}`, 'without-roles')).toMatch(/Next step: \S/)
  })
})
