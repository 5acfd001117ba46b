import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { writePolicy } from '../../../../../shared/config/writes/policy.ts'
import type { WireFetch } from '../../../../../shared/dataverse/web-api/wire-fetch.ts'
import { LimitReached } from '../../../../../shared/mcp/limits/limit-reached.ts'
import { callTool, sharedDeps, type Harness, type ToolAnswer } from '../../support/harness.ts'
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
  /** A clock that stands still while this process does: what a busy machine takes is nobody's. */
  const [TICK_MS, MOST_MS] = [10, 100]
  let [time, last] = [0, 0]
  const now = (): number => {
    const passed = Date.now() - last
    last += passed
    time += Math.min(passed, MOST_MS)
    return time
  }
  let clock: NodeJS.Timeout
  beforeEach(() => {
    time = last = Date.now()
    clock = setInterval(now, TICK_MS)
  })
  afterEach(() => clearInterval(clock))

  /** Two that know the organization alike: one that has time, and one that has little, of which only a write is cut short. */
  const patientAndNot = (): readonly [Harness, Harness] => {
    const wire: WireFetch = async (url, init) => {
      const isWrite = init.method !== 'GET' && !url.href.endsWith('$batch')
      return await wired.wire(url, isWrite ? init : { ...init, signal: new AbortController().signal })
    }
    const dataverse = { ...sharedDeps(stage.dataverse.url, now), fetch: wire }
    const [patient, impatient] = [30_000, 1_200].map((toolDeadlineMs) => {
      const limits = { toolDeadlineMs, resultBytes: 25_000, defaultTop: 50, maxTop: 500 }
      return writingWorker(stage, { writes, more: { dataverse, limits, now } })
    })
    return [patient!, impatient!]
  }
  test.each([
    ['and the row can be read', false, 'done'],
    ['and nothing can be read', true, 'outcome_unknown'],
  ])('until the deadline, %s: an answer before it', async (_what, readsFail, code) => {
    const [patient, slow] = patientAndNot()
    const call = await preview(patient, { entity: 'account', changes: [column('name', 'Stiller See')] })
    stage.dataverse.fault({ upn: '*', kind: 'commit-then-silence', times: 1 })
    if (readsFail) wired.hooks.beforeWrite = async () => void (wired.hooks.readsFail = true)
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

describe('a change that is one too many an hour', () => {
  const limited = (most: number): Harness => {
    let count = 0
    return writingWorker(stage, {
      wire: wired.wire,
      writes: {
        ...writes,
        count: () => {
          if (count >= most)
            throw new LimitReached({ setting: 'WRITES_PER_HOUR', most, untilEnd: 60_000, milestone: 1 })
          count += 1
          return () => void (count -= 1)
        },
      },
    })
  }
  const made = async (): Promise<number> => {
    const { row } = await direct(stage, "accounts?$select=name&$filter=startswith(name,'Letzter')")
    return (row['value'] as unknown[]).length
  }

  test('is said to be made where the same call had made it, as another preview would make it twice', async () => {
    const full = limited(1)
    const call = await preview(full, { entity: 'account', changes: [column('name', 'Letzter See')] })
    const other = await preview(full, { entity: 'account', changes: [column('name', 'Letzter Wald')] })
    stage.dataverse.fault({ upn: '*', kind: 'commit-then-reset', times: 1 })
    wired.hooks.beforeWrite = async () => void (wired.hooks.readsFail = true)
    expect(codeOf(await commit(full, call))).toBe('outcome_unknown')
    // Neither is sent; of one nobody can say yet, then it is found, and the other is refused.
    expect(codeOf(await commit(full, call))).toBe('outcome_unknown')
    wired.hooks.readsFail = false
    expect((await commit(full, call)).structuredContent).toMatchObject({ done: true, already: true })
    expect(codeOf(await commit(full, other))).toBe('limit_reached')
    expect([wired.sent.length, await made()]).toEqual([1, 1])
  })

  test('is not what was made before: it counts once', async () => {
    const two = limited(2)
    const call = await preview(two, { entity: 'account', changes: [column('name', 'Letzter See')] })
    const other = await preview(two, { entity: 'account', changes: [column('name', 'Letzter Wald')] })
    for (const already of [false, true, true, true])
      expect((await commit(two, call)).structuredContent).toMatchObject({ done: true, already })
    expect(codeOf(await commit(two, other))).toBe('done')
  })
})

describe('a choice that is called otherwise since the preview', () => {
  const VALUES = { hot: 1, warm: 2, cold: 3 }
  const rename = (value: number, label: string): void =>
    stage.dataverse.publish({
      kind: 'rename-option',
      entity: 'opportunity',
      column: 'opportunityratingcode',
      value,
      label,
    })
  const policy = writePolicy.parse(JSON.stringify({ tables: { opportunity: { update: ['opportunityratingcode'] } } }))
  const prepared = async () => {
    const filter = `_ownerid_value eq ${stage.callerOf('sales-rep').systemUserId} and statecode eq 0 and opportunityratingcode eq ${VALUES.cold}`
    const { opportunityid: id } = await first(`opportunities?$select=opportunityid&$filter=${filter}&$top=1`)
    const asked = { entity: 'opportunity', id: String(id), changes: [column('opportunityratingcode', 'Hot')] }
    return { call: await preview(writingWorker(stage, { writes: { policy } }), asked), asked, id: String(id) }
  }
  const ratingOf = async (id: string) =>
    (await direct(stage, `opportunities(${id})?$select=opportunityratingcode`)).row['opportunityratingcode']

  test.each<[string, readonly (readonly [number, string])[]]>([
    ['by a new name', [[VALUES.hot, 'Burning']]],
    [
      'by the name of another, and the other by its own',
      [
        [VALUES.hot, 'Warm'],
        [VALUES.warm, 'Hot'],
      ],
    ],
    ['as another is', [[VALUES.warm, 'Hot']]],
  ])('%s: nothing is written, and a preview shows it anew', async (_what, names) => {
    const { call, asked, id } = await prepared()
    const before = await ratingOf(id)
    for (const [value, label] of names) rename(value, label)
    const fresh = writingWorker(stage, { wire: wired.wire, writes: { policy } })
    expect(codeOf(await commit(fresh, call))).toBe('preview_again')
    expect([wired.sent.length, await ratingOf(id)]).toEqual([0, before])
    const again = await callTool(fresh, 'preview_change', asked, 'sales-rep')
    const code = (again.structuredContent?.['problems'] as { readonly code: string }[] | undefined)?.[0]?.code
    expect(code).toBe(
      { 0: 'unknown_option', 1: undefined, 2: 'ambiguous_option' }[
        names.length === 2 ? 1 : names[0]![0] === VALUES.hot ? 0 : 2
      ],
    )
  })

  test('where it is not known here yet, what the person saw is written', async () => {
    const policyOnly = { wire: wired.wire, writes: { policy } }
    const knowing = writingWorker(stage, policyOnly)
    const { call, asked, id } = await prepared()
    await preview(knowing, asked)
    rename(VALUES.hot, 'Burning')
    expect(codeOf(await commit(knowing, call))).toBe('done')
    expect(await ratingOf(id)).toBe(VALUES.hot)
  })
})

describe('an entry of the policy that names nothing', () => {
  test('is told once, and again only once it was there', async () => {
    const policy = writePolicy.parse(
      JSON.stringify({ tables: { account: { create: ['name', 'nmae'] }, nosuch: { create: true } } }),
    )
    const misspelt = writingWorker(stage, { writes: { policy } })
    for (let at = 0; at < 3; at += 1)
      await preview(misspelt, { entity: 'account', changes: [column('name', `Einmal ${at}`)] })
    const told = misspelt.events.filter(({ name }) => name === 'writes.unmatched')
    expect(told).toMatchObject([
      {
        count: 2,
        reason: expect.stringMatching(
          /^WRITE_POLICY names what is not there: (?:account\.nmae, nosuch|nosuch, account\.nmae)$/,
        ),
      },
    ])
    expect(worker.events.filter(({ name }) => name === 'writes.unmatched')).toEqual([])
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
