import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Row } from '../../../../../shared/dataverse/rows/rows.ts'
import { markerId } from '../../../../sandbox/dataverse/seed/markers.ts'
import { person } from '../../../../sandbox/people.ts'
import { ANALYST, MANAGER, REP } from '../../../sandbox/dataverse/harness.ts'
import { bodyOf, changesIn, codesOf, lines, openOps, policyWith, type Asked, type Ops } from './support.ts'

let ops: Ops
let account: string
let contact: string
beforeAll(async () => {
  ops = await openOps()
  account = await ops.made('accounts', { name: 'Tide & Timber' })
  contact = await ops.made('contacts', { firstname: 'Ada', lastname: 'Quayle' })
})
afterAll(() => ops.close())

const TOOL = 'log_activity'
const plan = (asked: Asked, asking = {}) => ops.planned(TOOL, asked, asking)
const KINDS = { task: 'tasks', call: 'phonecalls', meeting: 'appointments', note: 'annotations' } as const
/** What a kind cannot be without. */
const NEEDS: Readonly<Record<string, Asked>> = {
  task: {},
  call: { with: 'Ada Quayle' },
  meeting: { when: '2026-12-01T10:00', minutes: 30 },
  note: {},
}
const me = person(REP).systemUserId ?? ''

describe('each kind is logged with each record', () => {
  const tables = ['account', 'contact', 'lead', 'opportunity', 'incident'] as const
  const about = async (table: (typeof tables)[number]): Promise<string> => {
    if (table === 'account') return account
    if (table === 'contact') return contact
    if (table === 'opportunity') return markerId('own')
    return await ops.made(`${table}s`, table === 'lead' ? { lastname: 'L', subject: 'S' } : { title: 'Gate' })
  }
  test.each(Object.keys(KINDS).flatMap((kind) => tables.map((table) => [kind as keyof typeof KINDS, table] as const)))(
    'a %s about an %s',
    async (kind, table) => {
      const id = await about(table)
      const planned = await plan({ kind, regarding: `${table}/${id}`, subject: 'Gate', text: 'Oak.', ...NEEDS[kind] })
      expect(codesOf(planned)).toEqual([])
      const key = crypto.randomUUID()
      expect((await ops.sent(planned, {}, key)).status).toBe(201)
      const { body } = await ops.get(REP, `${KINDS[kind]}(${key})`)
      const [link, text] =
        kind === 'note' ? ['_objectid_value', 'notetext'] : ['_regardingobjectid_value', 'description']
      expect(body).toMatchObject({ subject: 'Gate', [text]: 'Oak.', [link]: id, _ownerid_value: me })
    },
  )

  test.each([
    ['to-do', 'task'],
    ['Phone Call', 'phonecall'],
    ['phonecalls', 'phonecall'],
    ['appointment', 'appointment'],
    ['annotation', 'annotation'],
  ])('%s is a kind', async (kind, table) => {
    expect((await plan({ kind, subject: 'x' })).entity.name).toBe(table)
  })

  test('the same call sent again is no second activity', async () => {
    const planned = await plan({ kind: 'task', subject: 'Once' })
    const key = crypto.randomUUID()
    await ops.sent(planned, {}, key)
    const again = await ops.sent(planned, {}, key)
    expect([again.status, again.body.error.code]).toEqual([412, '0x80040237'])
  })
})

describe('what it is about', () => {
  test.each<[string, () => Asked]>([
    ['by name', () => ({ regarding: 'tide & timber' })],
    ['by name and table', () => ({ regarding: { to: 'Tide & Timber', entity: 'account' } })],
    ['by id', () => ({ regarding: account })],
    ['as search gives it', () => ({ regarding: `account/${account}` })],
    [
      'by a link',
      () => ({ regarding: `${ops.dataverse.url}/main.aspx?etn=account&pagetype=entityrecord&id=${account}` }),
    ],
    ['under the name of its column', () => ({ regardingobjectid: 'Tide & Timber' })],
    ['beside the changes', () => ({ entity: 'account', id: account })],
  ])('is told %s', async (_what, asked) => {
    for (const kind of ['task', 'note']) {
      const planned = await plan({ kind, subject: 'x', ...asked() })
      expect(codesOf(planned)).toEqual([])
      const found = planned.arguments.changes.find(({ column }) => column === 'regarding')
      expect(found).toMatchObject({ to: 'Tide & Timber', id: account, entity: 'account' })
    }
  })

  test('is asked for where several have the name, and leads on by the id of one', async () => {
    const twin = await ops.made('contacts', { lastname: 'Tide & Timber' })
    const asked = { kind: 'task', subject: 'x', regarding: 'Tide & Timber' }
    const [problem] = (await plan(asked)).problems
    expect(problem).toMatchObject({ code: 'lookup_ambiguous', column: 'regarding' })
    expect(problem?.candidates?.map(({ id, entity }) => [entity, id]).toSorted()).toEqual([
      ['account', account],
      ['contact', twin],
    ])
    const [first] = changesIn(problem?.nextStep ?? '')
    expect(codesOf(await plan({ ...asked, regarding: { to: first?.to ?? '', entity: first?.entity } }))).toEqual([])
    expect(codesOf(await plan({ ...asked, regarding: { to: 'Tide & Timber', entity: 'contact' } }))).toEqual([])
    await ops.send(REP, 'PATCH', `contacts(${twin})`, { body: { lastname: 'Other' } })
  })

  test.each<[string, Asked, string[]]>([
    ['nobody of that name', { kind: 'task', regarding: 'No such thing at all' }, ['lookup_not_found']],
    [
      "somebody else's record",
      { kind: 'task', regarding: `opportunity/${markerId('other unit')}` },
      ['lookup_not_found'],
    ],
    [
      'a table that has no tasks',
      { kind: 'task', regarding: { to: 'x', entity: 'systemuser' } },
      ['lookup_wrong_table'],
    ],
    [
      'two records',
      { kind: 'task', regarding: 'Tide & Timber', entity: 'contact', id: 'Ada Quayle' },
      ['column_twice'],
    ],
    ['nothing, which no note is', { kind: 'note' }, ['required_missing']],
  ])('is not: %s', async (_what, asked, codes) => {
    expect(codesOf(await plan({ subject: 'x', ...asked }))).toEqual(codes)
  })

  test('may be nothing, and that is said', async () => {
    expect((await plan({ kind: 'task', subject: 'x' })).notes.join(' ')).toMatch(/about no record/)
  })

  test('is found for each person among what they may read', async () => {
    const asked = { kind: 'task', subject: 'x', regarding: `opportunity/${markerId('business unit')}` }
    expect(codesOf(await plan(asked))).toEqual(['lookup_not_found'])
    expect(codesOf(await plan(asked, { as: MANAGER }))).toEqual([])
    // They find it, and may make nothing.
    expect(codesOf(await plan(asked, { as: ANALYST }))).toEqual(['no_right'])
  })
})

describe('who takes part', () => {
  const parties = (body: Row): unknown =>
    ((body['phonecall_activity_parties'] ?? body['appointment_activity_parties']) as Row[]).map((one) => [
      one['participationtypemask'],
      Object.entries(one).find(([name]) => name.endsWith('@odata.bind'))?.[1],
    ])
  test.each<[string, Asked, () => unknown]>([
    [
      'a call goes out',
      { kind: 'call' },
      () => [
        [1, `/systemusers(${me})`],
        [2, `/contacts(${contact})`],
      ],
    ],
    [
      'a call comes in',
      { kind: 'call', direction: 'Incoming' },
      () => [
        [2, `/systemusers(${me})`],
        [1, `/contacts(${contact})`],
      ],
    ],
    [
      'a meeting',
      { kind: 'meeting', when: '2026-12-01T10:00', minutes: 30, with: 'Ada Quayle; me; Ada Quayle' },
      () => [
        [5, `/contacts(${contact})`],
        [5, `/systemusers(${me})`],
      ],
    ],
  ])('%s', async (_what, asked, expected) => {
    const planned = await plan({ subject: 'x', with: 'Ada Quayle', ...asked })
    expect(codesOf(planned)).toEqual([])
    expect(parties(await bodyOf(ops, planned))).toEqual(expected())
    const key = crypto.randomUUID()
    const reply = await ops.sent(planned, {}, key)
    expect(reply.status).toBe(201)
    const kept = await ops.get(REP, `activityparties?$filter=_activityid_value eq ${key}`)
    expect(kept.body.value).toHaveLength(2)
  })

  test('of a call is whom it is about, where nobody else is named', async () => {
    const planned = await plan({ kind: 'call', subject: 'x', regarding: 'Tide & Timber' })
    expect(lines(planned)).toMatchObject({ with: 'Tide & Timber', direction: 'Outgoing' })
    expect(planned.notes.join(' ')).toMatch(/Call To is Tide & Timber.*|No direction is given/)
  })

  test('of a call about a deal has to be said', async () => {
    const asked = { kind: 'call', subject: 'x', regarding: `opportunity/${markerId('own')}` }
    expect(codesOf(await plan(asked))).toEqual(['required_missing'])
    expect(codesOf(await plan({ ...asked, with: 'Ada Quayle' }))).toEqual([])
  })

  test.each<[string, Asked, string[]]>([
    ['somebody who is not there', { with: 'Ada Quayle; Nobody At All' }, ['lookup_not_found']],
    ['too many', { with: Array.from({ length: 21 }, (_, at) => `P${at}`).join(';') }, ['too_many_changes']],
    ['a row that is no party', { with: `opportunity/${markerId('own')}` }, ['lookup_wrong_table']],
  ])('%s is refused', async (_what, asked, codes) => {
    expect(codesOf(await plan({ kind: 'call', subject: 'x', ...asked }))).toEqual(codes)
  })
})

describe('an activity is not logged', () => {
  test.each<[string, Asked, string[]]>([
    ['of no kind', { subject: 'x' }, ['required_missing']],
    ['of another kind', { kind: 'fax', subject: 'x' }, ['unknown_option']],
    ['as an e-mail', { kind: 'email', subject: 'x' }, ['unknown_option']],
    ['without a subject', { kind: 'task' }, ['required_missing']],
    ['with a column that there is not', { kind: 'task', subject: 'x', colour: 'red' }, ['unknown_column']],
    [
      'with a text that runs',
      { kind: 'note', subject: 'x', regarding: 'Ada Quayle', text: '<img src=x>' },
      ['text_not_plain'],
    ],
    ['with a text too long', { kind: 'task', subject: 'x'.repeat(201) }, ['too_long']],
    [
      'done, as a note never is',
      { kind: 'note', subject: 'x', regarding: 'Ada Quayle', done: true },
      ['unknown_column'],
    ],
    ['perhaps done', { kind: 'task', subject: 'x', done: 'perhaps' }, ['unknown_option']],
    ['in no direction', { kind: 'call', subject: 'x', with: 'Ada Quayle', direction: 'up' }, ['unknown_option']],
    ['a task with an attendee', { kind: 'task', subject: 'x', with: 'Ada Quayle' }, ['unknown_column']],
  ])('%s', async (_what, asked, codes) => {
    const planned = await plan(asked)
    expect(codesOf(planned)).toEqual(codes)
  })

  test.each<[string, Readonly<Record<string, unknown>>, string[]]>([
    ['the kind is not opened', { phonecall: undefined }, ['table_not_writable']],
    [
      'a column is not',
      { phonecall: { create: ['subject', 'to', 'from', 'regardingobjectid'] } },
      ['column_not_writable'],
    ],
    [
      'its parties are not',
      { phonecall: { create: ['subject', 'description', 'regardingobjectid'] } },
      ['column_not_writable'],
    ],
    ['it is, by names', { phonecall: { create: ['subject', 'description', 'to', 'from', 'regardingobjectid'] } }, []],
  ])('where the policy does not open it: %s', async (_what, tables, codes) => {
    const asked = { kind: 'call', subject: 'x', text: 'y', regarding: 'Ada Quayle', with: 'Ada Quayle' }
    expect(codesOf(await plan(asked, { policy: policyWith(tables) }))).toEqual(codes)
  })

  test('as done: it is made open, and how it is completed is said', async () => {
    const asked = { kind: 'task', subject: 'x', done: true }
    expect((await plan(asked)).notes.join(' ')).toMatch(/stays open.*the person marks it complete/)
    const policy = policyWith({ task: { create: true, update: ['statecode'] } })
    const { notes } = await plan(asked, { policy })
    expect(notes.join(' ')).toMatch(/stays open.*"column":"statecode","to":"Completed"/)
    const key = crypto.randomUUID()
    await ops.sent(await plan(asked), {}, key)
    const { context } = await ops.call({ policy })
    const change = { tool: 'update_record', entity: 'task', id: key, acceptDuplicates: false } as const
    const done = await (
      await ops.operation('update_record')
    ).plan({ ...change, changes: [{ column: 'statecode', to: 'Completed' }] }, context)
    expect(codesOf(done)).toEqual([])
  })

  test.each([
    ['a table', 'phonecall', { kind: 'call', with: 'Ada Quayle' }],
    ['what it is about', 'account', { kind: 'task', regarding: 'Tide & Timber' }],
    ['its parties', 'activityparty', { kind: 'call', with: 'Ada Quayle' }],
  ])('from what models do not get: %s', async (_what, hides, asked: Asked) => {
    const planned = plan({ subject: 'x', ...asked }, { hides }).then(codesOf, (error: unknown) => [String(error)])
    expect((await planned).join(' ')).toMatch(/hidden|not_found|wrong_table/)
  })
})

describe('a note that nobody names', () => {
  test.each([
    ['a short text', 'Oak, not larch.', 'Oak, not larch.'],
    ['lines', 'Oak.\nNot larch.', 'Oak.'],
    ['a long text', 'x'.repeat(200), `${'x'.repeat(60)}…`],
  ])('is called by the beginning of %s', async (_what, text, subject) => {
    const planned = await plan({ kind: 'note', regarding: `account/${account}`, text })
    expect(codesOf(planned)).toEqual([])
    expect(await bodyOf(ops, planned)).toMatchObject({ subject, notetext: text })
  })

  test('keeps the name that is given', async () => {
    const planned = await plan({ kind: 'note', regarding: `account/${account}`, text: 'Oak.', subject: 'Wood' })
    expect(await bodyOf(ops, planned)).toMatchObject({ subject: 'Wood' })
  })

  test('is given none where the policy leaves it out', async () => {
    const policy = policyWith({ annotation: { create: ['notetext', 'objectid'] } })
    const planned = await plan({ kind: 'note', regarding: `account/${account}`, text: 'Oak.' }, { policy })
    expect([codesOf(planned), Object.keys(lines(planned))]).toEqual([[], ['kind', 'regarding', 'text']])
  })
})
