import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import { bearerOf, type Stage } from '../../../queries/reports/stage.ts'
import { ASKERS, rowsAt } from '../../../queries/suite.ts'
import { textOf } from '../../../sandbox/dataverse/store/store.ts'
import { callTool, type Harness, type ToolAnswer } from '../support/harness.ts'
import { allCalls, type Call } from './calls.ts'
import { HIDDEN, NOW, openWorld, readCursor, RULES, SECRET } from './stage.ts'

const ANALYST = bearerOf(ASKERS.find(({ persona }) => persona === 'analyst') ?? (() => { throw new Error('nobody') })())
const ROWS_OF_EACH = 2

type Worlds = { readonly one: Harness; readonly other: Harness }
let stages: { readonly one: Stage; readonly other: Stage }
let guarded: Worlds
let plain: Worlds
let calls: readonly Call[]

beforeAll(async () => {
  stages = { one: await openWorld('one'), other: await openWorld('other') }
  guarded = { one: stages.one.workerWith(RULES), other: stages.other.workerWith(RULES) }
  plain = { one: stages.one.worker, other: stages.other.worker }
  calls = allCalls(idsOfRows())
}, 60_000)
afterAll(async () => {
  await stages.one.close()
  await stages.other.close()
})

function idsOfRows(): ReadonlyMap<string, readonly string[]> {
  const byTable = Map.groupBy(rowsAt(NOW), ({ entity }) => entity)
  const tables = [...Object.keys(HIDDEN), 'email', 'incident', 'systemuser']
  return new Map(
    tables.map((table) => {
      const key = ['task', 'activitypointer', 'email'].includes(table) ? 'activityid' : `${table}id`
      return [table, (byTable.get(table) ?? []).slice(0, ROWS_OF_EACH).map(({ values }) => textOf(values[key]))]
    }),
  )
}

async function ask({ one, other }: Worlds, { tool, args }: Call): Promise<readonly [ToolAnswer, ToolAnswer]> {
  return await Promise.all([callTool(one, tool, args, ANALYST), callTool(other, tool, args, ANALYST)])
}

/** What was asked for may be repeated; nothing else of it may be there. */
function told(answer: ToolAnswer, { args }: Call): string {
  const cursors = [...JSON.stringify(answer).matchAll(/"cursor\\?":\\?"([\w-]{60,})/g)].map(([, cursor = '']) => readCursor(cursor))
  let text = [JSON.stringify(answer).replaceAll(/127\.0\.0\.1:\d+/g, 'host'), ...cursors].join('\n')
  for (const word of JSON.stringify(args).match(new RegExp(SECRET, 'gi')) ?? []) text = text.replaceAll(word, '')
  return text
}

/** What an event tells of a call, without how long it took. */
function written(harness: Harness): string {
  return JSON.stringify(harness.events.map(({ durationMs: _ms, dataverseRequestIds: _ids, ...event }) => event))
}

describe('two environments that differ in what models do not get', () => {
  test('are one, whatever is asked', async () => {
    const different: unknown[] = []
    for (const call of calls) {
      const [one, other] = await ask(guarded, call)
      if (told(one, call) !== told(other, call)) different.push({ call, one: told(one, call).slice(0, 1500), other: told(other, call).slice(0, 1500) })
      const leaked = [one, other].map((answer) => new RegExp(SECRET).exec(told(answer, call))?.[0]).find(Boolean)
      if (leaked !== undefined) different.push({ call, leaked, text: told(one, call).slice(0, 1500) })
      const broken = [one, other].find((answer) => JSON.stringify(answer).includes('server_error'))
      if (broken) different.push({ call, broken: JSON.stringify(broken).slice(0, 800) })
    }
    writeFileSync('/tmp/eyes15/guard/diff.json', JSON.stringify(different, null, 1))
    console.log(calls.length, different.length)
    expect(different.length).toBe(0)
  }, 400_000)
})
void [() => plain, written]
