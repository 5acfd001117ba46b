import { beforeEach, describe, expect, test } from '@jest/globals'
import { createCurrentSwitches } from '../../../shared/grants/switches/current-switches.ts'
import { SWITCH_KINDS } from '../../../shared/grants/switches/kinds.ts'
import { userIndexOf } from '../../../shared/grants/sessions/user-index.ts'
import { createSwitchCommand, type SwitchDeps } from '../../../shared/manage/commands/switch.ts'
import { createSwitchesCommand } from '../../../shared/manage/commands/switches.ts'
import { type SwitchedOff, StorageUnavailable, type SwitchStore } from '../../../shared/storage/ports.ts'
import type { AuditEvent } from '../../../shared/telemetry/events.ts'
import { formatEvent } from '../../../shared/telemetry/format-event.ts'
import { AZURE_CLI, NOW, PERSON, TENANT } from './entra-tokens.ts'

const MARCUS = '9d1b7c52-3e64-4f0a-8b1d-2c3e4f5a6b7c'
const KEY = new Uint8Array(32).fill(7)
const INDEX = userIndexOf({ tenantId: TENANT, userId: MARCUS }, KEY)
const SINCE = new Date(NOW).toISOString()

let rows: SwitchedOff[]
let events: AuditEvent[]
let isAway: boolean
let deps: SwitchDeps
beforeEach(() => {
  ;[rows, events, isAway] = [[], [], false]
  const without = (kind: string, row: string) => rows.filter((one) => one.kind !== kind || one.row !== row)
  const store: SwitchStore = {
    clientRow: (id) => `key of ${id}`,
    list: async () => rows,
    put: async (off) => {
      if (isAway) throw new StorageUnavailable('away')
      rows = [...without(off.kind, off.row), off]
    },
    remove: async (kind, row) => void (rows = without(kind, row)),
  }
  deps = {
    config: { entra: { tenantId: TENANT } } as SwitchDeps['config'],
    keys: { index: async () => KEY } as unknown as SwitchDeps['keys'],
    switchStore: store,
    switches: createCurrentSwitches({ store, now: () => NOW }),
    tools: ['query_crm', 'search'],
    now: () => NOW,
  }
})

const context = {
  administrator: { kind: 'person', objectId: PERSON, clientId: AZURE_CLI, scopes: [], roles: ['Administrator'] },
  correlationId: 'c0ffee',
  audit: (event: AuditEvent) => void events.push(event),
} as const
const set = async (members: object) => createSwitchCommand(deps).run(context, { ...members })
const listed = async (members: object = {}) => (await createSwitchesCommand(deps).run(context, { ...members })).answer

const OFF: [string, object, SwitchedOff, object][] = [
  ['a tool', { kind: 'tool', name: 'search' }, { kind: 'tool', row: 'search' }, { kind: 'tool', name: 'search' }],
  [
    'a client',
    { kind: 'client', name: 'https://a.example/c.json' },
    { kind: 'client', row: 'key of https://a.example/c.json', clientId: 'https://a.example/c.json' },
    { kind: 'client', name: 'https://a.example/c.json' },
  ],
  ['a person', { kind: 'person', person: MARCUS }, { kind: 'person', row: INDEX }, { kind: 'person', name: MARCUS }],
  ['all that writes', { kind: 'writes' }, { kind: 'writes', row: 'writes' }, { kind: 'writes', name: 'writes' }],
  [
    'registration',
    { kind: 'registration' },
    { kind: 'registration', row: 'registration' },
    { kind: 'registration', name: 'registration' },
  ],
  [
    'everything',
    { kind: 'everything', message: ' Back at\n<noon>\u202e. ' },
    { kind: 'everything', row: 'everything', message: 'Back at <noon>.' },
    { kind: 'everything', name: 'everything', message: 'Back at <noon>.' },
  ],
]

test('each kind there is has a test', () => {
  expect(OFF.map(([, , { kind }]) => kind).sort()).toEqual(Object.keys(SWITCH_KINDS).sort())
})

describe.each(OFF)('%s', (_, named, row, shown) => {
  test('is switched off for this worker at once, and told of once', async () => {
    await deps.switches.read()
    const { answer, noted } = await set({ ...named, off: true })
    expect(answer).toEqual({ switch: { ...shown, since: SINCE, off: true }, changed: true, actsWithinSeconds: 60 })
    expect(noted).toEqual({ outcome: 'ok', count: 1 })
    expect(rows).toEqual([{ ...row, since: NOW }])
    expect((await deps.switches.read()).all).toEqual(rows)
    expect((await set({ ...named, off: true })).answer).toMatchObject({ changed: false })
    expect(events).toMatchObject([{ name: 'switch.set', kind: row.kind, step: 'off', outcome: 'ok', userId: PERSON }])
  })

  test('is switched on again, and once more changes nothing', async () => {
    const { message: _message, ...name } = named as { message?: string }
    await set({ ...named, off: true })
    const { answer } = await set({ ...name, off: false })
    expect([answer['changed'], rows, (await deps.switches.read()).all]).toEqual([true, [], []])
    expect((await set({ ...name, off: false })).answer).toMatchObject({ changed: false, switch: { off: false } })
    expect(events.map(({ step }) => step)).toEqual(['off', 'on'])
  })

  test('storage that fails leaves a line that says so, and the administrator an error', async () => {
    isAway = true
    await expect(set({ ...named, off: true })).rejects.toThrow(StorageUnavailable)
    expect(events).toMatchObject([{ name: 'switch.set', outcome: 'error' }])
  })
})

test.each([MARCUS.toUpperCase(), MARCUS])('%s is the person whose id it is, in whatever letters', async (person) => {
  await set({ kind: 'person', person, off: true })
  expect(rows).toMatchObject([{ kind: 'person', row: INDEX }])
  expect(await listed({ person })).toMatchObject({ person: { id: MARCUS, off: true }, switches: [{ name: MARCUS }] })
})

test('the list names of a person a part of the index alone, and says of another that they are on', async () => {
  await set({ kind: 'person', person: MARCUS, off: true })
  expect(await listed()).toEqual({ switches: [{ kind: 'person', name: INDEX.slice(0, 8), since: SINCE }] })
  expect(await listed({ person: PERSON })).toMatchObject({
    person: { id: PERSON, off: false },
    switches: [{ name: INDEX.slice(0, 8) }],
  })
})

test('what somebody wrote by hand is listed, and what is no more can be switched on', async () => {
  rows = [
    { kind: 'tool', row: 'gone' },
    { kind: 'later', row: 'x' },
    { kind: 'everything', row: 'everything', message: 'a\nb\u202e' },
  ]
  expect(await listed()).toEqual({
    switches: [
      { kind: 'tool', name: 'gone' },
      { kind: 'later', name: 'x' },
      { kind: 'everything', name: 'everything', message: 'a b' },
    ],
  })
  expect((await set({ kind: 'tool', name: 'gone', off: false })).answer).toMatchObject({ changed: true })
})

test.each([
  ['an emoji counts once', '🙂'.repeat(300), '🙂'.repeat(300)],
  ['what nobody sees does not count', `${'x'.repeat(300)}\n\u200b`, 'x'.repeat(300)],
  ['nor do blanks beside blanks', `a${' '.repeat(400)}b`, 'a b'],
])('people are shown the whole of a message that was taken: %s', async (_, message, seen) => {
  await set({ kind: 'everything', off: true, message })
  expect(await listed()).toMatchObject({ switches: [{ message: seen }] })
  expect((await deps.switches.read()).everything).toEqual({ message: seen })
})

test('another message takes the place of the first, and since stays', async () => {
  await set({ kind: 'everything', off: true, message: 'first' })
  deps = { ...deps, now: () => NOW + 1_000 }
  expect((await set({ kind: 'everything', off: true, message: 'second' })).answer).toMatchObject({
    changed: true,
    switch: { since: SINCE, message: 'second' },
  })
})

const BAD: [string, object][] = [
  ['nothing', {}],
  ['no off', { kind: 'registration' }],
  ['off as a text', { kind: 'registration', off: 'true' }],
  ['an unknown kind', { kind: 'deletes', off: true }],
  ['a kind that every object has', { kind: 'constructor', off: true }],
  ['a kind that every object inherits', { kind: '__proto__', off: true }],
  ['a member that nobody knows', { kind: 'registration', off: true, until: 'noon' }],
  ['a tool without a name', { kind: 'tool', off: true }],
  ['a tool that there is not', { kind: 'tool', name: 'drop_crm', off: true }],
  ['a tool that every object has', { kind: 'tool', name: 'constructor', off: true }],
  ['a tool in capitals', { kind: 'tool', name: 'SEARCH', off: true }],
  ['a tool by a person', { kind: 'tool', person: MARCUS, off: true }],
  ['a client without a name', { kind: 'client', off: true }],
  ['a client with an empty one', { kind: 'client', name: '', off: true }],
  ['a client with one of 501 characters', { kind: 'client', name: 'c'.repeat(501), off: true }],
  ['a person without an id', { kind: 'person', off: true }],
  ['a person by a name', { kind: 'person', name: MARCUS, off: true }],
  ['a person by a sign-in name', { kind: 'person', person: 'marcus.webb@harbourpine.example', off: true }],
  ['a person in braces', { kind: 'person', person: `{${MARCUS}}`, off: true }],
  ['a person with a blank', { kind: 'person', person: `${MARCUS} `, off: true }],
  ['registration with a name', { kind: 'registration', name: 'x', off: true }],
  ['everything with a name', { kind: 'everything', name: 'everything', off: true }],
  ['a message for a tool', { kind: 'tool', name: 'search', off: true, message: 'x' }],
  ['a message for what is switched on', { kind: 'everything', off: false, message: 'x' }],
  ['a message of 301 characters', { kind: 'everything', off: true, message: 'x'.repeat(301) }],
  ['a message of 301 emojis', { kind: 'everything', off: true, message: '🙂'.repeat(301) }],
  ['a message of which the end would be lost', { kind: 'everything', off: true, message: `a${' '.repeat(5_000)}b` }],
  ['a message that nobody sees', { kind: 'everything', off: true, message: '\u200b \u202e' }],
  ['a message that is no text', { kind: 'everything', off: true, message: ['x'] }],
]

test.each(BAD)('%s is refused, and changes nothing', async (_, members) => {
  await expect(set(members)).rejects.toMatchObject({ status: 400, code: 'invalid_request' })
  expect([rows, events]).toEqual([[], []])
})

test('the line in the log says who and what, and nothing that is not on its list', async () => {
  await set({ kind: 'person', person: MARCUS, off: true })
  const line = JSON.parse(formatEvent(events[0] as AuditEvent, 'json')) as object
  expect(line).toEqual({
    event: 'switch.set',
    kind: 'person',
    step: 'off',
    outcome: 'ok',
    userId: PERSON,
    clientId: AZURE_CLI,
    reason: MARCUS,
  })
})
