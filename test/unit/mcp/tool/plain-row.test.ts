import { describe, expect, test } from '@jest/globals'
import { denseRows, labelValues } from '../../../../shared/dataverse/rows/dense-rows.ts'
import { fitDense, plainRow } from '../../../../shared/mcp/tool/result.ts'

const MAIL = '<html><body><p>Dear&nbsp;Ann,</p></body></html>'
const ID = '3f2a81c0-0000-4000-8000-000000000001'
const DENSE = denseRows([
  {
    description: MAIL,
    note: 'if a < b and c > d',
    ownerid: { id: ID, label: '<b>A</b><br>', entity: 'team' },
    statecode: { value: 0, label: '<p>Open</p>' },
    emails: [{ description: MAIL, regarding: { id: ID, label: '<p>x</p>', entity: 'account' } }],
    amount: 5,
    closed: null,
  },
])

describe('a row that is told', () => {
  test('has the words of its texts, in lists too, and its labels as what stands behind them is found by', () => {
    const [row = []] = DENSE.rows
    const plain = Object.fromEntries(DENSE.columns.map(({ name }, at) => [name, plainRow(row, DENSE)[at]]))
    expect(plain).toEqual({
      description: 'Dear Ann,\n',
      note: 'if a < b and c > d',
      ownerid: '<b>A</b><br>',
      statecode: '<p>Open</p>',
      emails: [['Dear Ann,\n', '<p>x</p>']],
      amount: 5,
      closed: null,
    })
    const values = labelValues(DENSE, 1, true)
    expect(values['ownerid']?.[String(plain['ownerid'])]).toBe(`team/${ID}`)
    expect(values['statecode']?.[String(plain['statecode'])]).toBe(0)
  })

  test('takes as many bytes as its words: mark-up leaves no row out', () => {
    const mark = `<p>${'<span></span>'.repeat(200)}a</p>`
    const mails = denseRows(Array.from({ length: 50 }, () => ({ description: mark })))
    expect(fitDense(mails, 2_000, false).rows).toHaveLength(50)
  })
})
