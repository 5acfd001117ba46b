import { randomBytes } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import type { ChangeArguments, WriteRequest } from '../../../../../shared/dataverse/change/model.ts'
import { canonicalJson } from '../../../../../shared/dataverse/change/token/canonical-json.ts'
import type { ChangeFacts } from '../../../../../shared/dataverse/change/token/change-tokens.ts'
import {
  createChangeTokens,
  type ChangeHolder,
} from '../../../../../shared/dataverse/change/token/create-change-tokens.ts'
import { QueryError } from '../../../../../shared/dataverse/errors.ts'

const START = Date.parse('2026-11-29T16:00:00Z')
const KEY = new Uint8Array(32).fill(3)
const HOLDER: ChangeHolder = { userId: 'u', clientId: 'c', organizationId: 'o', resource: 'https://crm.example/mcp' }
const ARGS: ChangeArguments = {
  entity: 'opportunity',
  id: '5d0f0000-0000-4000-8000-000000000001',
  name: 'Müller renewal',
  changes: [
    { column: 'estimatedvalue', label: 'Est. Revenue (EUR)', from: 40_000, to: 55_000 },
    {
      column: 'parentaccountid',
      label: 'Account',
      from: null,
      to: 'Contoso',
      id: '7a1f0000-0000-4000-8000-000000000002',
      entity: 'account',
    },
    { column: 'isprivate', label: 'Private', from: false, to: true },
  ],
}
const ENTITY = { name: 'opportunity', entitySet: 'opportunities', idColumn: 'opportunityid', kind: 'standard' } as const
const REQUEST: WriteRequest = {
  kind: 'update',
  entity: ENTITY,
  id: ARGS.id!,
  body: { estimatedvalue: 55_000 },
  select: [],
}
const FACTS: ChangeFacts = {
  tool: 'update_record',
  args: ARGS,
  request: REQUEST,
  etag: 'W/"1234567890"',
  acceptsDuplicates: false,
  proof: 'host',
}

type Options = { readonly holder?: Partial<ChangeHolder>; readonly key?: Uint8Array; readonly at?: number }
const tokens = ({ holder, key = KEY, at = START }: Options = {}) =>
  createChangeTokens({ key: async () => key, holder: { ...HOLDER, ...holder }, now: () => at, random: randomBytes })
const { change, changeId, expiresAt } = await tokens().seal(FACTS)

async function codeOf(opening: Promise<unknown>): Promise<string> {
  try {
    await opening
    return 'opened'
  } catch (error) {
    return error instanceof QueryError ? error.code : String(error)
  }
}
const open = (text = change, args = ARGS, options: Options = {}, tool = FACTS.tool) =>
  codeOf(tokens(options).open(text, tool, args))

describe('a token of a change', () => {
  test('opens for whom it was sealed, and gives what it holds', async () => {
    const opened = await tokens().open(change, 'update_record', ARGS)
    expect(opened).toMatchObject({ changeId, etag: FACTS.etag, acceptsDuplicates: false, proof: 'host' })
    expect(Buffer.from(opened.bodyHash)).toEqual(Buffer.from(await tokens().hashOf(REQUEST)))
    expect(changeId).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
    expect(expiresAt).toBe(START + 600_000)
  })

  test('has 114 characters with a usual tag, and never a tag, a value or a name of the record', async () => {
    expect(change).toMatch(/^[\w-]{114}$/)
    const other = await tokens().seal({ ...FACTS, args: { ...ARGS, name: 'x'.repeat(5_000) } })
    expect(other.change).toHaveLength(114)
    expect(other.changeId).not.toBe(changeId)
  })

  test.each(['host', 'elicitation', 'card'] as const)('keeps the proof %s and what was accepted', async (proof) => {
    for (const acceptsDuplicates of [true, false]) {
      const { etag: _none, ...facts } = FACTS
      const sealed = await tokens().seal({ ...facts, proof, acceptsDuplicates })
      const opened = await tokens().open(sealed.change, 'update_record', ARGS)
      expect(opened).toEqual({ changeId: sealed.changeId, acceptsDuplicates, proof, bodyHash: opened.bodyHash })
    }
  })

  test('is none with any bit of it flipped, shortened, or longer', async () => {
    const bytes = Buffer.from(change, 'base64url')
    for (let at = 0; at < bytes.length * 8; at += 1) {
      const flipped = Buffer.from(bytes)
      flipped.writeUInt8(flipped.readUInt8(at >> 3) ^ (1 << (at & 7)), at >> 3)
      expect([at, await open(flipped.toString('base64url'))]).toEqual([at, 'invalid_change'])
    }
    for (let length = 0; length < bytes.length; length += 1)
      expect(await open(bytes.subarray(0, length).toString('base64url'))).toBe('invalid_change')
    for (const text of [`${change}AA`, `${change}=`, change.toUpperCase(), 'x'.repeat(100_000), '', 'ä', `${change}!`])
      expect(await open(text)).toBe('invalid_change')
    expect(await open(` ${change}\n`)).toBe('opened')
  })

  test.each<[string, Options]>([
    ['another person', { holder: { userId: 'v' } }],
    ['another client', { holder: { clientId: 'd' } }],
    ['another organization', { holder: { organizationId: 'p' } }],
    ['another of our addresses', { holder: { resource: 'https://other.example/mcp' } }],
    ['fields that run into each other', { holder: { userId: 'uc', clientId: '' } }],
    ['another key', { key: new Uint8Array(32).fill(4) }],
  ])('is none for %s', async (_who, options) => {
    expect(await open(change, ARGS, options)).toBe('invalid_change')
  })

  test('is none for another tool, table or record, nor for a new one', async () => {
    const { id: _id, ...creating } = ARGS
    expect(await open(change, ARGS, {}, 'create_record')).toBe('invalid_change')
    expect(await open(change, ARGS, {}, 'close_opportunity')).toBe('invalid_change')
    expect(await open(change, { ...ARGS, entity: 'lead' })).toBe('invalid_change')
    expect(await open(change, { ...ARGS, id: ARGS.id!.replace(/1$/, '2') })).toBe('invalid_change')
    expect(await open(change, creating)).toBe('invalid_change')
  })

  test.each([
    [0, 'opened'],
    [599_999, 'opened'],
    [600_000, 'change_expired'],
    [86_400_000, 'change_expired'],
  ])('after %i ms: %s', async (later, code) => {
    expect(await open(change, ARGS, { at: START + later })).toBe(code)
  })
})

type Json = null | boolean | number | string | Json[] | { [name: string]: Json }
const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json

/** Every way to change one thing of a value: each leaf, each member left out or added, each item left out, doubled, moved. */
function* alterations(value: Json): Generator<Json> {
  if (Array.isArray(value)) {
    for (const [at, item] of value.entries()) {
      for (const other of alterations(item)) yield value.with(at, other)
      yield value.toSpliced(at, 1)
      yield value.toSpliced(at, 0, item)
    }
    yield value.toReversed()
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, of] of Object.entries(value)) {
      for (const other of alterations(of)) yield { ...value, [name]: other }
      yield Object.fromEntries(Object.entries(value).filter(([one]) => one !== name))
      yield { ...value, [`${name}x`]: of }
    }
  } else yield* [`${String(value)} `, value === null ? false : null, typeof value === 'string' ? 0 : String(value)]
}

/** The same members, the other way round, at every depth. */
function turned(value: Json): Json {
  if (Array.isArray(value)) return value.map(turned)
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? value.normalize('NFD') : value
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, of]) => [name, turned(of)] as const)
      .toReversed(),
  )
}

describe('the arguments of a change', () => {
  test('may stand in any order, and be written composed or not', async () => {
    expect(await open(change, turned(asJson(ARGS)) as never)).toBe('opened')
  })

  test('are refused whatever is other about them', async () => {
    const altered = [...alterations(asJson(ARGS))]
    expect(altered.length).toBeGreaterThan(90)
    const codes = new Set<string>()
    for (const args of altered) {
      const code = await open(change, args as never)
      codes.add(code)
      if (code === 'opened') throw new Error(JSON.stringify(args))
    }
    expect([...codes].toSorted()).toEqual(['change_altered', 'invalid_change'])
  })

  test('have another text wherever they are other', () => {
    const values: Json[] = [
      asJson(ARGS),
      { a: 1 },
      [['a', 1]],
      ['a', 1],
      { a: [1] },
      { a: '1' },
      {},
      [],
      null,
      '',
      'null',
      '{}',
    ]
    const all = [...values, ...values.flatMap((value) => [...alterations(value)])]
    const texts = new Map<string, string>()
    for (const value of all) {
      const known = texts.get(canonicalJson(value))
      const sorted = JSON.stringify(value)
      if (known !== undefined && known !== sorted) expect(JSON.parse(known)).toEqual(JSON.parse(sorted))
      texts.set(canonicalJson(value), sorted)
    }
  })
})

describe('the hash of what goes out', () => {
  test('differs with each part of it', async () => {
    const others: WriteRequest[] = [
      { ...REQUEST, body: { estimatedvalue: 55_001 } },
      { ...REQUEST, body: { estimatedvalue: '55000' } },
      { ...REQUEST, body: { 'a@odata.bind': '/accounts(1)' } },
      { ...REQUEST, id: 'x' },
      { ...REQUEST, entity: { ...ENTITY, entitySet: 'leads' } },
      { kind: 'create', entity: ENTITY, body: REQUEST.body, select: [] },
      { kind: 'action', entity: ENTITY, id: ARGS.id!, path: 'WinOpportunity', body: REQUEST.body, select: [] },
      { kind: 'action', entity: ENTITY, id: ARGS.id!, path: 'LoseOpportunity', body: REQUEST.body, select: [] },
    ]
    const hashes = await Promise.all(
      [REQUEST, ...others].map(async (one) => Buffer.from(await tokens().hashOf(one)).toString('hex')),
    )
    expect(new Set(hashes).size).toBe(others.length + 1)
    const again = await tokens().hashOf({ ...REQUEST, select: ['name'] })
    expect(Buffer.from(again).toString('hex')).toBe(hashes[0])
  })
})
