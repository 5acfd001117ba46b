import { describe, expect, test } from '@jest/globals'
import { MOST_OWN_REPORTS, mergeReports } from '../../../../shared/reports/catalogue/merge-reports.ts'
import type { ReportEntry } from '../../../../shared/storage/ports.ts'
import { BUILT_IN, ownReport } from '../own-report.ts'

function entry(slug: string, changes: Readonly<Record<string, unknown>> = {}): ReportEntry {
  return { slug, hidden: false, definition: JSON.stringify(ownReport({ slug, ...changes })) }
}
const hide = (slug: string): ReportEntry => ({ slug, hidden: true })
const slugs = (entries: readonly ReportEntry[]): string[] =>
  mergeReports(BUILT_IN, entries).inForce.map(({ slug }) => slug)

describe('own reports among built-in ones', () => {
  test.each<[string, readonly ReportEntry[], readonly string[]]>([
    ['none', [], ['first', 'second', 'third']],
    ['one more', [entry('mine')], ['first', 'second', 'third', 'mine']],
    ['one hidden', [hide('second')], ['first', 'third']],
    ['all hidden', [hide('first'), hide('second'), hide('third')], []],
    ['one replaced, in its place', [entry('second')], ['first', 'second', 'third']],
    ['one hidden although it has a definition', [{ ...entry('second'), hidden: true }], ['first', 'third']],
    ['a bad one in the place of a built-in one', [entry('second', { title: '' })], ['first', 'second', 'third']],
  ])('%s', (_name, entries, expected) => {
    expect(slugs(entries)).toEqual(expected)
  })

  test('one that replaces a built-in one is the deployment’s; a bad one leaves the built-in one', () => {
    const titleOf = (entries: readonly ReportEntry[]): string | undefined =>
      mergeReports(BUILT_IN, entries).inForce.find(({ slug }) => slug === 'second')?.title
    expect(titleOf([entry('second')])).toBe('Recent quotes')
    expect(titleOf([entry('second', { queries: [] })])).toBe('Built-in second')
  })

  test('what is skipped is said with its reason, and the others still count', () => {
    const entries = [
      entry('bad', { title: '' }),
      entry('good'),
      hide('nothing'),
      hide('first'),
      { ...entry('x'), slug: 'X' },
    ]
    const { own, hidden, skipped } = mergeReports(BUILT_IN, entries)
    expect({ own, hidden }).toEqual({ own: 1, hidden: 1 })
    expect(skipped.map(({ slug }) => slug)).toEqual(['bad', 'nothing', 'X'])
    expect(skipped.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^title: /),
      'there is no report of that slug to hide',
      'the row key is no slug',
    ])
  })

  test('of a thousand the first ones are taken, and no more are even looked at', () => {
    const entries = Array.from({ length: 1_000 }, (_, at) => entry(`report-${at}`))
    const { inForce, own, skipped } = mergeReports(BUILT_IN, entries)
    expect(inForce).toHaveLength(BUILT_IN.length + MOST_OWN_REPORTS)
    expect({ own, skipped: skipped.length }).toEqual({ own: MOST_OWN_REPORTS, skipped: 1_000 - MOST_OWN_REPORTS })
    expect(skipped.at(-1)?.reason).toBe('there are more than 40 own reports')
  })
})
