import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Item } from '../../../../../shared/mcp/tools/timeline/timeline.ts'
import { reference } from '../../../../sandbox/dataverse/seed/tools.ts'
import { person } from '../../../../sandbox/people.ts'
import type { Values } from '../../../../sandbox/dataverse/store/store.ts'
import type { Harness, ToolAnswer } from '../../support/harness.ts'
import { called, openStage, type Stage, type Who } from '../../support/sandbox-stage.ts'
import { account, accountRow, activityId, activityRows } from './rows.ts'

const DAY_MS = 86_400_000
const inDays = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString()
const DUE: readonly (readonly [string, Values])[] = [
  ['overdue', { scheduledend: inDays(-40) }],
  ['soon', { scheduledend: inDays(2) }],
  ['later', { scheduledend: inDays(20) }],
  ['undated', {}],
]

let stage: Stage
let worker: Harness
beforeAll(async () => {
  stage = await openStage([
    accountRow('planned'),
    accountRow('twin one', 'Twin Ltd'),
    accountRow('twin two', 'Twin Ltd'),
    ...DUE.flatMap(([subject, when], at) =>
      activityRows('task', activityId('planned', at), reference('account', account('planned')), {
        subject,
        statecode: 0,
        createdon: inDays(-50),
        ...when,
      }),
    ),
  ])
  worker = stage.coldWorker()
})
afterAll(async () => await stage.close())

const ask = async (args: object, who: Who = 'sales-rep', tool = 'timeline'): Promise<ToolAnswer> =>
  (await called(worker, tool, args, who)).answer
const of = `account/${account('planned')}`

describe('what is planned keeps to the time that is asked for', () => {
  test.each([
    ['no time', {}, ['overdue', 'soon', 'later', 'undated']],
    ['a time that has begun: what is overdue is still to be done', { since: 'today' }, DUE.map(([name]) => name)],
    ['a time to come', { since: inDays(10) }, ['later', 'undated']],
    ['a time that ends', { until: inDays(10) }, ['overdue', 'soon', 'undated']],
    ['days to come', { since: inDays(1), until: inDays(10) }, ['soon', 'undated']],
    ['days that are over', { since: inDays(-30), until: inDays(-10) }, ['overdue', 'undated']],
    ['days before all of it', { since: inDays(-90), until: inDays(-45) }, ['undated']],
  ])('%s', async (_what, args, titles) => {
    const { planned = [] } = (await ask({ of, ...args })).structuredContent as { planned?: readonly Item[] }
    expect(planned.map(({ title }) => title)).toEqual(titles)
  })
})

test.each(['recordId', 'about', 'Regarding', 'customer'])('%s is read as of', async (name) => {
  expect((await ask({ [name]: of })).structuredContent?.['of']).toEqual({ id: of, title: 'planned' })
})

describe('dates as people write them', () => {
  const answered = async (args: object): Promise<Record<string, unknown>> => {
    const { error, since, until, interpreted } = (await ask({ of, ...args })).structuredContent ?? {}
    return { error, since, until, interpreted }
  }

  test.each([
    '1 September 2026',
    '1st of Sept. 2026',
    'September 1, 2026',
    'Sep 1st, 2026',
    '1-Sep-2026',
    '1. sept 2026',
  ])('%s is a day', async (written) => {
    const [{ interpreted: _said, ...one }, { interpreted: _also, ...other }] = [
      await answered({ since: written, until: written }),
      await answered({ since: '2026-09-01', until: '2026-09-01' }),
    ]
    expect(one).toEqual(other)
    const filter = `createdon lt '${written}'`
    const counted = { entity: 'account', count: true, top: 1 }
    const [some, same] = [
      (await ask({ ...counted, filter }, 'sales-rep', 'query_crm')).structuredContent?.total,
      (await ask({ ...counted, filter: 'createdon lt 2026-09-01' }, 'sales-rep', 'query_crm')).structuredContent?.total,
    ]
    expect(some).toBe(same)
  })

  test.each(['31 February 2026', '32 May 2026', '1 Sextober 2026', 'May 2026 1', '1 Ma 2026'])(
    '%s is none',
    async (since) => expect((await answered({ since })).error).toMatchObject({ code: 'invalid_value' }),
  )

  test.each(['last-month', 'this-year', '2026-08'])('%s is read where it begins, and said so', async (since) => {
    const { since: from, interpreted } = await answered({ since })
    expect(interpreted).toEqual([
      expect.stringMatching(`^The beginning of "${since}" of since was read as ${String(from).slice(0, 10)},`),
    ])
    const alone = await answered({ since, until: since })
    expect(alone['since']).toBe(from)
    expect(alone['interpreted']).toEqual([
      expect.stringMatching(/^The beginning of .* of since was/),
      expect.stringMatching(/^The end of .* of until was/),
    ])
  })
})

describe('a period that is no word here', () => {
  const stepsOf = async (args: object): Promise<readonly object[]> => {
    const { nextStep = '' } = (await ask(args)).structuredContent?.error ?? {}
    return (nextStep.match(/\{"of":[^{}]*\}/g) ?? []).map((one) => JSON.parse(one) as object)
  }
  const beside = { kinds: ['task'], top: 7 }

  test.each([
    [{ since: 'FY2026' }, { since: '2026-01-01', until: '2026-12-31' }],
    [{ since: 'FY2026-P4' }, { since: '2026-10-01', until: '2026-12-31' }],
    [{ since: 'H1 2026' }, { since: '2026-01-01', until: '2026-06-30' }],
    [{ since: 'year-to-date' }, { since: 'this-year', until: 'today' }],
    [{ since: 'last-year-to-date' }, { since: 'last-year', until: '12-months-ago' }],
    [
      { since: 'H1 2026', until: '2026-02-01' },
      { since: '2026-01-01', until: '2026-02-01' },
    ],
    [
      { since: '2025-01-01', until: 'FY2026' },
      { since: '2025-01-01', until: '2026-12-31' },
    ],
    [{ until: 'H1 2026' }, { until: '2026-06-30' }],
    [
      { since: '2026-05-01', until: '2026-01-01' },
      { since: '2026-01-01', until: '2026-05-01' },
    ],
  ])('%j leads to %j and all else that was asked, which works as it stands', async (range, next) => {
    const steps = await stepsOf({ of, ...range, ...beside })
    expect(steps).toEqual([{ of, ...next, ...beside }])
    expect((await ask(steps[0]!)).structuredContent?.error).toBeUndefined()
  })

  test('a word that is none leads to calls that work', async () => {
    const steps = await stepsOf({ of, since: 'blah', ...beside })
    expect(steps).toHaveLength(2)
    for (const step of steps) {
      expect(step).toMatchObject({ of, ...beside })
      expect((await ask(step)).structuredContent?.error).toBeUndefined()
    }
  })
})

describe('a person of the company', () => {
  const rep = person('sales rep')
  test.each([['me'], ['Me '], [rep.name], ['systemuser/me'], [`systemuser/${rep.systemUserId ?? ''}`]])(
    '%s is taken for one',
    async (who) =>
      expect((await ask({ of: who })).structuredContent?.['of']).toEqual({
        id: `systemuser/${rep.systemUserId ?? ''}`,
        title: rep.name,
      }),
  )

  test('the next step of contact/me works as it stands', async () => {
    const { nextStep = '' } = (await ask({ of: 'contact/me' })).structuredContent?.error ?? {}
    const call = JSON.parse(/\{[^{}]*\}/.exec(nextStep)?.[0] ?? '{}') as object
    expect((await ask(call)).structuredContent?.error).toBeUndefined()
  })
})

describe('of what is planned beyond the page', () => {
  const next = (answer: ToolAnswer): string =>
    (answer.structuredContent as unknown as { notes: string[] }).notes.find((note) => note.includes('are planned')) ??
    ''

  test('each way that is named shows more, and one kind is not told to name fewer', async () => {
    const args = { of, top: 2, kinds: ['task'] }
    const note = next(await ask(args))
    expect(note).toMatch(/^2 more are planned/)
    expect(note).not.toMatch(/fewer kinds/)
    expect(next(await ask({ of, top: 2 }))).toMatch(/name fewer kinds/)
    const { since } = JSON.parse(/\{[^{}]*\}/.exec(note)?.[0] ?? '{}') as { since?: string }
    const { planned = [] } = (await ask({ ...args, since, top: 3 })).structuredContent as { planned?: readonly Item[] }
    expect(planned.map(({ title }) => title)).toEqual(['soon', 'later', 'undated'])
  })
})

describe('a table by what people call it', () => {
  test.each([
    ['deals', ['opportunity']],
    ['opps', ['opportunity']],
    ['customers', ['account', 'contact']],
    ['Clients', ['account']],
    ['tickets', ['incident']],
    ['companies', ['account']],
    ['meetings', ['appointment']],
    ['prospect', ['lead']],
  ])('%s leads to %j', async (entity, names) => {
    const { nextStep = '' } = (await ask({ of: 'Twin Ltd', entity })).structuredContent?.error ?? {}
    const near = /Did you mean: (.*)\?$/.exec(nextStep)?.[1]?.split(', ') ?? []
    expect(near.slice(0, names.length).toSorted()).toEqual(names)
    const listed = (await ask({ search: entity }, 'sales-rep', 'list_entities')).structuredContent
    const { entities = [] } = listed as unknown as { entities?: { name: string }[] }
    expect(entities.map(({ name }) => name)).toEqual(expect.arrayContaining(names))
  })
})

describe('kinds as people write them', () => {
  test.each([
    [['E-mails', 'mails'], ['email']],
    [['phone calls', 'Phone_Call'], ['call']],
    [['appointments'], ['meeting']],
    [['Notes', 'annotation'], ['note']],
    [['changes', 'audit'], ['change']],
  ])('%j are %j', async (written, kinds) => {
    const args = { of: `account/${account('twin one')}` }
    const first = await ask({ ...args, kinds: written })
    const other = await ask({ ...args, kinds })
    expect(first.structuredContent?.error).toBeUndefined()
    expect({ ...first.structuredContent, asOf: '' }).toEqual({ ...other.structuredContent, asOf: '' })
  })
})

describe('whether anything changed', () => {
  const about = (answer: ToolAnswer): string => answer.content[0]?.text ?? ''

  test('is not known to who may not read histories, and so nobody says that nothing is there', async () => {
    const answer = about(await ask({ of, kinds: ['change'] }))
    expect(answer).toContain('Whether anything was changed is not known here.')
    expect(answer).toMatch(/Changes are not shown: the privilege \w+ is missing/)
    expect(answer).not.toMatch(/Nothing that you may see/)
  })

  test('who may not list changes is sent to the history of one record, and it is there', async () => {
    const list = await ask({ entity: 'audit', top: 1 }, 'sales-manager', 'query_crm')
    const { nextStep = '' } = list.structuredContent?.error ?? {}
    expect(nextStep).toMatch(/lacks the privilege prvReadAuditSummary\..*timeline: \{.*\}\.$/)
    const step = /\{[^{}]*\}/.exec(nextStep)?.[0].replace('account/…', of) ?? '{}'
    const answer = await ask(JSON.parse(step) as object, 'sales-manager')
    expect(answer.structuredContent?.['history']).toContain('Changes come from the audit history')
  })

  test.each([
    ['all times', {}, /Nothing that you may see is there: there may be more/],
    ['some time', { since: 'today' }, /Nothing that you may see is there in that time/],
  ])('is told of %s to who may', async (_what, args, says) => {
    expect(about(await ask({ of, kinds: ['change'], ...args }, 'analyst'))).toMatch(says)
  })
})

describe('names', () => {
  test('a case is found by its number, in a timeline and behind a lookup', async () => {
    const asked = { entity: 'incident', select: ['ticketnumber'], filter: 'ticketnumber ne null', top: 3 }
    const { rows = [] } = (await ask(asked, 'sales-rep', 'query_crm')).structuredContent ?? {}
    expect(rows).toHaveLength(3)
    for (const [number, id] of rows) {
      const told = (await ask({ of: String(number).toLowerCase() })).structuredContent
      expect(told?.['of']).toMatchObject({ id: `incident/${String(id)}` })
      const call = { entity: 'task', filter: `regardingobjectid eq '${String(number)}'` }
      const { interpreted } = (await ask(call, 'sales-rep', 'query_crm')).structuredContent ?? {}
      expect(interpreted?.join()).toContain(`"${String(number)}" was read as`)
    }
  })

  test('rows of one name: the call that tells them apart works as it stands', async () => {
    const { nextStep = '' } = (await ask({ of: 'Twin Ltd' })).structuredContent?.error ?? {}
    const call = /query_crm (\{.*\})\.$/.exec(nextStep)?.[1] ?? ''
    const { rows } = (await ask(JSON.parse(call) as object, 'sales-rep', 'query_crm')).structuredContent ?? {}
    expect(rows).toHaveLength(2)
  })

  test.each([
    ['a first name misspelt', 'Chloo Hussain'],
    ['a last name misspelt', 'Chloë Husain'],
    ['the last name first', 'Hussain, Chloe'],
  ])('%s leads to the person', async (_what, name) => {
    const { nextStep } = (await ask({ of: name })).structuredContent?.error ?? {}
    expect(nextStep).toMatch(/"of":"contact\/[0-9a-f-]+"} \(Contact "Chloë Hussain"\)/)
  })

  test.each([
    ['a misspelt name', { of: 'Chloo Hussain' }],
    ['a name of several', { of: 'Twin Ltd' }],
    ['an id alone', { of: '0037d8ad-a0bc-4113-8119-daf9a23d0e3c' }],
    ['me of a contact', { of: 'contact/me' }],
  ])('%s: the step says again what else was asked', async (_what, named) => {
    const beside = { since: '2026-01-01', kinds: ['email', 'note'], top: 7 }
    const { nextStep = '' } = (await ask({ ...named, ...beside })).structuredContent?.error ?? {}
    const calls = nextStep.match(/\{"of":[^{}]*\}/g) ?? []
    expect(calls.length).toBeGreaterThan(0)
    for (const call of calls) expect(JSON.parse(call)).toMatchObject(beside)
  })
})
