import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals'
import { writePolicy } from '../../../../../shared/config/writes/policy.ts'
import { switchesOf } from '../../../../../shared/grants/switches/current-switches.ts'
import { LimitReached } from '../../../../../shared/mcp/limits/limit-reached.ts'
import { offFor } from '../../../../../shared/mcp/switches/off.ts'
import type { AuditEvent } from '../../../../../shared/telemetry/events.ts'
import type { Fault } from '../../../../sandbox/dataverse/http/control.ts'
import { send, sharedDeps, type Harness } from '../../support/harness.ts'
import { turnsOf } from '../../../dataverse/support/turns.ts'
import { openStage, type Stage } from '../../support/sandbox-stage.ts'
import { commit, preview, writingWorker, type Call, type WritingOptions } from '../../support/writing-stage.ts'
import { direct, watchedWire } from './world.ts'

// The first one learns the organization.
jest.setTimeout(60_000)
const PATIENT = { toolDeadlineMs: 40_000, resultBytes: 25_000, defaultTop: 50, maxTop: 500 }
let stage: Stage
let wired: ReturnType<typeof watchedWire>
/** What all workers know of the organization already. */
let known: ReturnType<typeof sharedDeps>
beforeAll(async () => {
  stage = await openStage()
  known = sharedDeps(stage.dataverse.url, () => Date.now())
})
beforeEach(() => {
  stage.dataverse.reset()
  wired = watchedWire()
})
afterAll(async () => stage.close())

const META = 'io.modelcontextprotocol/'
/** Of what is written, and of what was there: none of it may stand in an event. */
const NAME = 'Qualle & Söhne'
const PHONE = '+49 30 901820-77'
const policyOf = (tables: object) => writePolicy.parse(JSON.stringify({ tables }))
const WHO = ['userId', 'clientId', 'grantId', 'correlationId', 'upn']
const EFFORT = ['dataverseRequests', 'durationMs']
/** Of a change whose token has shown that it is ours. */
const OURS = ['entity', 'recordId', 'columns', 'changeId', 'bodyHash']

/** One event of a change: its name, what it says besides who and of what, and whether it knows of what. */
type Told = readonly [name: string, says: Readonly<Record<string, unknown>>, knows?: 'nothing' | 'all']
const previewed: Told = ['change.previewed', { outcome: 'ok' }]
const attempted = (confirmation = 'host'): Told => ['change.attempted', { confirmation }, 'all']
const refusedAfter = (code: string, more = {}): Told => [
  'change.refused',
  { outcome: 'refused', code, confirmation: 'host', ...more },
  'all',
]
const refusedBefore = (code: string, knows: 'nothing' | 'all' = 'all'): Told => [
  'change.refused',
  { outcome: 'refused', code },
  knows,
]
const applied = (more: object): Told => ['change.applied', { outcome: 'ok', ...more }, 'all']

type Ending = {
  readonly kinds?: readonly ('create' | 'update')[]
  /** Of the worker that makes the change. */
  readonly worker?: WritingOptions
  readonly fault?: Fault['kind']
  /** What befalls between the preview and the call, or is sent in its place. */
  readonly then?: (call: Call, worker: Harness) => Promise<Call | undefined>
  readonly answer?: object
  readonly events: (kind: 'create' | 'update') => readonly Told[]
}

const altered = (more: object) => async (call: Call) => ({ ...call, arguments: { ...call.arguments, ...more } }) as Call
const NONE = policyOf({ contact: { create: true } })
const POLICY = policyOf({ account: { create: true, update: true } })
const HUMAN = policyOf({ account: { create: true, update: true, human: ['telephone1'] } })
const limited = () => {
  throw new LimitReached({ setting: 'WRITES_PER_HOUR', most: 1, untilEnd: 60_000, milestone: 1 })
}

const ENDINGS: Readonly<Record<string, Ending>> = {
  done: {
    events: (kind) => [
      previewed,
      attempted(),
      applied({ confirmation: 'host', status: kind === 'create' ? 201 : 200 }),
    ],
  },
  'done before': {
    then: async (call, worker) => void (await commit(worker, call)),
    events: (kind) => [
      ...(kind === 'create' ? [attempted()] : []),
      applied({ replayed: 'yes', ...(kind === 'create' && { confirmation: 'host' }) }),
    ],
  },
  'its answer is lost, and it is found done': {
    fault: 'commit-then-reset',
    events: () => [previewed, attempted(), applied({ confirmation: 'host' })],
  },
  'its answer is lost, and nobody can say': {
    fault: 'commit-then-reset',
    then: async () => {
      wired.hooks.beforeWrite = async () => void (wired.hooks.readsFail = true)
      return undefined
    },
    events: () => [
      previewed,
      attempted(),
      ['change.unknown', { outcome: 'error', code: 'outcome_unknown', confirmation: 'host' }, 'all'],
    ],
  },
  'cut off before': { fault: 'drop', events: () => [previewed, attempted(), refusedAfter('not_done')] },
  'a rule': { fault: 'plug-in', events: () => [previewed, attempted(), refusedAfter('refused_by_rule')] },
  'no right in Dynamics 365': { fault: 'forbidden', events: () => [previewed, attempted(), refusedAfter('no_right')] },
  'a token that Dataverse takes no more': {
    fault: 'unauthorized',
    // As every event of a request that ends in 401.
    events: () => [
      previewed,
      attempted(),
      refusedAfter('invalid_token', { reason: expect.stringContaining('refused by Dataverse') }),
    ],
  },
  'a colleague was faster': {
    kinds: ['update'],
    then: async ({ arguments: { id } }) => {
      await direct(stage, `accounts(${String(id)})`, { body: { telephone1: '+1 555 0100' } })
      return undefined
    },
    events: () => [previewed, refusedBefore('changed_meanwhile')],
  },
  'the policy was closed': {
    worker: { writes: { policy: NONE } },
    events: () => [previewed, refusedBefore('table_not_writable')],
  },
  'a person must confirm it now': {
    worker: { writes: { policy: HUMAN } },
    events: () => [previewed, refusedBefore('confirmation_needed')],
  },
  'too many an hour': {
    worker: { writes: { count: limited } },
    events: () => [previewed, refusedBefore('limit_reached')],
  },
  expired: {
    worker: { more: { now: () => Date.now() + 11 * 60_000 } },
    events: () => [previewed, refusedBefore('change_expired', 'nothing')],
  },
  'another name': {
    then: altered({ name: NAME }),
    kinds: ['update'],
    events: () => [previewed, refusedBefore('change_altered', 'nothing')],
  },
  'a member more': {
    then: altered({ confirm: PHONE }),
    events: () => [previewed, refusedBefore('change_altered', 'nothing')],
  },
  'no token': { then: altered({ change: '' }), events: () => [previewed, refusedBefore('preview_needed', 'nothing')] },
  'a token made up': {
    then: altered({ change: 'AAAA' }),
    events: () => [previewed, refusedBefore('invalid_change', 'nothing')],
  },
  'of another client': {
    worker: { caller: (one) => ({ ...one, clientId: 'other' }) },
    events: () => [previewed, refusedBefore('invalid_change', 'nothing')],
  },
  'the person may write no more': {
    worker: { caller: ({ mayWrite: _none, ...one }) => one },
    events: () => [previewed],
  },
  'the person agreed to reading alone': {
    worker: { caller: (one) => ({ ...one, scope: 'dynamics.read' }) },
    events: () => [previewed],
  },
  'switched off': {
    worker: {
      more: {
        offFor: async (one) =>
          offFor(
            switchesOf([{ kind: 'writes', row: 'writes' }], (id) => id),
            one,
          ),
      },
    },
    events: () => [previewed],
  },
  'asked, and said yes': {
    answer: { action: 'accept', content: { apply: true } },
    events: (kind) => [
      previewed,
      attempted('elicitation'),
      applied({ confirmation: 'elicitation', status: kind === 'create' ? 201 : 200 }),
    ],
  },
  'asked, and said no': {
    answer: { action: 'decline' },
    events: () => [previewed, ['change.declined', { outcome: 'refused', confirmation: 'elicitation' }, 'all']],
  },
  'asked, and turned away': {
    answer: { action: 'cancel' },
    events: () => [previewed, ['change.declined', { outcome: 'refused', confirmation: 'elicitation' }, 'all']],
  },
}

async function askedFor(kind: 'create' | 'update'): Promise<object> {
  if (kind === 'create')
    return {
      entity: 'account',
      changes: [
        { column: 'name', to: NAME },
        { column: 'telephone1', to: PHONE },
      ],
    }
  const mine = `_ownerid_value eq ${stage.callerOf('sales-rep').systemUserId}`
  const { row } = await direct(stage, `accounts?$select=accountid&$filter=${mine}&$orderby=name&$top=1`)
  const [{ accountid: id } = { accountid: '' }] = row['value'] as { accountid: string }[]
  return { entity: 'account', id, changes: [{ column: 'telephone1', to: PHONE }] }
}

/** The call as a client makes it that has a form for its person, whose answer it brings the second time. */
async function answered(worker: Harness, { tool, arguments: args }: Call, answer: object): Promise<void> {
  const call = async (more: object): Promise<string | undefined> => {
    const envelope = {
      [`${META}protocolVersion`]: '2026-07-28',
      [`${META}clientInfo`]: { name: 'test', version: '1' },
      [`${META}clientCapabilities`]: { elicitation: { form: {} } },
    }
    const params = { name: tool, arguments: args, _meta: envelope, ...more }
    const revision = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': tool }
    const headers = {
      authorization: 'Bearer token-sales-rep',
      accept: 'application/json, text/event-stream',
      ...revision,
    }
    const { body = '' } = await send(worker, { body: { jsonrpc: '2.0', id: 1, method: 'tools/call', params }, headers })
    return /"requestState":"([^"]+)"/.exec(body)?.[1]
  }
  const requestState = await call({})
  expect(requestState).toBeDefined()
  await call({ requestState, inputResponses: { confirm: answer } })
}

const ofChange = (events: readonly AuditEvent[]) => events.filter(({ name }) => name.startsWith('change.'))
const RUNS = Object.entries(ENDINGS).flatMap(([what, one]) =>
  (one.kinds ?? (['create', 'update'] as const)).map((kind) => [what, kind, one] as const),
)

test.each(RUNS)('%s: %s', async (_what, kind, { worker: options, fault, then, answer, events }) => {
  const dataverse = { ...known, turns: turnsOf() }
  const first = writingWorker(stage, { writes: { policy: POLICY }, more: { dataverse, limits: PATIENT } })
  const base = { writes: { policy: POLICY }, more: { dataverse: { ...dataverse, fetch: wired.wire } } }
  const worker = writingWorker(stage, {
    ...base,
    ...options,
    writes: { ...base.writes, ...options?.writes },
    more: { ...base.more, ...options?.more },
  })
  const call = await preview(first, await askedFor(kind))
  if (fault) stage.dataverse.fault({ upn: '*', kind: fault, on: 'write', times: 1, message: `No ${PHONE}` })
  const sent = (await then?.(call, first)) ?? call
  const before = ofChange(first.events)
  if (answer) await answered(worker, sent, answer)
  else await send(worker, requestOf(sent))
  const wanted = events(kind)
  const told = [...(wanted[0] === previewed ? before : []), ...ofChange(worker.events)]
  expect(told.map(({ name }) => name)).toEqual(wanted.map(([name]) => name))
  for (const [at, event] of told.entries()) {
    const [name, says, knows] = wanted[at]!
    const isPreview = name === 'change.previewed'
    const optional = ['dataverseRequestIds', 'dataverseThrottled']
    const fields = Object.keys(event).filter((field) => !optional.includes(field))
    const ofIt = isPreview
      ? ['entity', 'columns', 'changeId', ...(kind === 'update' ? ['recordId'] : [])]
      : knows === 'all'
        ? OURS
        : []
    const effort = isPreview || name === 'change.attempted' ? [] : EFFORT
    expect(fields.toSorted()).toEqual(
      [
        'name',
        ...WHO,
        'operation',
        ...(isPreview ? [] : ['tool']),
        ...ofIt,
        ...effort,
        ...Object.keys(says),
      ].toSorted(),
    )
    expect(event).toMatchObject({ operation: kind, userId: stage.callerOf('sales-rep').userId, ...says })
    if (knows === 'all')
      expect(event).toMatchObject({
        entity: 'account',
        columns: kind === 'create' ? 'name,telephone1' : 'telephone1',
        changeId: before[0]?.changeId,
        recordId: kind === 'create' ? before[0]?.changeId : before[0]?.recordId,
        bodyHash: expect.stringMatching(/^[0-9a-f]{32}$/),
      })
  }
  // Every call is in the trail besides, whatever became of it: as one that was made, or as a limit.
  expect(worker.events.some(({ name }) => ['tool.called', 'limit.reached', 'scope.challenged'].includes(name))).toBe(
    true,
  )
  const all = JSON.stringify([...first.events, ...worker.events])
  for (const value of [NAME, 'Qualle', PHONE, '901820', '555 0100']) expect(all).not.toContain(value)
})

function requestOf({ tool, arguments: args }: Call) {
  const params = { name: tool, arguments: args }
  return {
    body: { jsonrpc: '2.0', id: 1, method: 'tools/call', params },
    headers: { authorization: 'Bearer token-sales-rep' },
  }
}
