import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'

import { person } from '../../../../sandbox/people.ts'
import type { Harness, Loose, Reply } from '../harness.ts'
import { MANAGER, REP, startHarness } from '../harness.ts'
import { created, NOBODY, refusal, REPRESENTATION } from './support.ts'

let harness: Harness
let row: Loose
beforeAll(async () => {
  harness = await startHarness()
})
afterAll(() => harness.close())
beforeEach(async () => {
  harness.dataverse.reset()
  row = await created(harness, REP, 'contacts', { firstname: 'Ada', lastname: 'Quayle', jobtitle: 'Pilot' })
})

type Patch = { readonly tag?: string; readonly prefer?: string; readonly query?: string; readonly persona?: string }

function patch(id: unknown, body: Loose, { tag, prefer, query = '', persona = REP }: Patch = {}): Promise<Reply> {
  const headers = tag === undefined ? {} : { 'if-match': tag }
  const options = { body, headers, ...(prefer !== undefined && { prefer }) }
  return harness.send(persona, 'PATCH', `contacts(${String(id)})${query}`, options)
}
const read = async (id: unknown): Promise<Loose> => (await harness.get(REP, `contacts(${String(id)})`)).body

describe('PATCH of a row', () => {
  test('changes what was sent, and nothing else', async () => {
    const reply = await patch(row.contactid, { lastname: 'Quill' }, { tag: row['@odata.etag'] })
    expect([reply.status, reply.text]).toEqual([204, ''])
    const { lastname, fullname, jobtitle, ...rest } = await read(row.contactid)
    expect([lastname, fullname, jobtitle]).toEqual(['Quill', 'Ada Quill', 'Pilot'])
    expect(rest['@odata.etag']).not.toBe(row['@odata.etag'])
    expect(rest._modifiedby_value).toBe(person(REP).systemUserId)
  })

  test('tells the row where it is asked to, without what would expand', async () => {
    const options = { tag: '*', prefer: REPRESENTATION, query: '?$select=jobtitle&$expand=createdby' }
    const reply = await patch(row.contactid, { jobtitle: 'Mate' }, options)
    expect([reply.status, reply.headers.get('preference-applied')]).toEqual([200, REPRESENTATION])
    expect(reply.body).toMatchObject({ jobtitle: 'Mate', contactid: row.contactid })
    expect(reply.body).not.toHaveProperty('createdby')
  })

  test('is the work of whom it was last', async () => {
    await patch(row.contactid, { jobtitle: 'Mate' }, { persona: MANAGER })
    const { _modifiedby_value, _createdby_value, _ownerid_value } = await read(row.contactid)
    const [rep, manager] = [person(REP).systemUserId, person(MANAGER).systemUserId]
    expect([_modifiedby_value, _createdby_value, _ownerid_value]).toEqual([manager, rep, rep])
  })

  test('without If-Match makes a row that is not there: an upsert', async () => {
    const reply = await patch(NOBODY, { lastname: 'Ghost' })
    expect(reply.status).toBe(204)
    expect(reply.headers.get('odata-entityid')).toMatch(new RegExp(`contacts\\(${NOBODY}\\)$`))
    expect((await read(NOBODY)).lastname).toBe('Ghost')
    expect((await patch(NOBODY.replace('1', '2'), {}, { prefer: REPRESENTATION })).status).toBe(201)
  })

  test('by an alternate key changes that row, or makes one', async () => {
    const project = await created(harness, REP, 'hp_projects', { hp_number: 'P9' })
    const send = (key: string, body: Loose) =>
      harness.send(REP, 'PATCH', `hp_projects(hp_number='${key}')?$select=hp_name,hp_number`, {
        body,
        prefer: REPRESENTATION,
      })
    const same = await send('P9', { hp_name: 'Quay', hp_number: 'P8' })
    expect([same.status, same.body]).toEqual([
      200,
      expect.objectContaining({ hp_projectid: project.hp_projectid, hp_number: 'P9' }),
    ])
    expect(await send('P10', { hp_name: 'Pier' })).toMatchObject({ status: 201, body: { hp_number: 'P10' } })
  })
})

describe('a condition of a PATCH', () => {
  const cases = [
    ['an old tag', 'W/"1"', 412, '0x80060882'],
    ['no tag at all', 'anything', 412, '0x80060882'],
  ] as const
  test.each(cases)('refuses %s and changes nothing', async (_what, tag, status, code) => {
    expect(refusal(await patch(row.contactid, { jobtitle: 'Mate' }, { tag }))).toEqual([status, code])
    expect(await read(row.contactid)).toEqual(row)
  })

  test.each(['*', 'W/"1"'])('If-Match: %s makes no row', async (tag) => {
    expect(refusal(await patch(NOBODY, { lastname: 'Ghost' }, { tag }))).toEqual([404, '0x80040217'])
    expect((await harness.get(REP, `contacts(${NOBODY})`)).status).toBe(404)
  })

  test('If-None-Match: * changes no row', async () => {
    const options = { body: { jobtitle: 'Mate' }, headers: { 'if-none-match': '*' } }
    const reply = await harness.send(REP, 'PATCH', `contacts(${String(row.contactid)})`, options)
    expect(refusal(reply)).toEqual([412, '0x80040237'])
    expect(await read(row.contactid)).toEqual(row)
  })

  test('a table without optimistic concurrency takes * and no tag', async () => {
    const goal = await created(harness, MANAGER, 'goals', { title: 'More' })
    const send = (tag: string) =>
      harness.send(MANAGER, 'PATCH', `goals(${String(goal.goalid)})`, {
        body: { title: 'Most' },
        headers: { 'if-match': tag },
      })
    expect(refusal(await send(goal['@odata.etag'] as string))).toEqual([400, '0x8006088d'])
    expect((await send('*')).status).toBe(204)
  })
})

describe('one after another', () => {
  test('of several with one tag, one wins, and the row is as that one left it', async () => {
    const titles = ['Mate', 'Cook', 'Bosun', 'Stoker']
    const tag = row['@odata.etag'] as string
    const replies = await Promise.all(titles.map((jobtitle) => patch(row.contactid, { jobtitle }, { tag })))
    const won = replies.flatMap(({ status }, at) => (status === 204 ? [titles[at]] : []))
    expect(replies.map(({ status }) => status).sort()).toEqual([204, 412, 412, 412])
    expect([(await read(row.contactid)).jobtitle]).toEqual(won)
  })

  test('a tag holds for one change, and that of the answer for the next', async () => {
    let tag = row['@odata.etag'] as string
    for (const jobtitle of ['Mate', 'Cook', 'Bosun']) {
      const reply = await patch(row.contactid, { jobtitle }, { tag, prefer: REPRESENTATION })
      expect([reply.status, reply.body.jobtitle]).toEqual([200, jobtitle])
      expect((await patch(row.contactid, { jobtitle: 'Late' }, { tag })).status).toBe(412)
      tag = reply.body['@odata.etag'] as string
    }
  })

  test('a change is one that change tracking tells of', async () => {
    const { body } = await harness.get(REP, 'contacts?$select=jobtitle', { prefer: 'odata.track-changes' })
    await patch(row.contactid, { jobtitle: 'Mate' })
    const delta = await harness.get(REP, body['@odata.deltaLink'] as string)
    expect(delta.body.value).toEqual([expect.objectContaining({ contactid: row.contactid, jobtitle: 'Mate' })])
  })
})

test.each(['PUT', 'DELETE'])('%s is not emulated', async (method) => {
  expect(refusal(await harness.send(REP, method, `contacts(${String(row.contactid)})`))).toEqual([501, '0x80040315'])
})
