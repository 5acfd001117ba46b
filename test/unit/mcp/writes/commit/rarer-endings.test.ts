import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { writePolicy } from '../../../../../shared/config/writes/policy.ts'
import { callTool, type Harness, type ToolAnswer } from '../../support/harness.ts'
import { openStage, type Stage } from '../../support/sandbox-stage.ts'
import { commit, preview, writingWorker, type Call } from '../../support/writing-stage.ts'
import { direct, watchedWire } from './world.ts'

let stage: Stage
let wired: ReturnType<typeof watchedWire>
let worker: Harness
const POLICY = writePolicy.parse(
  JSON.stringify({
    tables: {
      account: { create: true },
      goal: { update: ['title'] },
      annotation: { create: ['subject', 'notetext', 'objectid'] },
    },
  }),
)
const writes = { policy: POLICY }
beforeAll(async () => {
  stage = await openStage()
})
beforeEach(() => {
  stage.dataverse.reset()
  wired = watchedWire()
  worker = writingWorker(stage, { wire: wired.wire, writes })
})
afterAll(async () => stage.close())

const codeOf = ({ structuredContent }: ToolAnswer): string => structuredContent?.error?.code ?? 'done'
const callIn = ({ structuredContent = {} }: ToolAnswer): Call => structuredContent['call'] as Call
const recordIn = ({ structuredContent = {} }: ToolAnswer) => structuredContent['record'] as { readonly id: string }
const column = (name: string, to: string) => ({ column: name, to })
async function first(query: string): Promise<Readonly<Record<string, unknown>>> {
  const { row } = await direct(stage, query)
  const [found] = row['value'] as Readonly<Record<string, unknown>>[]
  if (!found) throw new Error(`none: ${query}`)
  return found
}

describe('a table that keeps no versions', () => {
  const WHO = 'sales-manager'
  const prepared = async () => {
    const { goalid } = await first('goals?$select=goalid&$orderby=title&$top=1')
    const id = String(goalid)
    const call = await preview(worker, { entity: 'goal', id, changes: [column('title', 'Next year')] }, WHO)
    return { id, call }
  }
  const titleOf = async (id: string) => (await direct(stage, `goals(${id})?$select=title`)).row['title']

  test('is compared right before, and only then any version is met', async () => {
    const { id, call } = await prepared()
    expect((await commit(worker, call, WHO)).structuredContent).toMatchObject({ done: true, already: false })
    expect(wired.sent.map(({ headers }) => headers.get('if-match'))).toEqual(['*'])
    expect(await titleOf(id)).toBe('Next year')
    expect((await commit(worker, call, WHO)).structuredContent).toMatchObject({ done: true, already: true })
    expect(wired.sent).toHaveLength(1)
  })

  test('what somebody else made of it stays', async () => {
    const { id, call } = await prepared()
    await direct(stage, `goals(${id})`, { body: { title: 'A colleague’s' } })
    expect(codeOf(await commit(worker, call, WHO))).toBe('changed_meanwhile')
    expect([wired.sent.length, await titleOf(id)]).toEqual([0, 'A colleague’s'])
  })
})

describe('silence', () => {
  const impatient = (): Harness => {
    const limits = { toolDeadlineMs: 1_200, resultBytes: 25_000, defaultTop: 50, maxTop: 500 }
    return writingWorker(stage, { wire: wired.wire, writes, more: { limits } })
  }
  test.each([
    ['and the row can be read', false, 'done'],
    ['and nothing can be read', true, 'outcome_unknown'],
  ])('until the deadline, %s: an answer before it', async (_what, readsFail, code) => {
    const call = await preview(worker, { entity: 'account', changes: [column('name', 'Stiller See')] })
    stage.dataverse.fault({ upn: '*', kind: 'commit-then-silence', times: 1 })
    if (readsFail) wired.hooks.beforeWrite = async () => void (wired.hooks.readsFail = true)
    const slow = impatient()
    expect(codeOf(await commit(slow, call))).toBe(code)
    expect(wired.sent).toHaveLength(1)
    wired.hooks.readsFail = false
    expect((await commit(worker, call)).structuredContent).toMatchObject({ done: true, already: true })
  })
})

describe('a new row', () => {
  test('that its maker may no longer read is made already, and no more is told of it', async () => {
    const call = await preview(worker, { entity: 'account', changes: [column('name', 'Fortgegeben')] })
    const { id } = recordIn(await commit(worker, call))
    const lena = await first("systemusers?$select=systemuserid&$filter=fullname eq 'Lena Schäfer'")
    const given = { 'ownerid@odata.bind': `/systemusers(${String(lena['systemuserid'])})` }
    expect((await direct(stage, `accounts(${id})`, { body: given })).status).toBe(204)
    expect((await direct(stage, `accounts(${id})?$select=name`, { who: 'sales-rep' })).status).toBe(403)
    const again = await commit(worker, call)
    expect(again.structuredContent).toMatchObject({ done: true, already: true })
    expect(JSON.stringify(again)).not.toContain('Lena')
  })

  test('with the key of another is refused, and the key is named', async () => {
    const { accountnumber } = await first('accounts?$select=accountnumber&$filter=accountnumber ne null&$top=1')
    const changes = [column('name', 'Doppelgänger'), column('accountnumber', String(accountnumber))]
    const answer = await commit(worker, await preview(worker, { entity: 'account', changes }))
    expect(answer.structuredContent?.error).toMatchObject({
      code: 'key_taken',
      text: expect.stringContaining('Account Number'),
      nextStep: expect.stringContaining('preview_change {"entity":"account"'),
    })
  })
})

describe('duplicates', () => {
  const mine = () => `_ownerid_value eq ${stage.callerOf('sales-rep').systemUserId}`
  const alike = async () => {
    const { name } = await first(`accounts?$select=name&$filter=${mine()}&$orderby=name&$top=1`)
    return [column('name', String(name))]
  }
  const ask = (changes: unknown, more: object = {}): Promise<ToolAnswer> =>
    callTool(worker, 'preview_change', { entity: 'account', changes, ...more }, 'sales-rep')

  test('found, shown, accepted, made; what was accepted once is accepted nowhere else', async () => {
    const changes = await alike()
    const found = await ask(changes)
    expect(found.structuredContent).toMatchObject({ ready: false, problems: [{ code: 'duplicates_found' }] })
    expect(found.structuredContent?.['call']).toBeUndefined()
    const accepted = callIn(await ask(changes, { acceptDuplicates: true }))
    // The token of one that was accepted, at another that would be a duplicate, too.
    const { name } = await first(`accounts?$select=name&$filter=${mine()}&$orderby=name desc&$top=1`)
    const [line] = accepted.arguments['changes'] as readonly object[]
    const other = { ...accepted.arguments, name: String(name), changes: [{ ...line, to: String(name) }] }
    expect(codeOf(await commit(worker, { ...accepted, arguments: other }))).toBe('change_altered')
    expect(wired.sent).toEqual([])
    expect(codeOf(await commit(worker, accepted))).toBe('done')
    expect(wired.sent.map(({ headers }) => headers.get('mscrm.suppressduplicatedetection'))).toEqual([null])
  })

  test('that come after the preview are found at the write; saying that they are accepted helps nothing', async () => {
    const changes = [column('name', 'Zwilling & Sohn')]
    const [one, two] = [
      await preview(worker, { entity: 'account', changes }),
      await preview(worker, { entity: 'account', changes }),
    ]
    expect(codeOf(await commit(worker, one))).toBe('done')
    for (const flag of ['acceptDuplicates', 'acceptsDuplicates', 'duplicatesAccepted']) {
      const flagged = { ...two, arguments: { ...two.arguments, [flag]: true } }
      expect(codeOf(await commit(worker, flagged))).toBe('change_altered')
    }
    const { error } = (await commit(worker, two)).structuredContent ?? {}
    expect(error?.code).toBe('duplicates_found')
    // It names them, and its call, followed to the letter, is for who accepts them.
    const [, asked = '{}'] = /preview_change (\{.*\}); then/.exec(error?.nextStep ?? '') ?? []
    const listed = await callTool(worker, 'preview_change', JSON.parse(asked), 'sales-rep')
    expect(error?.text).toContain('Zwilling & Sohn')
    expect(listed.structuredContent).toMatchObject({ ready: true })
  })

  test('that the person may not read: the next step leads on, and not round', async () => {
    const others = `_ownerid_value ne ${stage.callerOf('sales-rep').systemUserId}`
    const names = (await direct(stage, `accounts?$select=name,accountid&$filter=${others}`)).row['value'] as readonly {
      readonly name: string
      readonly accountid: string
    }[]
    const statuses = await Promise.all(
      names.map(async ({ accountid }) => (await direct(stage, `accounts(${accountid})`, { who: 'sales-rep' })).status),
    )
    const { name } = names[statuses.indexOf(403)]!
    const call = await preview(worker, { entity: 'account', changes: [column('name', name)] })
    const { error } = (await commit(worker, call)).structuredContent ?? {}
    expect(error?.code).toBe('duplicates_found')
    expect(error?.nextStep).toContain('"acceptDuplicates":true')
    const accepted = await ask([column('name', name)], { acceptDuplicates: true })
    expect(codeOf(await commit(worker, callIn(accepted)))).toBe('done')
  })
})

describe('the texts of one change', () => {
  const MOST = 65_536
  const note = async (bytes: number) => {
    const { accountid } = await first(
      `accounts?$select=accountid&$filter=_ownerid_value eq ${stage.callerOf('sales-rep').systemUserId}&$top=1`,
    )
    const text = 'ü'.repeat((bytes - SUBJECT.length - LINK_BYTES) / 2)
    const changes = [
      column('subject', SUBJECT),
      column('notetext', text),
      column('objectid', `account/${String(accountid)}`),
    ]
    return { text, answer: await callTool(worker, 'preview_change', { entity: 'annotation', changes }, 'sales-rep') }
  }
  const SUBJECT = 'Protocol'
  const LINK_BYTES = 'account/'.length + 36

  test('64 KB in bytes are written whole, and two more are too many', async () => {
    const { text, answer } = await note(MOST)
    const done = await commit(worker, callIn(answer))
    expect(codeOf(done)).toBe('done')
    const { id } = recordIn(done)
    expect((await direct(stage, `annotations(${id})?$select=notetext`)).row['notetext']).toBe(text)
    const { answer: over } = await note(MOST + 2)
    expect(over.structuredContent).toMatchObject({ ready: false, problems: [{ code: 'too_long' }] })
  })
})
