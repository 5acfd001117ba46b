// Not in a bare npm test: writes in random orders.
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import type { Fault } from '../../../../sandbox/dataverse/http/control.ts'
import { askHere } from '../../../../sandbox/dataverse/http/in-process.ts'
import type { Harness, ToolAnswer } from '../../support/harness.ts'
import { openStage, type Stage } from '../../support/sandbox-stage.ts'
import { commit, preview, writingWorker, type Call } from '../../support/writing-stage.ts'
import { direct, watchedWire } from './world.ts'

jest.setTimeout(180_000)
let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(async () => stage.close())

/** @see https://gist.github.com/tommyettinger/46a874533244883189143505d203312c mulberry32 */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const FAULTS: readonly (Fault['kind'] | 'none' | 'reads-fail')[] = [
  'none',
  'commit-then-503',
  'commit-then-reset',
  'down',
  'drop',
  'timeout',
  'throttle',
  'plug-in',
  'reads-fail',
]
const STEPS = ['call', 'call', 'call', 'race', 'restart', 'colleague'] as const
const TABLES = [
  { entity: 'account', set: 'accounts', key: 'accountid', column: 'telephone1', other: 'description', name: 'name' },
  { entity: 'task', set: 'tasks', key: 'activityid', column: 'subject', other: 'description', name: 'subject' },
] as const
type TableOf = (typeof TABLES)[number]

const codeOf = ({ structuredContent }: ToolAnswer): string =>
  structuredContent?.error?.code ?? (structuredContent?.['already'] === true ? 'already' : 'done')

/** The row without what any write changes. */
async function rowOf({ set, column, other }: TableOf, id: string) {
  const { status, row } = await direct(stage, `${set}(${id})?$select=${column},${other}`)
  return status === 404 ? undefined : { value: row[column], other: row[other], tag: row['@odata.etag'] }
}

async function firstOf({ set, key }: TableOf): Promise<string> {
  const mine = `_ownerid_value eq ${stage.callerOf('sales-rep').systemUserId} and statecode eq 0`
  const { row } = await direct(stage, `${set}?$select=${key}&$filter=${mine}&$orderby=${key}&$top=1`)
  return String((row['value'] as Record<string, unknown>[])[0]?.[key])
}

type Run = { readonly table: TableOf; readonly wanted: string; readonly call: Call; readonly id: string }

async function begin(seed: number, worker: Harness, random: () => number): Promise<Run> {
  const table = TABLES[Math.floor(random() * TABLES.length)]!
  const wanted = `wanted ${seed}`
  const isNew = random() < 0.5
  if (!isNew) {
    const id = await firstOf(table)
    const call = await preview(worker, { entity: table.entity, id, changes: [{ column: table.column, to: wanted }] })
    return { table, wanted, call, id }
  }
  const named = table.name === table.column ? [] : [{ column: table.name, to: `named ${seed}` }]
  const call = await preview(worker, {
    entity: table.entity,
    changes: [...named, { column: table.column, to: wanted }],
  })
  const { changeId } = worker.events.findLast((event) => event.name === 'change.previewed') ?? {}
  return { table, wanted, call, id: String(changeId) }
}

async function play(seed: number, history: string[]): Promise<void> {
  stage.dataverse.reset()
  const random = randomFrom(seed)
  const wired = watchedWire(askHere)
  const fresh = (): Harness => writingWorker(stage, { wire: wired.wire })
  let worker = fresh()
  const run = await begin(seed, worker, random)
  const { table, id, wanted, call } = run
  history.push(table.entity, call.tool)
  const look = () => rowOf(table, id)
  const steps = 3 + Math.floor(random() * 4)
  let applied = 0
  for (let step = 0; step < steps; step += 1) {
    const doing = STEPS[Math.floor(random() * STEPS.length)]!
    const fault = FAULTS[Math.floor(random() * FAULTS.length)]!
    history.push(`${doing} ${fault}`)
    if (doing === 'restart') worker = fresh()
    const before = await look()
    if (doing === 'colleague') {
      if (before)
        await direct(stage, `${table.set}(${id})`, {
          body: { [random() < 0.5 ? table.column : table.other]: `colleague ${step}` },
        })
      continue
    }
    if (doing === 'restart') continue
    if (fault === 'reads-fail') wired.hooks.beforeWrite = async () => void (wired.hooks.readsFail = true)
    else if (fault !== 'none') stage.dataverse.fault({ upn: '*', kind: fault, on: 'write', times: 1, retryAfter: 0 })
    const sentBefore = wired.sent.length
    const answers = await Promise.all(Array.from({ length: doing === 'race' ? 2 : 1 }, () => commit(worker, call)))
    const codes = answers.map(codeOf)
    wired.hooks.readsFail = false
    wired.hooks.beforeWrite = undefined
    history.push(codes.join())
    const after = await look()
    const changed = JSON.stringify(after) !== JSON.stringify(before)
    if (changed) applied += 1
    // Either nothing, or the previewed change and nothing else.
    if (changed) expect(after).toEqual({ value: wanted, other: before?.other ?? null, tag: after?.tag })
    // Of a call whose answer was lost nobody can tell whether it or another one of the same made the row.
    const isTold = fault === 'none' || fault === 'throttle' || fault === 'plug-in'
    if (isTold) expect(codes.filter((code) => code === 'done').length).toBeLessThanOrEqual(changed ? 1 : 0)
    // A new row is there whatever somebody made of it since; another has the value.
    const isThere = codes.some((code) => code === 'done' || code === 'already')
    if (isThere && call.tool === 'update_record') expect(after?.value).toBe(wanted)
    if (isThere) expect(after).toBeDefined()
    if (changed && !codes.includes('outcome_unknown')) expect(codes).toContain('done')
    // Each call sends once, and again only what was held back before it was executed.
    expect(wired.sent.length - sentBefore).toBeLessThanOrEqual(answers.length + (fault === 'throttle' ? 1 : 0))
  }
  expect(applied).toBeLessThanOrEqual(1)
}

const SEEDS = Array.from({ length: 60 }, (_, at) => at + 1)

test('any sequence of lost answers, repeats, races and restarts leaves exactly the previewed change or none, and says which', async () => {
  for (const seed of SEEDS) {
    const history: string[] = []
    try {
      await play(seed, history)
    } catch (error) {
      throw new Error(`seed ${seed}: ${history.join('; ')}`, { cause: error })
    }
  }
})
