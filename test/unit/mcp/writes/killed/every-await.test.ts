// Not in a bare npm test: ends a worker at each await of a write.
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { writePolicy } from '../../../../../shared/config/writes/policy.ts'
import type { McpDeps } from '../../../../../shared/mcp/endpoint/mcp-endpoint.ts'
import { fetchHere } from '../../../../sandbox/dataverse/http/in-process.ts'
import { markerId } from '../../../../sandbox/dataverse/seed/markers.ts'
import { turnsOf } from '../../../dataverse/support/turns.ts'
import type { Harness, ToolAnswer } from '../../support/harness.ts'
import { openStage, type Stage } from '../../support/sandbox-stage.ts'
import type { Call } from '../../support/writing-stage.ts'
import { direct } from '../commit/world.ts'
import { buildMortal } from './build-mortal.ts'

jest.setTimeout(240_000)
let mortal: Awaited<ReturnType<typeof buildMortal>>
let stage: Stage
/** What a worker that has run for a while knows: of those that die, and of those that come after them. */
let known: { readonly dying: McpDeps['dataverse']; readonly fresh: McpDeps['dataverse'] }
beforeAll(async () => {
  ;[mortal, stage] = await Promise.all([buildMortal(), openStage()])
  known = { dying: mortal.knownOf(stage), fresh: mortal.knownOf(stage) }
})
afterAll(async () => stage.close())

const MARK = 'At every await'
const DEAL = markerId('own')
const POLICY = writePolicy.parse(
  JSON.stringify({
    tables: {
      account: { update: ['telephone1'] },
      task: { create: ['subject', 'description'] },
      phonecall: { create: ['subject', 'regardingobjectid', 'from', 'to', 'directioncode'] },
      opportunity: { update: ['statecode'] },
      opportunityclose: { create: ['subject', 'actualrevenue'] },
    },
  }),
)
const changes = (of: object) => Object.entries(of).map(([column, to]) => ({ column, to: to as string | number }))

type Case = {
  readonly asked: object
  /** Everything that it makes or changes, as Dataverse has it. */
  readonly look: readonly string[]
}
/** @param account id of one that is there */
const CASES: Readonly<Record<string, (account: string) => Case>> = {
  create_record: () => ({
    asked: { entity: 'task', changes: changes({ subject: MARK, description: 'Once' }) },
    look: [`tasks?$select=subject,description&$filter=subject eq '${MARK}'`],
  }),
  update_record: (account) => ({
    asked: { entity: 'account', id: account, changes: changes({ telephone1: MARK }) },
    look: [`accounts(${account})?$select=name,telephone1,description`],
  }),
  log_activity: (account) => ({
    asked: {
      operation: 'log_activity',
      changes: changes({ kind: 'phonecall', subject: MARK, regarding: `account/${account}`, direction: 'Outgoing' }),
    },
    look: [
      `phonecalls?$select=subject,directioncode,_regardingobjectid_value&$filter=subject eq '${MARK}'`,
      `activityparties?$select=participationtypemask,_partyid_value&$filter=activityid_phonecall/subject eq '${MARK}'`,
    ],
  }),
  close_opportunity: () => ({
    asked: { operation: 'close_opportunity', id: DEAL, changes: changes({ result: 'won', actualRevenue: 900 }) },
    look: [
      `opportunities(${DEAL})?$select=statecode,statuscode,actualvalue`,
      `opportunitycloses?$select=subject,actualrevenue&$filter=_opportunityid_value eq ${DEAL}`,
    ],
  }),
}

/** How often something of a worker goes on; with the `end`th time it is dead. */
function lifeUntil(end: number) {
  let [awaits, isDead] = [0, false]
  let die: (what: 'dead') => void = () => undefined
  const death = new Promise<'dead'>((resolve) => void (die = resolve))
  return {
    death,
    awaits: () => awaits,
    isDead: () => isDead,
    goesOn: (): boolean => {
      if (!isDead) awaits += 1
      if (awaits >= end) isDead = true
      if (isDead) die('dead')
      return !isDead
    },
  }
}
type Life = ReturnType<typeof lifeUntil>

/** A worker's own way out: what the dead still send would be told, and what was on its way arrives. */
function wireOf(life?: Life) {
  const pending: Promise<unknown>[] = []
  const sentByTheDead: string[] = []
  const gone = new AbortController()
  let writes = 0
  const wire: typeof fetch = (input, init) => {
    const url = input instanceof Request ? input.url : input.toString()
    if (life?.isDead()) sentByTheDead.push(url)
    if (init?.method === 'PATCH' || (init?.method === 'POST' && !url.endsWith('$batch'))) writes += 1
    const answer = fetchHere(input, {
      ...init,
      signal: AbortSignal.any([gone.signal, ...(init?.signal ? [init.signal] : [])]),
    })
    pending.push(answer)
    return answer
  }
  return { wire, writes: () => writes, sentByTheDead, arrived: () => Promise.allSettled(pending), gone }
}

const workerWith = (deps: McpDeps['dataverse'], wire: typeof fetch): Harness =>
  mortal.mortalWorker(stage, {
    writes: { policy: POLICY },
    more: { dataverse: { ...deps, turns: turnsOf(), fetch: wire } },
  })

async function look({ look: paths }: Case): Promise<unknown[]> {
  const seen = await Promise.all(paths.map(async (path) => await direct(stage, path)))
  return seen.map(({ status, row }) => {
    if (status !== 200) throw new Error(JSON.stringify(row))
    return row['value'] ?? row
  })
}

/** Without what each run makes anew. */
const values = (seen: unknown[]): unknown =>
  JSON.parse(
    JSON.stringify(seen, (name, value: unknown) =>
      /^@odata|^activityid$|activitypartyid$/.test(name) ? undefined : value,
    ),
  )

type Death = { readonly end: 'dead' | ToolAnswer; readonly awaits: number; readonly told: readonly string[] }
/** What one change comes to. */
type Known = { readonly one: Case; readonly call: Call; readonly start: unknown; readonly wanted: unknown }

/** Lets one worker make a change, and die at an await; then another is given the same call. */
async function dieAt(at: number, change: Known): Promise<Death> {
  const life = lifeUntil(at)
  const wired = wireOf(life)
  const dying = workerWith(known.dying, wired.wire)
  const end = await Promise.race([mortal.lives.run(life, () => mortal.commit(dying, change.call)), life.death])
  await wired.arrived()
  const told = dying.events.map(({ name }) => name)
  const isTold = told.includes('change.attempted')
  // Nothing leaves that is not told before.
  expect(wired.writes()).toBeLessThanOrEqual(isTold ? 1 : 0)
  const isApplied = told.includes('change.applied')
  if (isTold !== isApplied || at % EACH === 0) await follow(wired.writes() === 1, change)
  if (isTold) stage.dataverse.reset()
  wired.gone.abort()
  expect(isApplied && wired.writes() === 0).toBe(false)
  // The dead did nothing more.
  expect(wired.sentByTheDead).toEqual([])
  expect(dying.events).toHaveLength(told.length)
  return { end, awaits: life.awaits(), told }
}
/** Of those that died before they had sent anything, or after they had told how it ended, one in so many is followed. */
const EACH = 20

/** What a dead worker has left, and what the next one makes of it. */
async function follow(isMade: boolean, { one, call, start, wanted }: Known): Promise<void> {
  const after = await look(one)
  expect(values(after)).toEqual(isMade ? wanted : start)
  const { structuredContent } = await mortal.commit(workerWith(known.fresh, fetchHere), call)
  // Made once, whoever died; and the next one says which of them made it.
  expect(structuredContent).toMatchObject({ done: true, already: isMade })
  const last = await look(one)
  expect(values(last)).toEqual(wanted)
  if (isMade) expect(last).toEqual(after)
  stage.dataverse.reset()
}

/** The change as one worker makes it that nothing befalls. */
async function knownOf(one: Case): Promise<Known> {
  stage.dataverse.reset()
  const worker = workerWith(known.fresh, fetchHere)
  const call = await mortal.preview(worker, one.asked)
  const start = values(await look(one))
  await mortal.commit(worker, call)
  const wanted = values(await look(one))
  stage.dataverse.reset()
  expect(wanted).not.toEqual(start)
  return { one, call, start, wanted }
}

const ENDS = ['change.applied', 'change.refused', 'change.unknown']

test.each(Object.entries(CASES))(
  '%s by a worker that is killed at any await: the next one ends it',
  async (tool, of) => {
    const mine = `_ownerid_value eq ${stage.callerOf('sales-rep').systemUserId} and statecode eq 0`
    const { row } = await direct(stage, `accounts?$select=accountid&$filter=${mine}&$orderby=accountid&$top=1`)
    const change = await knownOf(of(String((row['value'] as { accountid: string }[])[0]?.accountid)))
    // The first one learns the organization.
    await dieAt(Infinity, change)
    const whole = await dieAt(Infinity, change)
    expect(whole.end).toMatchObject({ structuredContent: { done: true, already: false } })
    const deaths: Death[] = []
    for (let at = 1; at <= whole.awaits; at += 1) {
      try {
        deaths.push(await dieAt(at, change))
      } catch (error) {
        throw new Error(`${tool}, killed at await ${at} of ${whole.awaits}`, { cause: error })
      }
    }
    expect(deaths.filter(({ end }) => end !== 'dead')).toEqual([])
    // Those that died while it was on its way have left the attempt, and no end of it.
    const from = deaths.findIndex(({ told }) => told.includes('change.attempted'))
    const until = deaths.findIndex(({ told }) => told.includes('change.applied'))
    expect([from, until - from, whole.awaits - until].map((awaits) => awaits > 10)).toEqual([true, true, true])
    for (const { told } of deaths.slice(from, until)) expect(told.filter((name) => ENDS.includes(name))).toEqual([])
  },
)
