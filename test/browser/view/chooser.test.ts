// Not in a bare npm test: looks at pages in a browser.
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import type { Frame, Page } from 'playwright-core'
import { type AppView, CONTEXT, startAppView } from '../support/app-view.ts'
import { colourViolations, violations } from '../support/axe.ts'
import { describeInChromium } from '../support/chromium.ts'
import { readMarks } from '../support/drawn-marks.ts'
import { madeAnswer, type Making } from '../support/made-answers.ts'
import { DEALS, PIPELINE } from '../support/report-results.ts'

const MADE: Making = {
  kind: 'stacked',
  signs: 'both',
  series: 3,
  groups: 5,
  by: 'months',
  gaps: true,
  measure: 'sum',
  size: 90_000,
  currency: 'EUR',
}
const EIGHT = { ...MADE, series: 8, groups: 3, signs: 'gains', gaps: false } as const
const ONE = { ...MADE, kind: 'lines', series: 1 } as const
const asResult = (answer: object) => ({ structuredContent: { ...answer }, content: [] })
const radios = (view: Frame) =>
  view.getByRole('radio').evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value))
const chosen = (view: Frame) => view.locator('input:checked').getAttribute('value')

describeInChromium('the choice of a picture', (executablePath) => {
  let app: AppView
  const show: AppView['show'] = (...args) => app.show(...args)
  beforeAll(async () => {
    app = await startAppView(executablePath)
  })
  afterAll(() => app.close())
  afterEach(async () => {
    await app.page.emulateMedia({ forcedColors: null, media: null, colorScheme: null })
    expect(app.problems()).toEqual([])
  })

  test.each([
    ['two groups, one a date', madeAnswer(MADE, 1), 'columns', ['bars', 'columns', 'lines', 'table']],
    ['one group, a date', madeAnswer(ONE, 1), 'lines', ['bars', 'columns', 'lines', 'table']],
    ['one group of names', madeAnswer({ ...ONE, kind: 'bars', by: 'names' }, 1), 'bars', ['bars', 'columns', 'table']],
    ['steps', PIPELINE, 'funnel', ['bars', 'columns', 'funnel', 'table']],
    ['a list', DEALS, undefined, []],
    ['three groups', { ...PIPELINE, picture: { kind: 'table' } }, undefined, []],
    [
      'a table that was asked for',
      { ...PIPELINE, picture: { ...PIPELINE.picture, kind: 'table' } },
      'table',
      ['bars', 'columns', 'funnel', 'table'],
    ],
    [
      'a funnel of losses',
      {
        ...PIPELINE,
        rows: [
          ['Qualify', 1, -3],
          ['Close', 1, 2],
        ],
      },
      'bars',
      ['bars', 'columns', 'table'],
    ],
    [
      'a word that is no picture',
      { ...PIPELINE, picture: { ...PIPELINE.picture, kind: 'pie' } },
      'table',
      ['bars', 'columns', 'funnel', 'table'],
    ],
    ['a picture of no column', { ...PIPELINE, picture: { kind: 'bars', label: 'x', value: 'y' } }, undefined, []],
  ] as const)('%s: begins and offers as the shape allows', async (_name, answer, first, offered) => {
    const { view } = await show(asResult(answer))
    expect(await radios(view)).toEqual(offered)
    if (first !== undefined) expect(await chosen(view)).toBe(first)
    expect(await view.getByRole('table').count()).toBe(1)
  })

  test('arrows lead from one to the next, and the focus stays', async () => {
    const { page, view } = await show(asResult(PIPELINE))
    await page.keyboard.press('Tab')
    while (!(await view.evaluate(() => document.activeElement?.matches('input') === true)))
      await page.keyboard.press('Tab')
    const seen: unknown[] = []
    for (let at = 0; at < 4; at += 1) {
      await page.keyboard.press('ArrowRight')
      const focused = await view.evaluate(() => (document.activeElement as HTMLInputElement).value)
      const drawn = await view.evaluate(
        () => document.querySelector('.picture > svg')?.getAttribute('class') ?? 'table',
      )
      seen.push([focused, await chosen(view), drawn])
    }
    expect(seen.map((one) => JSON.stringify(one))).toEqual(
      ['table', 'bars', 'columns', 'funnel'].map((kind) => JSON.stringify([kind, kind, kind])),
    )
    await page.keyboard.press('Tab')
    expect(await view.evaluate(() => document.activeElement?.localName)).toBe('select')
  })

  test('another figure is drawn, and all of it kept when the language changes; another answer begins anew', async () => {
    const { page, view } = await show(asResult(PIPELINE))
    await view.getByRole('radio', { name: 'Columns' }).check()
    await view.getByRole('combobox', { name: 'Figure' }).selectOption('Opportunities')
    const values = async () => (await readMarks(view)).marks.map(({ value }) => value)
    expect(await values()).toEqual([32, 21, 11, 5, 2])
    expect(await view.locator('figcaption').innerText()).toContain('Opportunities by Stage')
    await page.evaluate('globalThis.host.change({ locale: "de" })')
    await view.getByRole('radio', { name: 'Säulen' }).waitFor()
    expect([await chosen(view), ...(await values())]).toEqual(['columns', 32, 21, 11, 5, 2])
    await page.evaluate(`globalThis.host.again(${JSON.stringify(asResult({ ...PIPELINE, title: 'Other' }))})`)
    await view.getByRole('heading', { name: 'Other' }).waitFor()
    expect([await chosen(view), (await values())[0]]).toEqual(['funnel', 1_904_000])
  })

  test.each([
    [
      'more than can be told apart',
      { ...MADE, series: 11, gaps: false, signs: 'gains' } as const,
      8,
      'In the table only: Part',
    ],
    [
      'more than have room',
      { ...ONE, kind: 'bars', by: 'names', groups: 40, gaps: false } as const,
      1,
      'The first 24 of 40 are drawn.',
    ],
  ])('%s: says what is not drawn', async (_name, making, series, said) => {
    const { view } = await show(asResult(madeAnswer(making, 2)))
    expect(new Set((await readMarks(view)).marks.map((mark) => mark.series)).size).toBe(series)
    expect(await view.locator('figcaption').innerText()).toContain(said)
  })

  const THEMES = [
    ['light', violations],
    ['dark', colourViolations],
  ] as const
  test.each(THEMES)('each kind passes axe, %s, and its colours stand out from the ground', async (theme, found) => {
    const { view } = await show(asResult(madeAnswer(EIGHT, 3)), { ...CONTEXT, theme })
    for (const kind of await radios(view)) {
      await view.locator(`input[value=${kind}]`).check()
      expect([kind, await found(view)]).toEqual([kind, []])
    }
    expect(await contrasts(view)).toEqual([])
  })

  test('each series has a texture and a form of its own', async () => {
    const { view } = await show(asResult(madeAnswer(EIGHT, 3)))
    const own = (selector: string, name: string) =>
      view.locator(selector).evaluateAll((nodes, of) => new Set(nodes.map((node) => node.getAttribute(of))).size, name)
    expect(await own('pattern path', 'd')).toBe(8)
    await view.getByRole('radio', { name: 'Lines' }).check()
    expect(await own('path.line', 'stroke-dasharray')).toBe(8)
    expect(await own('path.mark', 'd')).toBe(8)
  })

  test('with forced colours, marks stand out and the choice is seen', async () => {
    const { page, view } = await show(asResult(madeAnswer(EIGHT, 3)))
    await page.emulateMedia({ forcedColors: 'active' })
    const [texture, base] = await view.evaluate(() => [
      getComputedStyle(document.querySelector('pattern path.texture')!).stroke,
      getComputedStyle(document.querySelector('pattern rect')!).fill,
    ])
    expect(texture).not.toBe(base)
    const grounds = await view
      .locator('[role=radiogroup] span')
      .evaluateAll((spans) => spans.map((span) => getComputedStyle(span).backgroundColor))
    expect(new Set(grounds).size).toBe(2)
  })

  test('on paper it is light, whole, and without what is clicked', async () => {
    const { page, view } = await show(
      asResult({ ...DEALS, picture: { kind: 'bars', label: 'name', value: 'estimatedvalue' } }),
      { ...CONTEXT, theme: 'dark' },
      'opens',
      320,
    )
    await page.emulateMedia({ media: 'print' })
    const seen = await view.evaluate(() => ({
      ground: getComputedStyle(document.documentElement).backgroundColor,
      overflow: getComputedStyle(document.querySelector('.rows')!).overflowX,
      choosers: getComputedStyle(document.querySelector('.choosers')!).display,
      exact: getComputedStyle(document.querySelector('.mark')!).printColorAdjust,
      marks: document.querySelectorAll('.mark').length,
    }))
    expect(seen).toEqual({
      ground: 'rgb(255, 255, 255)',
      overflow: 'visible',
      choosers: 'none',
      exact: 'exact',
      marks: 4,
    })
    expect(await view.getByText('Only rows that the signed-in person may read').isVisible()).toBe(true)
  })

  test('is drawn anew at another width, and its marks keep what they stand for', async () => {
    const { page, view } = await show(asResult(madeAnswer(ONE, 4)))
    const wide = await readMarks(view)
    await page.setViewportSize({ width: 320, height: 900 })
    await view.waitForFunction(() => Number(document.querySelector('.picture > svg')?.getAttribute('width')) <= 320)
    const narrow = await readMarks(view)
    expect(narrow.marks.map(({ label, value }) => [label, value])).toEqual(
      wide.marks.map(({ label, value }) => [label, value]),
    )
    expect(narrow.clashes).toEqual([])
  })

  test('is drawn anew at a width that comes before it was looked at', async () => {
    const { view } = await show(asResult(madeAnswer(ONE, 4)))
    await view.evaluate(() => {
      const main = document.querySelector('main')!
      new MutationObserver(() => (main.style.width = '320px')).observe(main, { childList: true })
    })
    await app.showNext(asResult(madeAnswer(ONE, 5)), 720)
    await view.waitForFunction(() => Number(document.querySelector('.picture > svg')?.getAttribute('width')) <= 320)
    expect((await readMarks(view)).clashes).toEqual([])
  })
})

/** Series whose colour is nearer to the ground than 3:1 (WCAG 1.4.11). */
const contrasts = (view: Frame | Page) =>
  view.evaluate(() => {
    const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!
    const luminance = (colour: string) => {
      context.fillStyle = colour
      context.fillRect(0, 0, 1, 1)
      const [r = 0, g = 0, b = 0] = [...context.getImageData(0, 0, 1, 1).data].map((part) => {
        const share = part / 255
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const ground = luminance(getComputedStyle(document.documentElement).backgroundColor)
    const rects = [...document.querySelectorAll('pattern > rect')]
    return rects.flatMap((rect) => {
      const own = luminance(getComputedStyle(rect).fill)
      const ratio = (Math.max(own, ground) + 0.05) / (Math.min(own, ground) + 0.05)
      return ratio < 3 ? [`${rect.getAttribute('class')}: ${ratio}`] : []
    })
  })
