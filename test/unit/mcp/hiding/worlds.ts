import { bearerOf, type Stage } from '../../../queries/reports/stage.ts'
import { ASKERS, rowsAt } from '../../../queries/suite.ts'
import { person } from '../../../sandbox/people.ts'
import { textOf } from '../../../sandbox/dataverse/store/store.ts'
import { callTool, readResult, send, type Harness, type ToolAnswer } from '../support/harness.ts'
import { allCalls, type Call } from './calls.ts'
import { type Offer, allOffers } from './offers.ts'
import { NOW, openWorld, readCursor, SECRET, type Setting, type World } from './stage.ts'

/** Sees every row, so that nothing but a rule keeps anything from them. */
export const WHO = bearerOf(person('analyst'))
/** Those who see less: their own rows, and those of a unit. */
export const OTHERS = ASKERS.map(bearerOf).filter((who) => who !== WHO)
const ROWS_OF_EACH = 2
const ACTIVITIES = ['task', 'activitypointer', 'email', 'phonecall']

/** Two environments that differ in what a setting hides alone, and a worker over each. */
export type Worlds = {
  readonly stages: Readonly<Record<World, Stage>>
  readonly guarded: Readonly<Record<World, Harness>>
  readonly calls: readonly Call[]
  readonly offers: readonly Offer[]
  readonly close: () => Promise<void>
}

export async function openWorlds(setting: Setting): Promise<Worlds> {
  const stages = { one: await openWorld('one', setting), other: await openWorld('other', setting) }
  return {
    stages,
    guarded: { one: stages.one.workerWith(setting.rules), other: stages.other.workerWith(setting.rules) },
    calls: allCalls(setting, idsOfRows(setting)),
    offers: await allOffers(async (offer) => await answerTo(offer, stages.one.worker, WHO)),
    close: async () => {
      await stages.one.close()
      await stages.other.close()
    },
  }
}

export function idsOfRows({ hidden }: Setting): ReadonlyMap<string, readonly string[]> {
  const byTable = Map.groupBy(rowsAt(NOW), ({ entity }) => entity)
  const tables = new Set([...Object.keys(hidden), 'email', 'incident', 'systemuser', 'contact', 'hp_project'])
  return new Map(
    [...tables].map((table) => {
      const key = ACTIVITIES.includes(table) ? 'activityid' : `${table}id`
      return [table, (byTable.get(table) ?? []).slice(0, ROWS_OF_EACH).map(({ values }) => textOf(values[key]))]
    }),
  )
}

type Both = Readonly<Record<World, Harness>>

export async function askBoth(
  { one, other }: Both,
  { tool, args }: Call,
  who = WHO,
): Promise<readonly [ToolAnswer, ToolAnswer]> {
  return await Promise.all([callTool(one, tool, args, who), callTool(other, tool, args, who)])
}

/** What is offered beside tools, asked as one person. */
export async function answerTo({ method, params }: Offer, harness: Harness, who: string): Promise<unknown> {
  const body = { jsonrpc: '2.0', id: 1, method, params }
  return readResult(await send(harness, { body, headers: { authorization: `Bearer token-${who}` } }))
}

/** All that an answer tells, its cursors read, without the host; what was asked for may be repeated. */
export function told(answer: unknown, args: Call['args']): string {
  const json = JSON.stringify(answer)
  const cursors = [...json.matchAll(/"cursor\\?":\\?"([\w-]{60,})/g)].map(([, cursor = '']) => readCursor(cursor))
  const all = [json.replaceAll(/127\.0\.0\.1:\d+/g, 'host'), ...cursors].join('\n')
  const asked = JSON.stringify(args).match(new RegExp(SECRET, 'gi')) ?? []
  return asked.reduce((text, word) => text.replaceAll(word, ''), all)
}

/** What an event tells of a call, but for how long it took and by which requests. */
export function written(harness: Harness): string {
  const told = harness.events.map(({ durationMs: _ms, dataverseRequestIds: _ids, bytes: _bytes, ...event }) => event)
  return JSON.stringify(told)
}

/** A call, and who makes it. */
export type Turn = { readonly call: Call; readonly who: string }

/** Each call by one person: in turn by whoever sees all, and by one of the others. */
export function turnsOf(calls: readonly Call[]): Turn[] {
  return calls.map((call, at) => {
    const other = OTHERS[Math.floor(at / 2) % OTHERS.length]
    return { call, who: at % 2 === 0 ? WHO : (other ?? WHO) }
  })
}

/** Of each call whose answers differ, hold a hidden value, or are a mistake of ours: the call, and what they tell. */
export async function differences({ guarded }: Worlds, turns: readonly Turn[]): Promise<readonly object[]> {
  const found: object[] = []
  for (const { call, who } of turns) {
    const [one, other] = (await askBoth(guarded, call, who)).map((answer) => told(answer, call.args))
    if (isLeak(one, other)) found.push({ call, who, one, other })
  }
  return found
}

/** The same of prompts and resources, asked by everybody. */
export async function differencesOfOffers({ guarded, offers }: Worlds): Promise<readonly object[]> {
  const found: object[] = []
  for (const offer of offers)
    for (const who of [WHO, ...OTHERS]) {
      const [one, other] = [await answerTo(offer, guarded.one, who), await answerTo(offer, guarded.other, who)]
      if (one === undefined || isLeak(told(one, {}), told(other, {}))) found.push({ offer, who, one, other })
    }
  return found
}

function isLeak(one = '', other = ''): boolean {
  return one !== other || SECRET.test(one) || one.includes('server_error')
}
