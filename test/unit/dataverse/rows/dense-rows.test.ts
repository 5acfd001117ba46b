import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { denseRows, labelValues } from '../../../../shared/dataverse/rows/dense-rows.ts'
import type { KnownColumn } from '../../../../shared/dataverse/rows/dense-column.ts'
import type { CompactRow } from '../../../../shared/dataverse/rows/rows.ts'

const A = '11111111-2222-4333-8444-555555555555'
const B = '66666666-2222-4333-8444-555555555555'
const A_TWIN = `${A.slice(0, -1)}6`
const user = (id: string, label: string): CompactRow => ({ id, label, entity: 'systemuser' })
const pounds = (value: number): CompactRow => ({ value, label: `£${value.toLocaleString('en-GB')}.00` })

type Case = [
  what: string,
  rows: CompactRow[],
  known: KnownColumn[],
  columns: object[],
  cells: unknown[][],
  values: object,
]

const CASES: Case[] = [
  [
    'known columns come first, empty or not, then what else there is, and the id last',
    [
      { x: 1, id: A },
      { name: 'n', id: B },
    ],
    [{ name: 'name' }, { name: 'phone' }, { name: 'id', kind: 'id' }],
    [{ name: 'name' }, { name: 'phone' }, { name: 'x' }, { name: 'id', kind: 'id' }],
    [
      [null, null, 1, A],
      ['n', null, null, B],
    ],
    {},
  ],
  [
    'labels stand for choices, yes or no, and lookups',
    [{ a: { value: 1, label: 'Open' }, b: { value: false, label: 'Nein' }, c: user(A, 'Ann') }],
    [],
    [
      { name: 'a', kind: 'choice' },
      { name: 'b', kind: 'yes-no' },
      { name: 'c', kind: 'lookup' },
    ],
    [['Open', 'Nein', 'Ann']],
    { a: { Open: 1 }, b: { Nein: false }, c: { Ann: `systemuser/${A}` } },
  ],
  [
    'two rows of one name are told apart, and so are two choices of one label',
    [
      { c: user(A, 'Ann'), a: { value: 1, label: 'Other' } },
      { c: user(B, 'Ann'), a: { value: 2, label: 'Other' } },
      { c: user(A, 'Ann') },
    ],
    [],
    [
      { name: 'c', kind: 'lookup' },
      { name: 'a', kind: 'choice' },
    ],
    [
      ['Ann #11111111', 'Other (1)'],
      ['Ann #66666666', 'Other (2)'],
      ['Ann #11111111', null],
    ],
    {
      c: { 'Ann #11111111': `systemuser/${A}`, 'Ann #66666666': `systemuser/${B}` },
      a: { 'Other (1)': 1, 'Other (2)': 2 },
    },
  ],
  [
    'by the whole id where its start is not enough',
    [{ c: user(A, 'Ann') }, { c: user(A_TWIN, 'Ann') }],
    [],
    [{ name: 'c', kind: 'lookup' }],
    [[`Ann #systemuser/${A}`], [`Ann #systemuser/${A_TWIN}`]],
    { c: { [`Ann #systemuser/${A}`]: `systemuser/${A}`, [`Ann #systemuser/${A_TWIN}`]: `systemuser/${A_TWIN}` } },
  ],
  [
    'amounts of one currency are numbers under it',
    [{ m: pounds(1_200) }, {}],
    [],
    [{ name: 'm', kind: 'money', currency: '£' }],
    [[1_200], [null]],
    {},
  ],
  [
    'amounts of several have it beside them',
    [{ m: pounds(1_200) }, { m: { value: 5, label: '5,00 €' } }, {}],
    [{ name: 'm', kind: 'money' }],
    [
      { name: 'm', kind: 'money' },
      { name: 'm currency', kind: 'currency' },
    ],
    [
      [1_200, '£'],
      [5, '€'],
      [null, null],
    ],
    {},
  ],
  [
    'or where some have none',
    [{ m: pounds(1_200) }, { m: 5 }, {}],
    [{ name: 'm', kind: 'money' }],
    [
      { name: 'm', kind: 'money' },
      { name: 'm currency', kind: 'currency' },
    ],
    [
      [1_200, '£'],
      [5, null],
      [null, null],
    ],
    {},
  ],
  [
    'what tells two apart is no label of a third',
    [{ a: { value: 1, label: 'Other' } }, { a: { value: 2, label: 'Other' } }, { a: { value: 3, label: 'Other (1)' } }],
    [],
    [{ name: 'a', kind: 'choice' }],
    [['Other (1) (1)'], ['Other (2)'], ['Other (1)']],
    { a: { 'Other (1) (1)': 1, 'Other (2)': 2, 'Other (1)': 3 } },
  ],
  [
    'the row behind a lookup is columns of its own',
    [{ c: { ...user(A, 'Ann'), row: { title: 'VP', manager: user(B, 'Bob') } } }, { c: user(B, 'Bob') }],
    [],
    [{ name: 'c', kind: 'lookup' }, { name: 'c.title' }, { name: 'c.manager', kind: 'lookup' }],
    [
      ['Ann', 'VP', 'Bob'],
      ['Bob', null, null],
    ],
    { c: { Ann: `systemuser/${A}`, Bob: `systemuser/${B}` }, 'c.manager': { Bob: `systemuser/${B}` } },
  ],
  [
    'a list has its columns told once',
    [{ tasks: [{ subject: 'Call' }, { subject: 'Write', owner: user(A, 'Ann') }] }, { tasks: [] }, {}],
    [],
    [{ name: 'tasks', columns: [{ name: 'subject' }, { name: 'owner', kind: 'lookup' }] }],
    [
      [
        [
          ['Call', null],
          ['Write', 'Ann'],
        ],
      ],
      [[]],
      [null],
    ],
    { 'tasks.owner': { Ann: `systemuser/${A}` } },
  ],
  [
    'an empty group has a name, a label without a value stays',
    [
      { g: null, n: 2 },
      { g: { label: '(no stage)' }, n: 1 },
    ],
    [{ name: 'g', empty: '(none)' }],
    [{ name: 'g' }, { name: 'n' }],
    [
      ['(none)', 2],
      ['(no stage)', 1],
    ],
    {},
  ],
  [
    'but not that of a group which is called so',
    [{ g: user(A, '(none)') }, {}],
    [{ name: 'g', empty: '(none)' }],
    [{ name: 'g', kind: 'lookup' }],
    [['(none)'], [null]],
    { g: { '(none)': `systemuser/${A}` } },
  ],
]

describe('rows as columns and cells', () => {
  test.each(CASES)('%s', (_what, rows, known, columns, cells, values) => {
    const dense = denseRows(rows, known)
    expect(dense.columns).toEqual(columns)
    expect(dense.rows).toEqual(cells)
    expect(labelValues(dense, rows.length, true)).toEqual(values)
  })

  test('ids are left out of the labels where nobody has room for them, choices never', () => {
    const dense = denseRows([{ a: { value: 1, label: 'Open' }, c: user(A, 'Ann') }])
    expect(labelValues(dense, 1, false)).toEqual({ a: { Open: 1 } })
    expect(labelValues(dense, 0, true)).toEqual({})
  })

  const label = fc.constantFrom('__proto__', 'constructor', 'toString', 'Ann', 'Ann #1', '')
  const cell = fc.record({ id: fc.uuid(), label, entity: fc.constantFrom('account', 'contact') })
  test('no label hides another: what stands behind each cell is its own', () => {
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 12 }), (all) => {
        const dense = denseRows(all.map((c) => ({ c })))
        const behind = labelValues(dense, all.length, true)['c'] ?? {}
        all.forEach(({ id, entity }, at) => {
          const [shown] = dense.rows[at] ?? []
          expect(Object.hasOwn(behind, String(shown)) && behind[String(shown)]).toBe(`${entity}/${id}`)
        })
      }),
    )
  })
})
