import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { figuresSchema } from './figures.ts'

const PAGE = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
/** Of the last commit: whoever runs the bench only to look has no page to write. */
const recorded = execFileSync('git', ['show', 'HEAD:./bench.json'], {
  cwd: new URL('..', import.meta.url),
  encoding: 'utf8',
})
const { date, ratios, milliseconds, growth } = figuresSchema.parse(JSON.parse(recorded))

/** The cells of the line that begins with such a one. */
const cellsOf = (name: string): string[] => {
  const line = PAGE.split('\n').find((one) => one.startsWith(`| ${name} `)) ?? ''
  return line
    .split('|')
    .slice(2, -1)
    .map((cell) => cell.trim())
}
/** As the page has it: in English, UTC, to the minute. */
const dayOf = (iso = ''): string => {
  const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' })
  return `${day.format(new Date(iso))}, ${iso.slice(11, 16)}`
}

test('the page speaks of the runs that are recorded', () => {
  expect(PAGE).toContain(`| ${dayOf(date)} `)
  expect(PAGE).toContain(`| 100,000 grants and clients to 100, ${dayOf(growth?.date)} |`)
})

test.each([
  ['queries a second, 8 at once', 'per second, 8 at once: bare proxy'],
  ['queries a second, 32 at once', 'per second, 32 at once: bare proxy'],
  ['new instance to its first answer; to an empty app and upstream', 'start to first answer: empty app and upstream'],
  ['the same, to the least with the same packages', 'start to first answer: the least with the same packages'],
  ['new instance to its first 401; to an empty app', 'start to 401: empty app'],
])('%s is as it was recorded', (name, ratio) => {
  expect(cellsOf(name)[0]).toBe(ratios[ratio]?.toFixed(2))
})

test.each([
  ['process started to first answer', 'Ours came after %s ms'],
  ['process started to 401', 'The 401 came after %s ms'],
  ['the least with the same packages, started to first answer', 'In the record above it took %s ms'],
])('%s is told as it was recorded', (name, sentence) => {
  expect(PAGE).toContain(sentence.replace('%s', milliseconds[name]?.toFixed(0) ?? ''))
})

test.each([
  ['hot query', 'hot query'],
  ['refresh', 'refresh'],
  ['redeem', 'redeem'],
  ['first call with a new token', 'first call with a new token'],
  ['`/manage`: the five connections of a person', "/manage: a person's connections"],
])('%s grows as it was recorded', (name, part) => {
  const [own = '', requests = '', azurite = ''] = cellsOf(name)
  const of = (what: string) => growth?.ofGrants[`${part}, ${what}`]
  expect({ name, own }).toEqual({ name, own: of('processor')?.toFixed(2) })
  expect(Number(requests)).toBeCloseTo(of('requests to storage more') ?? Number.NaN, 0)
  expect(azurite).toBe(of('processor of Azurite')?.toFixed(0) ?? '')
})

test.each([
  ['Azurite alone: row `grant` read', 'Azurite alone, one row read'],
  ['the same row changed', 'Azurite alone, one row changed'],
  ['one partition read', 'Azurite alone, one partition read'],
])('%s: takes Azurite what was recorded', (name, part) => {
  expect(cellsOf(name).at(-1)).toBe(growth?.ofGrants[`${part}, processor`]?.toFixed(0))
})

test.each([
  [
    'on the clock, 2,400 rows that have ended',
    ['rows deleted a second', 'rows deleted a second of the busier process'],
  ],
  ['of our processor, beside 350 rows that live', ['rows deleted a second of our processor, beside few']],
  ['of our processor, beside 3,000,000,', ['rows deleted a second of our processor, beside many']],
  [
    'on the clock, beside 3,000,000 ',
    ['rows deleted a second beside many', 'rows deleted a second beside many, the same requests alone'],
  ],
  ['on the clock, 12,000 rows, beside calls', ['rows deleted a second beside calls, of 12,000']],
  ['on the clock, 100,000 rows, beside calls', ['rows deleted a second beside calls, of 100,000']],
  [
    "of Azurite's processor, the same 100,000 rows",
    [
      'rows deleted a second of the processor of Azurite, of 100,000',
      'rows deleted a second of the processor of Azurite, the same requests alone',
    ],
  ],
])('the sweep, %s: as it was recorded', (name, parts) => {
  const line = PAGE.split('\n').find((one) => one.startsWith(`| ${name}`)) ?? ''
  const told = (line.split('|')[2] ?? '').split(' ').map((word) => word.replace(/[;,]$/, ''))
  const recorded = parts.map((part) => Math.round(growth?.sweep[part] ?? Number.NaN).toLocaleString('en'))
  expect(told).toEqual(expect.arrayContaining(recorded))
})
