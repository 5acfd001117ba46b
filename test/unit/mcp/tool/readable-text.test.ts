import { describe, expect, test } from '@jest/globals'
import { RECORD_TEXTS } from '../../../../shared/mcp/tool/record-texts.ts'
import { readableRecord, readableText, TEXT_BYTES } from '../../../../shared/mcp/tool/readable-text.ts'

const partsOf = (count: number, columns: number): Parameters<typeof readableText>[0] => ({
  heading: 'Heading',
  first: ['A note.'],
  columns: Array.from({ length: columns }, (_, at) => ({ name: `column ${at}` })),
  rows: Array.from({ length: count }, () => Array.from({ length: columns }, () => 'x'.repeat(60))),
  labels: {},
  last: [],
  reserved: 1_000,
})

describe('a table as text', () => {
  test.each([
    ['few short rows', 5, 1, 5],
    ['many short rows', 200, 1, undefined],
    ['rows too wide for all that a table may have', 100, 8, undefined],
    ['one row that is too wide', 1, 200, 1],
  ])('shows rows up to its bytes, one at least: %s', (_what, count, columns, all) => {
    const { shown, with: withSaid } = readableText(partsOf(count, columns))
    const text = withSaid('y'.repeat(1_000))
    const lines = text.split('\n').filter((line) => line.startsWith('| ')).length - 2
    expect(lines).toBe(shown)
    expect(shown).toBeGreaterThan(0)
    expect(shown).toBe(all ?? Math.min(shown, count - 1))
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(TEXT_BYTES)
  })

  test('its notes come before its rows, what columns and labels mean beside them', () => {
    const columns = [
      { name: 'amount', kind: 'money', currency: 'GBP' },
      { name: 'state', kind: 'choice' },
    ] as const
    const parts = { ...partsOf(0, 0), columns, rows: [[5, 'Open']], labels: { state: { Open: 0 } } }
    const text = readableText(parts).with('!')
    expect(text.split('\n\n')).toEqual([
      'Heading!',
      'A note.',
      'Columns: amount: money in GBP; state: choice',
      '| amount | state |\n| --- | --- |\n| 5 | Open |',
      'Behind the labels: state: Open = 0',
    ])
  })
})

test.each([
  ['rows', 3, '漢'],
  ['one row', 1, '😀'],
])(
  '%s of a hundred columns that mean something are there whole, with a long way on and the last sentence',
  (_what, count, letter) => {
    const columns = Array.from(
      { length: 100 },
      (_, at) => ({ name: `a_column_of_choices_${at}`, kind: 'choice' }) as const,
    )
    const rows = Array.from({ length: count }, () => columns.map(() => letter.repeat(20)))
    const parts = { ...partsOf(0, 0), columns, rows, last: ['Link'], reserved: 1_800 }
    const { shown, with: withSaid } = readableText(parts)
    const text = `${withSaid('y'.repeat(1_800))}\n\n${RECORD_TEXTS}`
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(TEXT_BYTES)
    const lines = text.split('\n').filter((line) => line.startsWith('| '))
    expect(lines).toHaveLength(shown + 2)
    expect(new Set(lines.map((line) => line.split('|').length))).toEqual(new Set([102]))
  },
)

test('a record as text says what of it did not fit', () => {
  const record = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`column${at}`, 'x'.repeat(1_500)]))
  const text = readableRecord({ heading: 'account 1', first: [], columns: [], record, values: {} })
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(TEXT_BYTES)
  const told = text.split('\n').filter((line) => line.startsWith('column')).length
  expect(text).toContain(`${20 - told} columns did not fit`)
})
