import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseFetch } from '../../../../shared/dataverse/query/from-fetchxml/parse-fetch.ts'
import { createCursors, type Cursor, type CursorHolder } from '../../../../shared/dataverse/rows/cursor.ts'
import { createFormerCursor, formerLength, TEN } from './cursor-lengths.ts'

const key = async (): Promise<Uint8Array> => new Uint8Array(32).fill(7)
const otherKey = async (): Promise<Uint8Array> => new Uint8Array(32).fill(8)
const PRIYA: CursorHolder = { userId: 'priya', organizationId: 'harbour', resource: 'https://mcp.example/mcp' }
const priya = createCursors(key, PRIYA)
const queryOf = (xml: string): Cursor['query'] => parseFetch(xml).fetch
const FIRST: Cursor = {
  query: queryOf('<fetch top="70"><entity name="account"><attribute name="name"/></entity></fetch>'),
  expansions: [],
  page: 1,
  pageSize: 50,
  skip: 12,
  count: true,
  ids: true,
}
const NEXT: Cursor = {
  query: queryOf(
    '<fetch useraworderby="true"><entity name="account"><attribute name="name"/><filter type="or"><condition attribute="accountid" operator="in"><value>0b6a52c4-4a53-4a1b-9d5e-3f0e8a6c7d21</value><value>{0B6A52C4-4A53-4A1B-9D5E-3F0E8A6C7D22}</value></condition></filter></entity></fetch>',
  ),
  expansions: [
    { kind: 'link', under: 'primarycontactid', names: ['c', 'd'] },
    { kind: 'rows', under: 'contact_customer_accounts', names: ['fullname', '_ownerid_value'] },
    { kind: 'targets', under: 'regardingobjectid', names: ['name', 'Full Name'] },
    { kind: 'parties', under: 'email_activity_parties', names: ['from', 'to'] },
  ],
  page: 41,
  cookie: '<cookie page="40"><accountid last="{0B6A52C4-4A53-4A1B-9D5E-3F0E8A6C7D23}" first="{2}" /></cookie>',
  pageSize: 500,
  skip: 0,
  count: false,
  ids: false,
}

describe('a cursor comes back as it went', () => {
  test.each([
    ['the rest of a first page', FIRST],
    ['a next page', NEXT],
    ['a page of another size than was asked for', { ...FIRST, top: 500 }],
    ['the rest of a text', { ...NEXT, ofText: true as const }],
    ['a cookie of another form', { ...NEXT, cookie: '<cookie page="7"/>' }],
    [
      'a cookie as the documentation has it',
      { ...NEXT, cookie: '<cookie page="40"><name last="R&amp;D" first="A"/></cookie>' },
    ],
    ...TEN.map(([what, { cursor }]) => [what, cursor] as const),
  ])('%s', async (_what, cursor) => {
    expect(await priya.open(await priya.seal(cursor))).toEqual(cursor)
  })

  test('whatever text its conditions hold', async () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(text, fc.array(text, { minLength: 2, maxLength: 3 }), async (value, values) => {
        const { query } = NEXT
        const conditions = [
          { attribute: 'name', operator: 'eq', values: [value] },
          { attribute: 'name', operator: 'in', values },
        ]
        const filters = [{ type: 'and' as const, union: false, conditions, filters: [], links: [] }]
        const cursor = { ...NEXT, query: { ...query, entity: { ...query.entity, filters } } }
        expect(await priya.open(await priya.seal(cursor))).toEqual(cursor)
      }),
      { numRuns: 200 },
    )
  })

  test('without a cookie that no cursor can hold: its page is then found by its number', async () => {
    const { cookie: _cookie, ...rest } = NEXT
    expect(await priya.open(await priya.seal({ ...NEXT, cookie: '<cookie\u0002/>' }))).toEqual(rest)
  })

  test('but page, count and the total of its query, which it says itself', async () => {
    const query = queryOf(
      '<fetch count="5" page="3" returntotalrecordcount="true"><entity name="account"><attribute name="name"/></entity></fetch>',
    )
    const { query: opened } = await priya.open(await priya.seal({ ...FIRST, query }))
    expect(opened).toEqual(queryOf('<fetch><entity name="account"><attribute name="name"/></entity></fetch>'))
  })
})

describe('how long it would be is known without it', () => {
  const long = (values: number): Cursor => {
    const value = (at: number): string => `<value>${at.toString(36)} of ${(at * 7_919) % 1_000}</value>`
    const listed = Array.from({ length: values }, (_one, at) => value(at)).join('')
    return {
      ...FIRST,
      query: queryOf(
        `<fetch><entity name="account"><filter><condition attribute="name" operator="in">${listed}</condition></filter></entity></fetch>`,
      ),
    }
  }
  test.each([
    ['the rest of a first page', FIRST],
    ['a next page', NEXT],
    ['one as long as the small window', long(90)],
    ['one beyond it', long(900)],
    ...TEN.map(([what, { cursor }]) => [what, cursor] as const),
  ])('%s', async (_what, cursor) => {
    const text = await priya.seal(cursor)
    expect(priya.lengthOf(cursor)).toBe(text.length)
    expect(await priya.open(text)).toEqual(cursor)
  })

  test.each([
    ['a next page', NEXT],
    ['one with the shortest cookie', { ...NEXT, cookie: '<cookie page="2"/>' }],
    ...TEN.map(([what, { cursor }]) => [what, { cookie: '<cookie page="2"/>', ...cursor, page: 2 }] as const),
  ])('with a cookie it is longer than the first page of the same query: %s', (_what, cursor) => {
    const { cookie: _cookie, ...first } = cursor
    for (const skip of [0, 1, 35, 499])
      expect(priya.lengthOf({ ...first, page: 1, skip })).toBeLessThanOrEqual(priya.lengthOf(cursor))
  })

  test('and cursors of one query made by one call open as those of many calls', async () => {
    const one = createCursors(key, PRIYA)
    for (const cursor of [NEXT, { ...NEXT, page: 42 }, { ...NEXT, expansions: [] }, FIRST, { ...FIRST, skip: 3 }])
      expect(await one.seal(cursor)).toBe(await createCursors(key, PRIYA).seal(cursor))
  })
})

test('a cursor says nothing of its query to whoever reads it', async () => {
  expect(Buffer.from(await priya.seal(NEXT), 'base64url').toString('latin1')).not.toContain('account')
})

describe('its length is at most half of what it was', () => {
  test.each(TEN)('%s', async (_what, { former, cursor }) => {
    expect((await priya.seal(cursor)).length).toBeLessThanOrEqual(formerLength(former) / 2)
  })
})

describe('refused as invalid_cursor', () => {
  const refusal = expect.objectContaining({ code: 'invalid_cursor', nextStep: expect.stringContaining('start again') })

  test.each([
    ['another person: it would page through their query', { userId: 'marcus' }],
    ['another organization, where ids mean other rows', { organizationId: 'pine' }],
    ['another address of ours', { resource: 'https://mcp.example/mcp-sales' }],
  ])('the cursor of %s', async (_what, other) => {
    const opened = createCursors(key, { ...PRIYA, ...other }).open(await priya.seal(NEXT))
    await expect(opened).rejects.toEqual(refusal)
  })

  test('a cursor of holders that read the same when written in a row', async () => {
    const [one, other] = [
      { ...PRIYA, userId: 'a', organizationId: 'bc' },
      { ...PRIYA, userId: 'ab', organizationId: 'c' },
    ].map((holder) => createCursors(key, holder))
    await expect(other!.open(await one!.seal(FIRST))).rejects.toEqual(refusal)
  })

  test('a cursor of another key', async () => {
    await expect(createCursors(otherKey, PRIYA).open(await priya.seal(NEXT))).rejects.toEqual(refusal)
  })

  test('a cursor changed in any one bit', async () => {
    const bytes = Buffer.from(await priya.seal(NEXT), 'base64url')
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length * 8 - 1), async (bit) => {
        const changed = Buffer.from(bytes)
        changed[bit >> 3]! ^= 1 << (bit & 7)
        await expect(priya.open(changed.toString('base64url'))).rejects.toEqual(refusal)
      }),
      { numRuns: 200 },
    )
  })

  test.each([
    ['nothing', ''],
    ['no base64url', '%%%'],
    ['too short for a signature', 'AAAA'],
    ['a signature of nothing', 'A'.repeat(22)],
    ['an endless one', 'A'.repeat(100_000)],
    ['a text that is not ASCII', '–'.repeat(50)],
  ])('%s', async (_what, text) => await expect(priya.open(text)).rejects.toEqual(refusal))

  test('one of an earlier version of this server', async () => {
    const former = createFormerCursor(await key(), PRIYA.userId, TEN[1]![1].former)
    await expect(priya.open(former)).rejects.toEqual(refusal)
  })
})
