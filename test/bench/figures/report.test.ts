import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { growthReport } from '../growth/report.ts'
import { peersReport } from '../peers/report.ts'
import { recordedFigures } from './figures.ts'
import { reportOf, section } from './report.ts'

const COLUMNS = ['a', 'b', 'c']
const text = fc.stringMatching(/^[a-z0-9~]([a-z0-9~;,. ]{0,58}[a-z0-9~])?$/).filter((one) => !one.includes('  '))
const row = fc.tuple(text, fc.array(text, { minLength: COLUMNS.length, maxLength: COLUMNS.length }))

const linesOf = (report: string) => report.split('\n').filter((line) => line !== '')
const partsOf = (line: string) => line.trim().split(/ {2,}/)

test('columns never touch, however long what stands in them', () => {
  fc.assert(
    fc.property(text, fc.array(row, { minLength: 1 }), (title, rows) => {
      const expected = [[title, ...COLUMNS], ...rows.map(([name, cells]) => [name, ...cells])]
      expect(linesOf(section(title, COLUMNS, rows)).map(partsOf)).toEqual(expected)
    }),
  )
})

test('an empty cell keeps its place', () => {
  const [heading = '', first = '', second = ''] = linesOf(
    section(
      'of',
      ['', 'demanded'],
      [
        ['one', ['1', 'at most a very long demand']],
        ['other', ['2', '']],
      ],
    ),
  )
  expect(first.indexOf('at most')).toBe(heading.indexOf('demanded'))
  expect(second.indexOf('2')).toBe(first.indexOf('1'))
})

test('what was recorded is printed with each figure and each demand apart', async () => {
  const { growth, peers, ...figures } = await recordedFigures()
  const printed = [reportOf(figures), growth && growthReport(growth), peers && peersReport(peers.servers)].join('\n')
  const cells = linesOf(printed).flatMap((line) => partsOf(line).slice(1))
  const known = /^([~-]?[\d.,]+( ms| KB| MB)?|((at most|at least|OVER|UNDER) [\d.]+( MB)?))$/
  const words = new Set([
    'median',
    'demanded',
    'tokens',
    'reads',
    'writes',
    'entra',
    'dataverse',
    'p50',
    'processor',
    'reply',
    'does not',
  ])
  const reproaches = new Set(Object.values(peers?.servers ?? {}).map(({ doesNot }) => doesNot.join('; ')))
  expect(cells.length).toBeGreaterThan(100)
  expect(cells.filter((cell) => !known.test(cell) && !words.has(cell) && !reproaches.has(cell))).toEqual([])
})
