import { bearerOf, type Stage } from '../../../queries/reports/stage.ts'
import { rowsAt } from '../../../queries/suite.ts'
import { person } from '../../../sandbox/people.ts'
import { textOf } from '../../../sandbox/dataverse/store/store.ts'
import { callTool, type Harness, type ToolAnswer } from '../support/harness.ts'
import { allCalls, type Call } from './calls.ts'
import { NOW, openWorld, readCursor, SECRET, type Setting, type World } from './stage.ts'

/** Sees every row, so that nothing but a rule keeps anything from them. */
export const WHO = bearerOf(person('analyst'))
const ROWS_OF_EACH = 2
const ACTIVITIES = ['task', 'activitypointer', 'email', 'phonecall']

/** Two environments that differ in what a setting hides alone, and a worker over each. */
export type Worlds = {
  readonly stages: Readonly<Record<World, Stage>>
  readonly guarded: Readonly<Record<World, Harness>>
  readonly calls: readonly Call[]
  readonly close: () => Promise<void>
}

export async function openWorlds(setting: Setting): Promise<Worlds> {
  const stages = { one: await openWorld('one', setting), other: await openWorld('other', setting) }
  return {
    stages,
    guarded: { one: stages.one.workerWith(setting.rules), other: stages.other.workerWith(setting.rules) },
    calls: allCalls(setting, idsOfRows(setting)),
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

export async function askBoth({ one, other }: Both, { tool, args }: Call): Promise<readonly [ToolAnswer, ToolAnswer]> {
  return await Promise.all([callTool(one, tool, args, WHO), callTool(other, tool, args, WHO)])
}

/** All that an answer tells, its cursors read, without the host; what was asked for may be repeated. */
export function told(answer: ToolAnswer, { args }: Call): string {
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

/** Of each call whose answers differ, hold a hidden value, or are a mistake of ours: the call, and what they tell. */
export async function differences({ guarded }: Worlds, calls: readonly Call[]): Promise<readonly object[]> {
  const found: object[] = []
  for (const call of calls) {
    const [one, other] = (await askBoth(guarded, call)).map((answer) => told(answer, call))
    if (one !== other || SECRET.test(one ?? '') || one?.includes('server_error')) found.push({ call, one, other })
  }
  return found
}
