import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { writePolicy } from '../../../../shared/config/writes/policy.ts'
import { callTool, type Harness } from '../support/harness.ts'
import { openStage, type Stage } from '../support/sandbox-stage.ts'
import { commit, preview, writingWorker } from '../support/writing-stage.ts'

type Row = Readonly<Record<string, unknown>>

/** Territories keep no versions that a write can name. */
const POLICY = writePolicy.parse("{'tables':{'territory':{'update':true},'contact':{'create':true,'update':true}}}")
const WHO = 'sales-manager'

let stage: Stage
let worker: Harness
beforeAll(async () => {
  stage = await openStage()
})
beforeEach(() => {
  stage.dataverse.reset()
  worker = writingWorker(stage, { writes: { policy: POLICY } })
})
afterAll(() => stage.close())

/** Dataverse as a colleague sees and changes it, past the app. */
async function direct(path: string, body?: Row, method = 'PATCH'): Promise<Row> {
  const response = await fetch(`${stage.dataverse.url}/api/data/v9.2/${path}`, {
    method: body ? method : 'GET',
    headers: {
      authorization: `Bearer ${stage.callerOf(WHO).dataverseToken}`,
      'content-type': 'application/json',
      prefer: 'return=representation',
      ...(body && method === 'PATCH' && { 'if-match': '*' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(await response.text())
  return (await response.json()) as Row
}

async function territory(): Promise<string> {
  const { value } = (await direct('territories?$top=1')) as { readonly value: readonly Row[] }
  return String(value[0]?.['territoryid'])
}

const LONG = 'x'.repeat(300)

test.each([
  ['the end of a text of the same length', { description: `${LONG}a` }, { description: `${LONG}b` }],
  ['another column', { description: 'a' }, { name: 'Elsewhere' }],
])('a row without versions is not written over once a colleague changed %s', async (_what, before, theirs) => {
  const id = await territory()
  await direct(`territories(${id})`, before)
  const call = await preview(worker, { entity: 'territory', id, changes: [{ column: 'description', to: 'mine' }] }, WHO)
  await direct(`territories(${id})`, theirs)
  const answer = await commit(worker, call, WHO)
  expect(answer.structuredContent).toMatchObject({ error: { code: 'changed_meanwhile' } })
  expect(await direct(`territories(${id})`)).toMatchObject(theirs)
})

test.each([
  ['a character that nobody sees', 'a\u200Bb'],
  ['a letter in two parts', 'e\u0301'],
  ['a line break of Windows', 'a\r\nb'],
  ['a long text', LONG],
  ['nothing', null],
])('a row without versions that has %s is written', async (_what, had) => {
  const id = await territory()
  await direct(`territories(${id})`, { description: had })
  const call = await preview(worker, { entity: 'territory', id, changes: [{ column: 'description', to: 'mine' }] }, WHO)
  expect((await commit(worker, call, WHO)).structuredContent).toMatchObject({ done: true, already: false })
  expect((await commit(worker, call, WHO)).structuredContent).toMatchObject({ done: true, already: true })
  expect(await direct(`territories(${id})`)).toMatchObject({ description: 'mine' })
})

test('a text that comes back in parts is written as it was shown', async () => {
  const id = await territory()
  const call = await preview(worker, { entity: 'territory', id, changes: [{ column: 'description', to: 'Zoé' }] }, WHO)
  const apart = JSON.parse(JSON.stringify(call.arguments).normalize('NFD')) as typeof call.arguments
  await commit(worker, { ...call, arguments: apart }, WHO)
  expect(await direct(`territories(${id})`)).toMatchObject({ description: 'Zoé' })
})

test('a row of which there are two already is told before it is changed, and changed once that was accepted', async () => {
  const twin = { firstname: 'Ada', lastname: 'Twin' }
  const [{ contactid: id }, { contactid: other }] = [
    await direct('contacts', twin, 'POST'),
    await direct('contacts', twin, 'POST'),
  ]
  const asked = { entity: 'contact', id, changes: [{ column: 'jobtitle', to: 'Buyer' }] }
  const { structuredContent: told } = await callTool(worker, 'preview_change', asked, WHO)
  expect(told).toMatchObject({
    ready: false,
    problems: [{ code: 'duplicates_found', candidates: [{ id: other, entity: 'contact', name: 'Ada Twin' }] }],
  })
  const call = await preview(worker, { ...asked, acceptDuplicates: true }, WHO)
  expect((await commit(worker, call, WHO)).structuredContent).toMatchObject({ done: true })
})

test.each(['create', 'update'] as const)(
  'a twin that appears after the preview of a %s is told, and the way on works',
  async (kind) => {
    const twin = { firstname: 'Ada', lastname: 'Twin' }
    const { contactid: id } = await direct('contacts', { firstname: 'Ada', lastname: 'King' }, 'POST')
    const changes = Object.entries(twin).map(([column, to]) => ({ column, to }))
    const call = await preview(worker, { entity: 'contact', ...(kind === 'update' && { id }), changes }, WHO)
    const { contactid: other } = await direct('contacts', twin, 'POST')
    const refused = await commit(worker, call, WHO)
    const { error } = refused.structuredContent as { readonly error: { code: string; text: string; nextStep: string } }
    expect([error.code, error.text.includes(`Ada Twin`), error.text.includes(`contact/${String(other)}`)]).toEqual([
      'duplicates_found',
      true,
      true,
    ])
    const next = JSON.parse(/preview_change (\{.*\});/.exec(error.nextStep)?.[1] ?? '') as unknown
    expect((await commit(worker, await preview(worker, next, WHO), WHO)).structuredContent).toMatchObject({
      done: true,
    })
  },
)

test('choices of one label are taken back as they were', async () => {
  const options = [1, 2, 3].map((value) => ({ value, label: value < 3 ? 'Same; or not' : 'Other' }))
  for (const [name, type] of [
    ['hp_one', 'Picklist'],
    ['hp_many', 'MultiSelectPicklist'],
  ] as const)
    stage.dataverse.publish({
      kind: 'add-column',
      entity: 'contact',
      column: { name, schemaName: name, type, label: name, required: 'None', options },
    })
  const had = { hp_one: 2, hp_many: '1,2' }
  const { contactid: id } = await direct('contacts', { lastname: 'Label', ...had }, 'POST')
  const changes = [
    { column: 'hp_one', to: 'Other' },
    { column: 'hp_many', to: '3' },
  ]
  const done = await commit(worker, await preview(worker, { entity: 'contact', id, changes }, WHO), WHO)
  expect(await direct(`contacts(${String(id)})`)).toMatchObject({ hp_one: 3, hp_many: '3' })
  await commit(worker, await preview(worker, done.structuredContent?.['undo'], WHO), WHO)
  expect(await direct(`contacts(${String(id)})`)).toMatchObject(had)
})
