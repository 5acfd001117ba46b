import { afterAll, beforeAll, expect, test } from '@jest/globals'

import { varietyRows } from '../../sandbox/dataverse/seed/variety/variety.ts'
import { PEOPLE } from '../../sandbox/people.ts'
import type { Harness } from '../../unit/mcp/support/harness.ts'
import { rowsAsObjects } from '../../unit/mcp/support/rows.ts'
import { called, openStage, type Stage } from '../../unit/mcp/support/sandbox-stage.ts'
import { fetch, filter } from '../query.ts'
import { printedIn } from './printed.ts'

type Arguments = Readonly<Record<string, unknown>>

let stage: Stage
let worker: Harness
beforeAll(async () => {
  stage = await openStage(varietyRows(PEOPLE, new Date()))
  worker = stage.coldWorker({ maxTop: 5000, resultBytes: 5_000_000 })
})
afterAll(async () => await stage.close())

/** What the tool said of teams, and by how many requests, once it knows the entity. */
async function told(args: Arguments): Promise<{ line: string | undefined; requests: number; ids: readonly unknown[] }> {
  await called(worker, 'query_crm', args)
  const { answer, requests } = await called(worker, 'query_crm', args)
  const { structuredContent: content, content: texts } = answer
  const said = content?.interpreted ?? []
  const lines = said.filter((sentence) => sentence.startsWith('Teams of yours'))
  expect([content?.error, lines.length > 1]).toEqual([undefined, false])
  expect(texts[0]?.text.includes('Teams of yours')).toBe(lines.length > 0)
  return { line: lines[0], requests, ids: rowsAsObjects(content).map((row) => JSON.stringify(row)) }
}

const MINE = '<condition attribute="ownerid" operator="eq-userid"/>'
const TEAMS = '<condition attribute="ownerid" operator="eq-userteams"/>'
const OPEN = '<condition attribute="statecode" operator="eq" value="0"/>'
const ENTITIES = [
  ...['opportunity', 'account', 'contact', 'lead', 'incident', 'task', 'phonecall'],
  ...['appointment', 'quote', 'salesorder', 'activitypointer'],
]

/** Of the rows of a condition, how many there are and their amounts, by an aggregate of its own. */
async function totals(entity: string, conditions: string, amount?: string): Promise<{ n: number; sum: number | null }> {
  const id = ['task', 'phonecall', 'appointment', 'activitypointer'].includes(entity) ? 'activityid' : `${entity}id`
  const sum = amount === undefined ? '' : `<attribute name="${amount}" aggregate="sum" alias="s"/>`
  const inner = `<attribute name="${id}" aggregate="count" alias="n"/>${sum}${filter(conditions)}`
  const { answer } = await called(worker, 'query_crm', { fetchxml: fetch(entity, inner, 'aggregate="true"') })
  expect([entity, answer.structuredContent?.error]).toEqual([entity, undefined])
  const [row = {}] = rowsAsObjects(answer.structuredContent)
  const number = (value: unknown): number => Number(/\d+(?:\.\d+)?/.exec(JSON.stringify(value ?? 0))?.[0] ?? 0)
  return { n: number(row['n']), sum: row['s'] == null ? null : number(row['s']) }
}

test('in both languages the rows of teams are counted beside the first page, in the same request', async () => {
  let lines = 0
  for (const entity of ENTITIES) {
    const { n } = await totals(entity, TEAMS)
    const mine = (await totals(entity, MINE)).n
    for (const [args, again] of [
      [{ entity, filter: 'ownerid eq me', select: ['ownerid'], top: 5000 }, (one: string) => ({ filter: one })],
      [
        { fetchxml: fetch(entity, `<attribute name="ownerid"/>${filter(MINE)}`), top: 5000 },
        (one: string) => ({ fetchxml: fetch(entity, `<attribute name="ownerid"/>${filter(one)}`) }),
      ],
    ] as const) {
      const { line, requests, ids } = await told(args)
      expect([entity, requests, ids.length]).toEqual([entity, 1, mine])
      expect([entity, line?.replace(/: .*/, '')]).toEqual([entity, n > 0 ? `Teams of yours own ${n} more` : undefined])
      const [both = '', ...others] = printedIn(line ?? '', 'filter' in args ? 'odata' : 'fetchxml')
      if (n === 0) continue
      lines += 1
      expect([both === '', others]).toEqual([false, []])
      const whole = await told({ ...args, ...again(both) })
      expect([entity, whole.ids.length, whole.line]).toEqual([entity, mine + n, undefined])
    }
  }
  expect(lines).toBeGreaterThan(3)
})

test('the first amount among the columns is summed in the base currency, for a list and for totals', async () => {
  const teams = await totals('opportunity', TEAMS + OPEN, 'estimatedvalue_base')
  expect(teams.sum).toBeGreaterThan(0)
  const line = expect.stringMatching(
    new RegExp(`^Teams of yours own ${teams.n} more, [\\d,.]+ GBP of estimatedvalue_base: .* gives both\\.$`),
  )
  const total = '<attribute name="estimatedvalue" aggregate="sum" alias="s"/>'
  for (const args of [
    { entity: 'opportunity', select: ['name', 'estimatedvalue'], filter: 'statecode eq 0 and ownerid eq me' },
    { entity: 'opportunity', select: ['estimatedvalue_base'], filter: '(ownerid eq me) and statecode eq Open' },
    { fetchxml: fetch('opportunity', total + filter(OPEN + MINE), 'aggregate="true"') },
    { fetchxml: fetch('opportunity', `${total}${filter(OPEN)}<filter type="or">${MINE}</filter>`, 'aggregate="true"') },
  ]) {
    const { line: said, requests } = await told(args)
    expect([said, requests]).toEqual([line, 1])
    const sum = /, ([\d,.]+) GBP/.exec(said ?? '')?.[1]?.replaceAll(',', '')
    expect(Number(sum)).toBeCloseTo(teams.sum ?? 0, 1)
  }
})

const ACCOUNT = '<link-entity name="account" from="accountid" to="parentaccountid" alias="far"'
const TASK = '<link-entity name="task" from="regardingobjectid" to="opportunityid" alias="near"'
const ATTRIBUTE = '<attribute name="createdon"/>'

test.each([
  { entity: 'opportunity', filter: "ownerid eq me or name eq 'x'" },
  { entity: 'opportunity', filter: 'not (ownerid eq me)' },
  { entity: 'opportunity', filter: 'ownerid ne me' },
  { entity: 'opportunity', filter: 'createdby eq me' },
  { entity: 'opportunity', filter: 'parentaccountid/ownerid eq me' },
  { entity: 'opportunity', filter: 'ownerid eq me-or-my-teams' },
  { entity: 'opportunity', filter: 'ownerid eq my-teams' },
  { entity: 'systemuser', filter: 'systemuserid eq me' },
  { fetchxml: fetch('opportunity', filter(MINE) + ATTRIBUTE, 'page="2" count="2"') },
  { fetchxml: fetch('opportunity', filter(MINE) + ATTRIBUTE, 'distinct="true"') },
  { fetchxml: fetch('opportunity', `${ATTRIBUTE}${ACCOUNT}>${filter(MINE)}</link-entity>`) },
  { fetchxml: fetch('opportunity', `${ATTRIBUTE}${filter(MINE)}${TASK}>${ATTRIBUTE}</link-entity>`) },
])('no word of teams where they are not what is left out, or a row comes twice: %j', async (args: Arguments) => {
  expect(await told(args)).toMatchObject({ line: undefined, requests: 1 })
})

test('a cursor goes on without counting again', async () => {
  const first = await called(worker, 'query_crm', { entity: 'opportunity', filter: 'ownerid eq me', top: 2 })
  const { cursor } = first.answer.structuredContent ?? {}
  stage.dataverse.reset()
  expect(await told({ cursor })).toMatchObject({ line: undefined, requests: 1 })
  expect(stage.dataverse.counters().parts).toMatchObject({ fetchxml: 0 })
})
