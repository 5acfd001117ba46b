// Not in a bare npm test: looks at pages in a browser.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Frame } from 'playwright-core'
import { CHANGE_LANGUAGES, changeTalkFor } from '../../../shared/mcp/app/change/words/words.ts'
import { CODES } from '../../../shared/mcp/app/words/words.ts'
import { type AppView, startAppView } from '../support/app-view.ts'
import { violations } from '../support/axe.ts'
import { DONE, failed, forTheCard, forTheModel, TOKEN } from '../support/change-results.ts'
import { describeInChromium } from '../support/chromium.ts'
import { excessOf, leftInEnglish, wordsOf } from '../view/spoken.ts'

type Key = keyof (typeof CHANGE_LANGUAGES)['en']

const GREEK = 'Φ'
const ENTITY = 'Ψψψ'
/** Values that are read as words, and a text that scrolls; what a record holds is in no language. */
const LINE = { column: 'a', label: GREEK }
const CHANGED = [
  { ...LINE, from: null, to: true },
  { ...LINE, from: false, to: 'Ω'.repeat(700) },
]
const WHOLE = forTheCard({
  name: GREEK,
  lines: CHANGED,
  notes: [GREEK],
  duplicates: [{ id: '1', entity: ENTITY, name: '' }],
})
const NEW = {
  ...WHOLE,
  _meta: Object.fromEntries(
    Object.keys(WHOLE._meta ?? {}).map((key) => [
      key,
      { tool: 'log_activity', arguments: { entity: ENTITY, changes: [{ ...LINE, to: GREEK }], change: TOKEN } },
    ]),
  ),
}
const NOT_READY = forTheCard({ ready: false, problems: [{ code: 'x', text: GREEK }] })
const SHOWN: readonly (readonly [string, typeof WHOLE, readonly Key[]])[] = [
  [
    'an update',
    WHOLE,
    'update whatChanges column now then alike noName toKnow empty yes no apply cancel'.split(' ') as Key[],
  ],
  ['a new record', NEW, 'log newRecord whatItHolds column value apply cancel'.split(' ') as Key[]],
  ['a problem', NOT_READY, ['inTheWay', 'nothing', 'someChange']],
  ['a call of the model', forTheModel({ name: GREEK }), ['nothingYet', 'update']],
  ['no answer', { content: [] }, ['notShown']],
  ['no call', WHOLE, ['noCalls']],
]
/** After Apply: what the call is answered with. */
const ENDS = [
  [
    'done',
    { ...DONE, structuredContent: { ...DONE.structuredContent, notes: [], alsoSet: [{ label: GREEK }] } },
    ['done', 'alsoChanged', 'openRecord'],
  ],
  ['already', { ...DONE, structuredContent: { ...DONE.structuredContent, notes: [], already: true } }, ['already']],
  ['conflict', failed('changed_meanwhile', GREEK), ['conflict', 'nothingOfYours', 'askAgain']],
  ['refused', failed('refused_by_rule', GREEK), ['refused', 'askAgain']],
  ['again', failed('busy', GREEK), ['notYet', 'tryAgain']],
  ['unknown', failed('server_error', GREEK), ['unknown', 'findOut', 'tryAgain', 'tellTheChat']],
  ['making', 'waits', ['making']],
] as const

describeInChromium('the card in the language of its reader', (executablePath) => {
  let app: AppView
  beforeAll(async () => {
    app = await startAppView(executablePath, 'change')
  })
  afterAll(() => app.close())

  /** The reader's language may come late: what stands there is said anew in each, and nothing is done for it. */
  const expectEach = async (view: Frame, name: string, keys: readonly Key[]) => {
    for (const code of CODES) {
      await app.page.evaluate(`globalThis.host.change({ locale: ${JSON.stringify(code)} })`)
      await view.waitForFunction((lang) => document.documentElement.lang === lang, code)
      const [own, words, talk] = [CHANGE_LANGUAGES[code], await wordsOf(view), changeTalkFor(code)]
      const shared = ['es', 'it'].includes(code) ? ['no'] : []
      const english = code === 'en' ? [] : leftInEnglish(words, CHANGE_LANGUAGES.en, own, shared)
      const values = { columns: GREEK, entity: ENTITY, title: own.then }
      const missing = ['change' as const, ...keys].filter((key) => !words.includes(talk.text(key, values)))
      expect([name, code, english, missing, await excessOf(view)]).toEqual([name, code, [], [], 0])
      if (name === 'an update') expect(await violations(view)).toEqual([])
    }
  }

  test.each(SHOWN)('%s, in each language, within 320 pixels', async (name, result, keys) => {
    const powers = { answers: [], tells: 'context' } as const
    const { view } = await app.show(result, { locale: 'zh' }, 'opens', 320, name === 'no call' ? {} : powers)
    await expectEach(view, name, keys)
    expect(app.problems()).toEqual([])
  })

  test.each(ENDS)('%s, in each language, within 320 pixels', async (name, answer, keys) => {
    const tells = name === 'unknown' ? 'refuses' : 'context'
    const { view } = await app.show(WHOLE, { locale: 'zh' }, 'opens', 320, { answers: [answer], tells })
    await view.locator('.apply').click()
    await view.locator(name === 'making' ? '[role=status]:not(:empty)' : '.outcome').waitFor()
    if (name === 'unknown') await view.locator('.outcome .about').waitFor()
    await expectEach(view, name, keys)
    const { called, told } = await app.heard()
    expect([called.length, told.length]).toEqual([1, name === 'making' ? 0 : 1])
    if (name !== 'making') expect(await view.evaluate(() => document.activeElement?.className)).toContain('outcome')
    expect(app.problems()).toEqual([])
  })

  test('Cancel, and what was stopped before it came, in the language of the reader', async () => {
    const { view } = await app.show(WHOLE, { locale: 'de-AT' }, 'opens', 320, { answers: [], tells: 'context' })
    await view.getByRole('button', { name: 'Abbrechen' }).click()
    await view.getByRole('heading', { name: 'Es wurde nichts geändert' }).waitFor()
    expect(await view.getByRole('status').innerText()).toContain('Sie haben „Abbrechen“ gewählt.')
    expect(JSON.stringify((await app.heard()).told)).toContain('chose Cancel')
  })
})
