import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { column, jsonText, tableOf } from '../../../../infra/admin/render.ts'

/** What acts on a terminal, or shows text in another order. */
const ACTS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u
const HOSTILE = [
  '\u001b]52;c;eA==\u0007',
  '\u009b2J',
  '\u202eevil',
  'a\r\nb',
  '\u2066x',
  '\u0000',
  'a\u2028b',
  '\ud800',
]
const text = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary' }))
const COLUMNS = [column('name', 'name'), column('id', 'id', true)]

describe('whatever stands in an answer', () => {
  test('a table has a line a row, in which nothing acts on the terminal', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ name: text, id: text }), { minLength: 1 }), (rows) => {
        const lines = tableOf(COLUMNS, rows)
        expect(lines).toHaveLength(rows.length + 1)
        for (const line of lines) expect(line).not.toMatch(ACTS)
      }),
    )
  })

  test('JSON says the same and nothing of it acts', () => {
    fc.assert(
      fc.property(text, (name) => {
        const json = jsonText({ name })
        expect(json.replaceAll('\n', '')).not.toMatch(ACTS)
        expect(JSON.parse(json)).toEqual({ name })
      }),
    )
  })
})

test('columns are aligned, and one in which nothing stands is left out', () => {
  const rows = [
    { name: 'Ada', id: '1' },
    { name: 'Benjamin', id: '22' },
  ]
  expect(tableOf([...COLUMNS, column('none', 'none')], rows)).toEqual(['name      id', 'Ada       1', 'Benjamin  22'])
})

test('a long text is cut, what is copied never', () => {
  const long = 'x'.repeat(200)
  const [, line = ''] = tableOf(COLUMNS, [{ name: long, id: long }])
  expect(line).toMatch(/^x{59}… {2}x{200}$/)
})
