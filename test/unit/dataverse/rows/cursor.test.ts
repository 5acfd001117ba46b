import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createCursors, type Cursor } from '../../../../shared/dataverse/rows/cursor.ts'

const key = async (): Promise<Uint8Array> => new Uint8Array(32).fill(7)
const otherKey = async (): Promise<Uint8Array> => new Uint8Array(32).fill(8)
const priya = createCursors(key, 'priya')
const ODATA: Cursor = {
  kind: 'odata',
  entity: 'account',
  columns: [{ key: 'name', type: 'String' }, { key: 'n' }],
  path: 'accounts?$select=name&$skiptoken=%3Ccookie%20pagenumber=%222%22/%3E',
  pageSize: 50,
  skip: 12,
}
const FETCHXML: Cursor = {
  kind: 'fetchxml',
  entitySet: 'accounts',
  count: false,
  entity: 'account',
  columns: [{ key: 'name', type: 'String' }, { key: 'n' }],
  xml: '<fetch><entity name="account"/></fetch>',
  page: 2,
  cookie: '<cookie page="1"><accountid last="{1}" first="{2}"/></cookie>',
  pageSize: 500,
  skip: 0,
}

test.each([ODATA, FETCHXML])('a cursor comes back as it went: %j', async (cursor) => {
  expect(await priya.open(await priya.seal(cursor))).toEqual(cursor)
})

test('a cursor says nothing of its query to whoever reads it', async () => {
  expect(Buffer.from(await priya.seal(ODATA), 'base64url').toString('latin1')).not.toContain('accounts')
})

describe('refused as invalid_cursor', () => {
  const refusal = expect.objectContaining({ code: 'invalid_cursor', nextStep: expect.stringContaining('start again') })

  test('the cursor of another person: it would page through their query', async () => {
    const marcus = createCursors(key, 'marcus')
    await expect(marcus.open(await priya.seal(ODATA))).rejects.toEqual(refusal)
  })

  test('a cursor of another key', async () => {
    await expect(createCursors(otherKey, 'priya').open(await priya.seal(ODATA))).rejects.toEqual(refusal)
  })

  test('a cursor changed in any one bit', async () => {
    const bytes = Buffer.from(await priya.seal(ODATA), 'base64url')
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

  test('one that is signed but not of this version', async () => {
    const old = { ...ODATA, kind: 'view' } as unknown as Cursor
    await expect(priya.open(await priya.seal(old))).rejects.toEqual(refusal)
  })
})
