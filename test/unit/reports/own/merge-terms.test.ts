import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { BUILT_IN_TERMS } from '../../../../shared/dataverse/query/terms/built-in.ts'
import { findTerm } from '../../../../shared/dataverse/query/terms/find-term.ts'
import type { Term } from '../../../../shared/dataverse/query/terms/term.ts'
import { createCurrentTerms } from '../../../../shared/reports/terms/current-terms.ts'
import { MOST_OWN_TERMS, mergeTerms } from '../../../../shared/reports/terms/merge-terms.ts'
import type { ReportEntry } from '../../../../shared/storage/ports.ts'
import type { AuditEvent } from '../../../../shared/telemetry/events.ts'
import { leastMs } from '../../house-rules/linear/timing.ts'

const own = (slug: string, changes: Readonly<Record<string, unknown>> = {}): ReportEntry => {
  const term = { slug, name: slug, meaning: 'As we say it.', entity: 'opportunity', filter: "statecode eq 'Open'" }
  return { slug, hidden: false, definition: JSON.stringify({ ...term, ...changes }) }
}
const hide = (slug: string): ReportEntry => ({ slug, hidden: true })
const merged = (...entries: readonly ReportEntry[]) => mergeTerms(BUILT_IN_TERMS, entries)
const named = (terms: readonly Term[], name: string) => findTerm(terms, 'opportunity', name)?.slug

describe('an entry that is refused, and changes nothing', () => {
  test.each<[string, RegExp, readonly ReportEntry[]]>([
    ['neither definition nor hidden', /neither/, [{ slug: 'big-deals', hidden: false }]],
    ['no JSON', /not JSON/, [{ slug: 'big-deals', hidden: false, definition: '{' }]],
    ['64 KB', /longer than 8000/, [own('big-deals', { meaning: 'x'.repeat(65_000) })]],
    ['another slug within', /its slug is/, [{ ...own('big-deals'), slug: 'small-deals' }]],
    ['no slug', /no slug/, [{ ...own('Big'), slug: 'Big' }]],
    ['a member that is not known', /Unrecognized/, [own('big-deals', { secret: 1 })]],
    ['nothing said', /says nothing/, [own('big-deals', { filter: undefined })]],
    ['a name without a letter', /no letter/, [own('big-deals', { name: '!!!' })]],
    ['the name of a function', /measures/, [own('big-deals', { name: 'Average' })]],
    ['one name twice', /twice/, [own('big-deals', { aliases: ['Big_Deals'] })]],
    ['a date that is no column', /logical name/, [own('big-deals', { date: 'actualclosedate eq today' })]],
    ['a filter that cannot be read', /filter/i, [own('big-deals', { filter: 'statecode equals' })]],
    ['a measure that cannot be read', /estimatedvalue/, [own('big-deals', { measure: 'estimatedvalue' })]],
    ['a word that its table has not', /"nothing"/, [own('big-deals', { filter: "term eq 'nothing'" })]],
    ['one behind a lookup that no table has', /no table/, [own('big-deals', { filter: "a/term eq 'nothing'" })]],
    [
      'one in the condition of a figure',
      /"nothing"/,
      [own('big-deals', { measure: "count(where term eq 'nothing')" })],
    ],
    ['a word by another operator', /compared with names/, [own('big-deals', { filter: "contains(term,'won')" })]],
    ['itself', /uses itself/, [own('big-deals', { filter: "term eq 'big deals'" })]],
    ['the name of a built-in one', /give yours that slug/, [own('big-deals', { name: 'Won' })]],
    ['a built-in one on another table', /is of opportunity/, [own('won', { entity: 'account' })]],
    ['one that is not there hidden', /no built-in term/, [hide('big-deals')]],
    ['itself hidden', /no built-in term/, [{ ...own('big-deals'), hidden: true }]],
  ])('%s', (_name, reason, entries) => {
    const { inForce, own: count, hidden, skipped } = merged(...entries)
    expect(skipped).toEqual([{ slug: entries[0]?.slug, reason: expect.stringMatching(reason) }])
    expect({ count, hidden }).toEqual({ count: 0, hidden: 0 })
    expect(inForce).toEqual(BUILT_IN_TERMS)
  })

  test('a circle of several, whole', () => {
    const { skipped } = merged(
      own('deal-a', { filter: "term eq 'deal b'" }),
      own('deal-b', { measure: "term('deal a') + 1" }),
    )
    expect(skipped.map(({ slug }) => slug).toSorted()).toEqual(['deal-a', 'deal-b'])
  })

  test('what grows with each word, in little time', () => {
    const twenty = (name: string) => Array.from({ length: 20 }, () => `term eq '${name}'`).join(' or ')
    const entries = Array.from({ length: MOST_OWN_TERMS + 5 }, (_, at) =>
      own(`deal-${at}`, at === 0 ? {} : { filter: twenty(`deal-${at - 1}`) }),
    )
    const started = process.cpuUsage()
    const { skipped, own: kept } = merged(...entries)
    const { user, system } = process.cpuUsage(started)
    expect(kept).toBeLessThan(5)
    expect(skipped.some(({ reason }) => reason.includes('longer than 8000'))).toBe(true)
    expect((user + system) / 1000).toBeLessThan(2_000)
  })

  test('a name that would be slow to compare', async () => {
    const slow = own('big-deals', {
      name: `${'(a+)+'.repeat(7)}$`,
      aliases: ['!'.repeat(39) + 'a', ' '.repeat(38) + 'b'],
    })
    expect(await leastMs(() => merged(slow), 300)).toBeLessThan(300)
  })
})

describe('own words among built-in ones', () => {
  test('one in the place of a built-in one is meant by all of its names, unless another own one has them', () => {
    const { inForce } = merged(own('big-wins', { aliases: ['wins'] }), own('won', { name: 'signed' }))
    expect(named(inForce, 'Won')).toBe('won')
    expect(named(inForce, 'signed')).toBe('won')
    expect(named(inForce, 'wins')).toBe('big-wins')
  })

  test.each(BUILT_IN_TERMS.map(({ slug }) => slug))('%s is hidden, or stays as others use it', (slug) => {
    const { inForce, hidden, skipped } = merged(hide(slug))
    expect(inForce.some((term) => term.slug === slug)).toBe(hidden === 0)
    expect(skipped).toEqual(
      hidden === 1 ? [] : [{ slug, reason: expect.stringMatching(/needs it: hide [-a-z, ]+ first$/) }],
    )
  })

  test.each(BUILT_IN_TERMS.map(({ slug }) => slug))(
    '%s is hidden once what a refusal names is hidden first',
    (slug) => {
      const hideAll = (wanted: string): readonly string[] => {
        const [refused] = merged(hide(wanted)).skipped
        const named = / hide (.+) first$/.exec(refused?.reason ?? '')?.[1]?.split(', ') ?? []
        return [...named.flatMap(hideAll), wanted]
      }
      const wanted = [...new Set(hideAll(slug))]
      for (const [at] of wanted.entries())
        expect(merged(...wanted.slice(0, at + 1).map(hide))).toMatchObject({ hidden: at + 1, skipped: [] })
    },
  )

  test('whatever is written: no name means two words of a table, and each word can be found by its name', () => {
    const NAMES = ['won', 'Won!', 'wins', 'pipe line', 'pipeline', 'deal a', 'deal_b', 'open pipeline', 'éa']
    const name = fc.constantFrom(...NAMES)
    const entry = fc.record({
      slug: fc.constantFrom('won', 'open-pipeline', 'deal-a', 'deal-b', 'deal-c'),
      name,
      aliases: fc.uniqueArray(name, { maxLength: 3 }),
      used: fc.option(name, { nil: undefined }),
      hidden: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.uniqueArray(entry, { selector: ({ slug }) => slug, maxLength: 5 }), (all) => {
        const entries = all.map(({ slug, used, hidden, ...names }) => {
          const filter = used === undefined ? "statecode eq 'Open'" : `term eq '${used}'`
          return hidden ? hide(slug) : own(slug, { ...names, filter })
        })
        const { inForce, own: count, hidden, skipped } = merged(...entries)
        expect(count + hidden + skipped.length).toBe(entries.length)
        for (const term of inForce) expect(findTerm(inForce, term.entity, term.name)).toBe(term)
        const keys = inForce.flatMap(({ entity, name: its, aliases }) =>
          [its, ...aliases].map((one) => `${entity} ${one.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')}`),
        )
        expect(new Set(keys).size).toBe(keys.length)
      }),
      { numRuns: 300 },
    )
  })
})

describe('storage at the first use', () => {
  test.each<[string, Promise<never> | Error]>([
    ['fails', new RangeError('secret')],
    ['hangs', new Promise<never>(() => undefined)],
  ])('that %s leaves the built-in words, and is told', async (_name, answer) => {
    const events: AuditEvent[] = []
    const list = () => (answer instanceof Error ? Promise.reject(answer) : answer)
    const terms = createCurrentTerms({ store: { list }, now: () => 0, firstLoadMs: 100 })
    expect(await terms.read((event) => void events.push(event))).toBe(BUILT_IN_TERMS)
    expect(events).toEqual([{ name: 'terms.unavailable', reason: expect.stringMatching(/^(?:RangeError|late)$/) }])
    expect(terms.counts()).toMatchObject({ loaded: false })
  })
})
