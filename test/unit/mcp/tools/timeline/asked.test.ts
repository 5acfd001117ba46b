import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Item } from '../../../../../shared/mcp/tools/timeline/timeline.ts'
import { reference } from '../../../../sandbox/dataverse/seed/tools.ts'
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
})
