import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { modelHides } from '../../../../../shared/config/model-hides.ts'
import { createHiders } from '../../../../../shared/dataverse/hiding/hiders.ts'
import type { Item } from '../../../../../shared/mcp/tools/timeline/timeline.ts'
import { idOf, reference } from '../../../../sandbox/dataverse/seed/tools.ts'
import type { TableRows } from '../../../../sandbox/dataverse/store/store.ts'
import { person } from '../../../../sandbox/people.ts'
import { sharedDeps, type Harness } from '../../support/harness.ts'
import { called, openStage, type Stage } from '../../support/sandbox-stage.ts'
import { account, accountRow, activityId, activityRows } from './rows.ts'

const TEXT = 'word '.repeat(200)
const BY = reference('systemuser', person('sales rep').systemUserId ?? '')
const ABOUT = (key: string) => reference('account', account(key))

/** What was there, what is there, and what has to be told of each. */
const CHANGES: readonly (readonly [string, string, string, string, string, string])[] = [
  ['the end of a long text', 'description', `${TEXT}old end`, `${TEXT}new end`, 'old end', 'new end'],
  ['the midst of a long text', 'description', `${TEXT}old${TEXT}`, `${TEXT}new${TEXT}`, 'old', 'new'],
  ['a text that goes on', 'description', TEXT.trim(), `${TEXT}and more`, 'word', 'and more'],
  ['a sign behind others', 'description', `${'😀'.repeat(400)}a`, `${'😀'.repeat(400)}b`, 'a', 'b'],
  ['blanks alone', 'telephone1', '1  2', '1 2', '1 2', '1 2'],
  ['a sign that nobody sees', 'address1_city', 'A\u200b', 'A', 'A', 'A'],
]

function changeRow(at: number, [, logicalName, oldValue, newValue]: (typeof CHANGES)[number]): TableRows[number] {
  const values = {
    auditid: idOf('timeline/audit', at),
    action: 2,
    operation: 2,
    objectid: ABOUT(`changed ${at}`),
    objecttypecode: 'account',
    userid: BY,
    createdon: '2026-10-10T10:00:00Z',
    attributemask: ',1,',
    changedata: JSON.stringify({ changedAttributes: [{ logicalName, oldValue, newValue }] }),
    transactionid: idOf('timeline/transaction', at),
  }
  return { entity: 'audit', values }
}

function mails(key: string, count: number, description: string): TableRows {
  const sent = { statecode: 1, senton: '2026-09-10T10:00:00Z', createdon: '2026-09-01T10:00:00Z', description }
  return Array.from({ length: count }, (_one, at) =>
    activityRows('email', activityId(key, at), ABOUT(key), { subject: `Mail ${at}`, ...sent }),
  ).flat()
}

function plans(key: string, count: number): TableRows {
  const open = { statecode: 0, scheduledend: '2027-01-10T10:00:00Z', description: 'y'.repeat(1_500) }
  return Array.from({ length: count }, (_one, at) =>
    activityRows('task', activityId(key, at), ABOUT(key), { subject: `Plan ${at}`, ...open }),
  ).flat()
}

function parties(key: string, count: number): TableRows {
  const activityid = reference('email', activityId(key, 0))
  return Array.from({ length: count }, (_one, at) => {
    const activitypartyid = idOf('timeline/party', at)
    return {
      entity: 'activityparty',
      values: { activitypartyid, activityid, participationtypemask: 2, addressused: `a${at}@x.org` },
    }
  })
}

let stage: Stage
let worker: Harness
beforeAll(async () => {
  stage = await openStage([
    ...['pictures', 'written to', 'planned'].map((key) => accountRow(key)),
    ...CHANGES.flatMap((one, at) => [accountRow(`changed ${at}`), changeRow(at, one)]),
    ...mails('pictures', 30, `<p><img src="data:image/png;base64,${'A'.repeat(800_000)}">Hello</p>`),
    ...mails('written to', 1, 'Hello'),
    ...parties('written to', 5_200),
    ...plans('planned', 40),
  ])
  worker = stage.coldWorker()
})
afterAll(async () => await stage.close())

async function ask(args: object) {
  const { answer } = await called(worker, 'timeline', args, 'analyst')
  const { structuredContent: told, content } = answer
  const { items, planned = [], notes = [] } = told as unknown as { items: Item[]; planned?: Item[]; notes?: string[] }
  return { items, planned, notes, error: told?.error, text: content[0]?.text ?? '' }
}
const of = (key: string): string => `account/${account(key)}`

test.each(CHANGES.map((one, at) => [one[0], at, one[4], one[5]] as const))(
  'a change of %s is told by what is different',
  async (_what, at, from, to) => {
    const { items } = await ask({ of: of(`changed ${at}`), kinds: ['change'] })
    const [change] = items.flatMap(({ changes = [] }) => changes)
    expect([change?.from, change?.to]).toEqual([expect.stringContaining(from), expect.stringContaining(to)])
    for (const told of [change?.from, change?.to]) {
      expect(told?.length).toBeLessThanOrEqual(300)
      expect(told?.isWellFormed()).toBe(true)
    }
  },
)

describe('what is too large', () => {
  test('mails that are larger together than is read at once are told without their texts, and fewer with them', async () => {
    const all = await ask({ of: of('pictures'), top: 30 })
    expect(all.error).toBeUndefined()
    expect(all.items).toHaveLength(30)
    expect(all.items.every(({ title = '', text }) => title.startsWith('Mail') && text === undefined)).toBe(true)
    expect(all.text).toMatch(/texts of these items .* a smaller top may show them/)
    const few = await ask({ of: of('pictures'), top: 5 })
    expect(few.items.map(({ text }) => text)).toEqual(Array.from({ length: 5 }, () => 'Hello'))
    expect(few.text).not.toMatch(/texts of these items/)
  })

  test('of more people than come in an answer it is said that some are missing', async () => {
    expect((await ask({ of: of('written to') })).notes).toEqual(
      expect.arrayContaining([expect.stringMatching(/the first 5,000 were read/)]),
    )
    expect((await ask({ of: of('planned') })).notes.join(' ')).not.toMatch(/were read/)
  })

  test('a text says how many of what is planned it leaves out', async () => {
    const { planned, notes, text } = await ask({ of: of('planned'), top: 40 })
    const shown = text.match(/"Plan \d+"/g) ?? []
    const [, left = '0'] = /^(\d+) more are planned/m.exec(text.slice(text.indexOf('Planned, soonest first'))) ?? []
    expect(Number(left)).toBeGreaterThan(0)
    expect(shown.length + Number(left)).toBe(planned.length)
    const [, beyond = '0'] = /\b(\d{1,4}) more are planned/.exec(notes.join(' ')) ?? []
    expect(planned.length + Number(beyond)).toBe(40)
  })
})

test.each([
  [
    'where nobody says when, those that may be told are counted',
    'changed 0',
    'account.telephone1',
    /^.*1 changes came without saying when/,
  ],
  ['and of those that are hidden from models none', 'changed 0', 'account.description', /^(?!.*without saying when)/],
])('%s', async (_what, key, hides, sentence) => {
  const hiders = createHiders(modelHides.parse(hides))
  const by = stage.workerWith({ dataverse: { ...sharedDeps(stage.dataverse.url, () => Date.now()), hiders } })
  stage.dataverse.audit({ withRecord: false })
  try {
    const { answer } = await called(by, 'timeline', { of: of(key), kinds: ['change'] }, 'analyst')
    const { history, items } = answer.structuredContent as unknown as { history: string; items: Item[] }
    expect([history, items]).toEqual([expect.stringMatching(sentence), []])
  } finally {
    stage.dataverse.reset()
  }
})

describe('a time that ends before it begins', () => {
  test.each([
    ['2026-10-01', '2026-09-01'],
    ['tomorrow', 'yesterday'],
    ['this-month', 'last-month'],
    ['2026-10-01T10:00:00Z', '2026-10-01T09:59:59Z'],
  ])('since %s, until %s is refused, and its next step works', async (since, until) => {
    const { error } = await ask({ of: of('planned'), since, until })
    expect(error).toMatchObject({ code: 'invalid_value' })
    const [step = '{}'] = /\{[^{}]*\}/.exec(error?.nextStep ?? '') ?? []
    expect((await ask({ of: of('planned'), ...(JSON.parse(step) as object) })).error).toBeUndefined()
  })

  test.each([
    ['2026-10-01', '2026-10-01'],
    ['2026-10-01T10:00:00Z', '2026-10-01T10:00:00Z'],
    ['today', 'now'],
  ])('since %s, until %s is one that there is', async (since, until) => {
    expect((await ask({ of: of('planned'), since, until })).error).toBeUndefined()
  })
})
