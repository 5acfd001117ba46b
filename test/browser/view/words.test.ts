// Not in a bare npm test: looks at pages in a browser.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ANSWER_META } from '../../../shared/mcp/app/answers/answer-meta.ts'
import { CHANGE_LANGUAGES } from '../../../shared/mcp/app/change/words/words.ts'
import { CODES, LANGUAGES, talkFor, type Forms } from '../../../shared/mcp/app/words/words.ts'
import { type AppView, startAppView } from '../support/app-view.ts'
import { violations } from '../support/axe.ts'
import { describeInChromium } from '../support/chromium.ts'
import { GUID } from '../support/report-results.ts'
import { excessOf, leftInEnglish, textsOf, wordsOf, type Texts } from './spoken.ts'

const OTHERS = CODES.slice(1)
const EVERYWHERE = ['fromTo']
/** By language, the texts that it has in common with English. */
const SHARED: Readonly<Record<string, readonly string[]>> = { es: ['no'], it: ['no'], de: ['quarter'] }
const OF_CARD: Readonly<Record<string, readonly string[]>> = { es: ['no'], it: ['no'] }
const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).toSorted()

describe.each<[string, Readonly<Record<(typeof CODES)[number], Texts>>, typeof SHARED]>([
  ['the view', LANGUAGES, SHARED],
  ['the card of a change', CHANGE_LANGUAGES, OF_CARD],
])('the words of %s', (_name, languages, shared) => {
  const english = Object.entries(languages.en)

  test.each(CODES)('%s: has a text for each number, with the same places to fill in as English', (code) => {
    const rules = new Intl.PluralRules(code)
    for (const [key, wanted] of english) {
      const own = languages[code][key]!
      // "The first" is one without its number.
      const whole = (words: string | Forms) => (typeof words === 'string' ? words : words.other)
      expect([key, ...places(whole(own))]).toEqual([key, ...places(whole(wanted))])
      if (typeof own === 'string') continue
      const classes = new Set(Array.from({ length: 1_000 }, (_, n) => rules.select(n)))
      expect([key, [...classes].filter((one) => own[one] === undefined)]).toEqual([key, []])
    }
  })

  test.each(OTHERS)('%s: no text is left in English', (code) => {
    const left = english.flatMap(([key, wanted]) => {
      const own = textsOf(languages[code][key]!)
      return textsOf(wanted).some((text) => own.includes(text)) ? [key] : []
    })
    expect(left.filter((key) => !EVERYWHERE.includes(key))).toEqual(shared[code] ?? [])
  })
})

describe('the words of the view', () => {
  test.each([
    ['de-AT', 'de', 'de-AT'],
    ['pt-BR', 'pt', 'pt-BR'],
    ['no', 'nb', 'no'],
    ['nn-NO', 'nb', 'nn-NO'],
    ['EN-gb', 'en', 'en-GB'],
    ['zh-Hant-TW', 'en', 'zh-Hant-TW'],
    ['ar-EG', 'en', 'ar-EG'],
    ['constructor', 'en', navigator.language],
    ['__proto__', 'en', navigator.language],
    ['', 'en', navigator.language],
  ])('%j is read as %s', (locale, language, numbers) => {
    const talk = talkFor(locale)
    expect([talk.language, talk.locale]).toEqual([language, numbers])
  })

  test('what is filled in stays as it is, braces and all', () => {
    expect(talkFor('en').text('by', { value: '{label} $& {constructor}', label: 'x' })).toBe(
      '{label} $& {constructor} by x',
    )
  })

  test.each([
    [1, 'Pokazano 1 wiersz; jest ich więcej.'],
    [3, 'Pokazano 3 wiersze; jest ich więcej.'],
    [12, 'Pokazano 12 wierszy; jest ich więcej.'],
    [22, 'Pokazano 22 wiersze; jest ich więcej.'],
  ])('%d is said as Polish does', (n, said) => expect(talkFor('pl').count('moreRows', n)).toBe(said))
})

const FRAME = { asOf: '2026-11-29T18:48:50+00:00', timeZone: 'Europe/London', currency: 'EUR', parameters: { q: true } }
const STATES = ['Ж', 'Ψ', 'others (4 groups)']
const STACKED = {
  ...FRAME,
  columns: [
    { name: 'quarter(createdon)', title: 'Ω' },
    { name: 's', title: 'Σ' },
    { name: 'sum(v)', title: 'Δ' },
    { name: 'w', title: 'Θ' },
  ],
  rows: ['2026-Q1', '2026-Q2', '(none)', 'others (4 groups)'].flatMap((group) =>
    STATES.map((state) => [group, state, 5, 2]),
  ),
  more: true,
  reading: 'Ξ',
  picture: { kind: 'stacked', label: 'quarter(createdon)', value: 'sum(v)', series: 's' },
}
const MANY = {
  ...FRAME,
  columns: [
    { name: 'week(createdon)', title: 'Ω' },
    { name: 'count', title: 'Δ' },
  ],
  rows: Array.from({ length: 30 }, (_, at) => [`2026-W${String(at + 1).padStart(2, '0')}`, at]),
  picture: { kind: 'bars', label: 'week(createdon)', value: 'count' },
}
const FUNNEL = {
  ...MANY,
  rows: [
    ['2026-W01', 3],
    ['2026-W02', 4],
  ],
  picture: { ...MANY.picture, kind: 'funnel' },
}
const MIXED = {
  ...FRAME,
  columns: [
    { name: 'g', title: 'Ω' },
    { name: 'v', title: 'Δ', kind: 'money' },
    { name: 'c', title: 'Λ', kind: 'currency' },
  ],
  rows: [
    ['Ж', 1, 'EUR'],
    ['Ψ', 2, 'USD'],
  ],
  picture: { kind: 'bars', label: 'g', value: 'v' },
}
/** Where a timeline goes on. */
const ASKED = { [ANSWER_META.asked]: { tool: 'timeline', arguments: { of: 'Ω' } } }
const KINDS = ['email', 'call', 'meeting', 'task', 'letter', 'note', 'change', 'close', 'xyz_thing']
const TIMELINE = {
  of: { id: `account/${GUID}05`, title: 'Ω' },
  asOf: FRAME.asOf,
  planned: [
    { kind: 'task', title: 'Ж', state: 'overdue', when: '2026-11-01' },
    { kind: 'call', title: 'Ψ', state: 'planned' },
  ],
  items: KINDS.map((kind, at) => ({
    kind,
    when: `2026-11-0${at + 1}T10:00:00+00:00`,
    title: 'Ж',
    who: ['Ψ'],
    by: 'Λ',
    text: 'Θ'.repeat(500),
    direction: at % 2 ? 'incoming' : 'outgoing',
    state: at === 2 ? 'cancelled' : undefined,
    regarding: { title: 'Σ' },
    changes: [{ label: 'Φ', to: 'Ξ' }],
    file: { name: 'Σ', size: 2_000 },
  })),
  more: true,
  cursor: 'c',
}
const SHOWN: readonly (readonly [string, object, readonly string[]])[] = [
  [
    'stacked',
    STACKED,
    ['picture', 'figure', 'stackedBars', 'stackedColumns', 'lines', 'table', 'howToRead', 'none', 'yes'],
  ],
  ['many', MANY, ['bars', 'columns']],
  ['funnel', FUNNEL, ['funnel']],
  ['currencies', MIXED, ['severalCurrencies']],
  ['nothing', { ...MIXED, rows: [] }, ['noRows']],
  [
    'a timeline',
    TIMELINE,
    [
      'planned',
      'overdue',
      'cancelled',
      'incoming',
      'outgoing',
      'email',
      'call',
      'meeting',
      'task',
      'letter',
      'note',
      'change',
      'close',
      'activity',
      'file',
      'empty',
      'wholeText',
      'more',
    ],
  ],
]

describeInChromium('the view in the language of its reader', (executablePath) => {
  let app: AppView
  beforeAll(async () => {
    app = await startAppView(executablePath)
  })
  afterAll(() => app.close())

  test.each(OTHERS)('%s: speaks it throughout', async (code) => {
    const own = LANGUAGES[code]
    for (const [at, [name, structuredContent, keys]] of SHOWN.entries()) {
      const result = { structuredContent: { ...structuredContent }, content: [], _meta: ASKED }
      const isFirst = at === 0
      const shown = isFirst
        ? await app.show(result, { locale: code }, 'opens', 720, { answers: [] })
        : await app.showNext(result, 720)
      const words = await wordsOf(shown.view)
      expect([name, leftInEnglish(words, LANGUAGES.en, own, SHARED[code] ?? [])]).toEqual([name, []])
      for (const key of keys) expect(words).toContain(own[key as 'report'])
      expect(await shown.view.evaluate(() => [document.documentElement.lang, document.title])).toEqual([
        code,
        own.report,
      ])
      if (name === 'stacked') expect(await violations(shown.view)).toEqual([])
    }
    expect(app.problems()).toEqual([])
  })

  test.each([
    ['ar-EG', 'en', /[٠-٩]/],
    ['he-IL', 'en', /[0-9]/],
    ['de-CH', 'de', /30[’']000/],
    ['pl', 'pl', /tys\./],
  ])('%s: words in %s, numbers as they are written there', async (locale, lang, numbers) => {
    const rows = [
      ['Ж', 30_000],
      ['שלום', 20_000],
    ]
    const { view } = await app.show(
      {
        structuredContent: {
          ...MANY,
          columns: [{ name: 'g', title: 'Ω' }, MANY.columns[1]!],
          rows,
          picture: { kind: 'bars', label: 'g', value: 'count' },
        },
        content: [],
      },
      { locale },
    )
    expect(await view.evaluate(() => document.documentElement.lang)).toBe(lang)
    expect(await wordsOf(view)).toMatch(numbers)
    expect(await excessOf(view)).toBe(0)
  })
})
