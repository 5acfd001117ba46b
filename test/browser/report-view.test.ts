// Not in a bare npm test: looks at pages in a browser.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { Frame, Page } from 'playwright-core'
import type { HostPage } from './support/app-host-page.ts'
import { type AppView, CONTEXT, startAppView } from './support/app-view.ts'
import { colourViolations, violations } from './support/axe.ts'
import { describeInChromium } from './support/chromium.ts'
import {
  CASES,
  CURRENCIES,
  DEALS,
  type DrawnReport,
  FORECAST,
  GUID,
  HOSTILE,
  inherited,
  INHERITED,
  MARKUP,
  PIPELINE,
  TEAM,
} from './support/report-results.ts'

const DARK = { theme: 'dark', styles: { variables: { '--color-background-primary': 'rgb(1, 2, 3)' } } }

const asResult = (report: DrawnReport) => ({ structuredContent: { ...report }, content: [] })

const host = (page: Page, use: (host: HostPage) => unknown) =>
  page.evaluate<unknown>(`(${use.toString()})(globalThis.host)`)

const sidewaysScroll = (view: Frame) =>
  view.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
const firstCells = (view: Frame) => view.locator('tbody tr > :first-child').allInnerTexts()
const header = (view: Frame, name: string) => view.getByRole('columnheader', { name })

describeInChromium('the view of a report', (executablePath) => {
  let app: AppView
  const show: AppView['show'] = (...args) => app.show(...args)
  beforeAll(async () => {
    app = await startAppView(executablePath)
  })
  afterAll(() => app.close())
  // Whatever a test does, the view reports no error and asks nobody for anything.
  afterEach(async () => {
    await app.page.emulateMedia({ reducedMotion: null, forcedColors: null })
    expect(app.host.requests().filter((path) => !['/', '/host.js', '/view', '/favicon.ico'].includes(path))).toEqual([])
    expect(app.problems()).toEqual([])
  })

  const KINDS = [
    ['funnel', PIPELINE, 5, 'Estimated value by stage'],
    ['bars', TEAM, 5, 'Opportunities by stage'],
    ['columns', FORECAST, 8, 'Weighted value by month'],
    ['table', DEALS, 0, ''],
  ] as const

  test.each(KINDS)('%s: totals, the picture, and a table with all of it', async (_kind, report, bars, name) => {
    const { view } = await show(asResult(report))
    expect(await view.getByRole('heading', { level: 1 }).innerText()).toBe(report.title)
    expect(await view.locator('.about').innerText()).toContain(
      'As of 24 Nov 2026, 13:05 (Europe/Amsterdam) · amounts in EUR',
    )
    expect(await view.locator('dd').allInnerTexts()).toEqual(report.totals.map(({ text }) => text))
    expect(await view.locator('rect').count()).toBe(bars)
    expect(await view.getByRole('img', { name }).count()).toBe(bars > 0 ? 1 : 0)
    expect(await view.locator('tbody tr').count()).toBe(report.rows.length)
    expect(await view.getByRole('columnheader').allInnerTexts()).toEqual(report.columns.map(({ title }) => title))
    const order = await view.locator('main > *').evaluateAll((nodes) => nodes.map(({ localName }) => localName))
    expect(order.indexOf('dl')).toBeLessThan(order.indexOf('div'))
  })

  test.each([
    ['light', violations],
    ['dark', colourViolations],
  ] as const)('passes axe in every kind, %s', async (theme, found) => {
    const [[, first], ...others] = KINDS
    expect(await found((await show(asResult(first), { theme })).view)).toEqual([])
    // In the same frame, where axe is loaded by now and the theme is what it was.
    for (const [, report] of others) expect(await found((await app.showNext(asResult(report), 720)).view)).toEqual([])
  })

  test.each([
    ['a funnel', PIPELINE],
    ['columns', FORECAST],
    ['a wide table', DEALS],
    ['hostile and endless words', HOSTILE],
  ])('%s does not make the page scroll sideways at 320 pixels', async (_name, report) => {
    const { view } = await show(asResult(report), CONTEXT, 'opens', 320)
    expect(await view.evaluate(() => document.documentElement.clientWidth)).toBe(320)
    expect(await sidewaysScroll(view)).toBe(0)
  })

  test('bars are as long as their values, and a funnel stands around its middle', async () => {
    const { view } = await show(asResult(PIPELINE))
    const boxes = await view
      .locator('rect')
      .evaluateAll((bars) =>
        bars.map((bar) => ({ x: bar.getBoundingClientRect().x, width: bar.getBoundingClientRect().width })),
      )
    const first = boxes[0]!
    for (const [index, { width, x }] of boxes.entries()) {
      const share = Number(PIPELINE.rows[index]?.[2]) / 1_904_000
      expect(width / first.width).toBeCloseTo(share, 2)
      expect(x + width / 2).toBeCloseTo(first.x + first.width / 2, 0)
    }
  })

  test('adds up rows that are finer than the picture, which draws one bar for each label', async () => {
    const { view } = await show(asResult(CASES))
    expect(await view.locator('.mark title').allTextContents()).toEqual(['up to 7 days: 6', 'over 90 days: 3'])
    expect(await view.locator('svg .amount').allTextContents()).toEqual(['6', '3'])
    expect(await view.locator('tbody tr').count()).toBe(3)
  })

  test('writes values as the reader does, and says what is missing', async () => {
    const { view } = await show(asResult(DEALS), { ...CONTEXT, locale: 'de-DE' })
    const texts = await view.locator('tbody tr').nth(1).locator('th, td').allInnerTexts()
    expect(texts.map((text) => text.replaceAll(/\s/g, ' '))).toEqual([
      ...['Cold store retrofit', 'Alpine Freight', '120.040 €', '40 %', '(no date)'],
    ])
    expect(await view.locator('tbody tr').nth(2).innerText()).toContain('30.11.2026')
    expect(await view.locator('.note').allInnerTexts()).toEqual([
      '4 Zeilen werden angezeigt; es gibt weitere.',
      ...DEALS.notes,
    ])
  })

  test('follows the host from light to dark, and keeps the order of the rows', async () => {
    const { page, view } = await show(asResult(DEALS))
    const ground = () => view.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
    const text = () => view.evaluate(() => getComputedStyle(document.body).color)
    expect(await ground()).toBe('rgb(255, 255, 255)')
    const before = await text()
    await header(view, 'Account').getByRole('button').click()
    await page.evaluate(`globalThis.host.change(${JSON.stringify(DARK)})`)
    await view.waitForFunction(() => document.documentElement.style.colorScheme === 'dark')
    expect(await ground()).toBe('rgb(1, 2, 3)')
    expect(await text()).not.toBe(before)
    expect(await header(view, 'Account').getAttribute('aria-sort')).toBe('ascending')
  })

  test('sorts by keyboard, numbers by size, and rows without a value last', async () => {
    const { page, view } = await show(asResult(DEALS))
    const press = async (name: string) => {
      await header(view, name).getByRole('button').focus()
      await page.keyboard.press('Enter')
      return [await header(view, name).getAttribute('aria-sort'), (await firstCells(view)).join(', ')]
    }
    const NAMES = ['Quay wall sensors', 'Cold store retrofit', 'Berth 9 cranes', 'Berth 10 cranes'] as const
    const [quay, cold, nine, ten] = NAMES
    expect(await firstCells(view)).toEqual(NAMES)
    expect(await press('Estimated value')).toEqual(['ascending', [ten, quay, nine, cold].join(', ')])
    expect(await press('Estimated value')).toEqual(['descending', [cold, nine, quay, ten].join(', ')])
    expect(await press('Estimated close')).toEqual(['ascending', [nine, quay, ten, cold].join(', ')])
    expect(await press('Estimated close')).toEqual(['descending', [ten, quay, nine, cold].join(', ')])
    expect(await press('Opportunity')).toEqual(['ascending', [nine, ten, cold, quay].join(', ')])
    expect(await view.locator('[aria-sort]').count()).toBe(1)
  })

  test('opens a record through the host, of whichever table it is, and goes nowhere itself', async () => {
    const { page, view } = await show(asResult(DEALS))
    const address = view.url()
    await view.getByRole('link', { name: 'Berth 9 cranes' }).click()
    await view.getByRole('link', { name: 'Northwind Docks' }).focus()
    await page.keyboard.press('Enter')
    const link = (entity: string, id: string) =>
      `https://harbourpine.crm4.dynamics.com/main.aspx?pagetype=entityrecord&etn=${entity}&id=${GUID}${id}`
    expect((await app.heard()).opened).toEqual([link('opportunity', '03'), link('account', 'a1')])
    expect([view.url(), page.context().pages().length]).toEqual([address, 1])
  })

  test('says so when the host opens no link, and offers none where it never does', async () => {
    const refused = await show(asResult(DEALS), CONTEXT, 'refuses')
    await refused.view.getByRole('link', { name: 'Berth 9 cranes' }).click()
    await refused.view.getByText('The record could not be opened from here.').waitFor()
    expect(await violations(refused.view)).toEqual([])
    const { view } = await show(asResult(DEALS), CONTEXT, 'none')
    expect([await view.getByRole('link').count(), (await firstCells(view))[0]]).toEqual([0, 'Quay wall sensors'])
  })

  test('what a record holds stays text', async () => {
    const { view } = await show(asResult(HOSTILE))
    expect(await view.getByRole('heading', { level: 1 }).innerText()).toBe(`Pipeline ${MARKUP}`)
    const labels = HOSTILE.rows.map(([stage]) => (typeof stage === 'string' ? stage.trim() : '(no stage)'))
    expect(await view.locator('tbody th').allInnerTexts()).toEqual(labels)
    expect(await view.locator('img, main script, iframe, a, [onerror]').count()).toBe(0)
    expect(await view.getByRole('link').count()).toBe(0)
    expect(await view.title()).toBe('Report')
  })

  test('names that every object has are labels like others', async () => {
    const { view } = await show(asResult(inherited(['__proto__', 'toString'])))
    expect(await firstCells(view)).toEqual(INHERITED)
    expect(await view.getByRole('link').allInnerTexts()).toEqual(['__proto__', 'toString'])
    await view.getByRole('link', { name: '__proto__' }).click()
    expect((await app.heard()).opened).toEqual([expect.stringContaining(`etn=account&id=${GUID}05`)])
    await header(view, 'Kind').getByRole('button').click()
    expect(await header(view, 'Kind').getAttribute('aria-sort')).toBe('ascending')
    expect(await (await show(asResult(inherited([])))).view.getByRole('link').count()).toBe(0)
  })

  const FORGED = [
    'account/../../evil',
    `account/${GUID}05/x`,
    `account/${GUID}05\n`,
    `a b/${GUID}05`,
    `javascript:alert(1)/${GUID}05`,
    'account/',
    'x'.repeat(50_000),
    7,
    true,
  ]
  describe('what stands behind a name', () => {
    beforeAll(async () => {
      const { view } = await show(asResult(DEALS))
      expect(await view.getByRole('link').count()).toBeGreaterThan(0)
    })
    test.each(FORGED.map((behind) => [String(behind).slice(0, 40), behind]))(
      '%j is no record to open',
      async (_name, behind) => {
        const values = { name: { 'Berth 9 cranes': behind }, customerid: {} }
        const { view } = await app.showNext(asResult({ ...DEALS, values }), 720)
        expect([await view.getByRole('link').count(), await view.locator('tbody tr').count()]).toEqual([0, 4])
      },
    )
  })

  test('amounts are written in the currency of their column, of their row or of the report, and never added up across', async () => {
    const { view } = await show(asResult(CURRENCIES))
    const lines = await view.locator('tbody tr').allInnerTexts()
    expect(lines.map((line) => line.split('\t'))).toEqual([
      ['Cranes', '£1,200', 'GBP', 'US$10'],
      ['Sensors', '€900', 'EUR', 'US$20'],
      ['Gates', '30', '–', '–'],
      ['Doors', '5', 'nonsense', 'US$0'],
    ])
    expect(await view.locator('svg').count()).toBe(0)
    expect(await view.locator('figcaption').innerText()).toContain('in several currencies')
    const rows = CURRENCIES.rows.slice(0, 1)
    const one = await show(asResult({ ...CURRENCIES, rows }))
    expect(await one.view.locator('.mark title').allTextContents()).toEqual(['Cranes: £1,200'])
    expect(await one.view.locator('svg .amount').allTextContents()).toEqual(['£1.2k'])
  })

  test('choices follow their numbers, and what stands for none comes last', async () => {
    const rows = [
      ['(none)', 1, 1],
      ['Close', 1, 1],
      ['Develop', 1, 1],
      [null, 1, 1],
      ['Qualify', 1, 1],
    ]
    const { view } = await show(asResult({ ...PIPELINE, rows }))
    await header(view, 'Stage').getByRole('button').click()
    expect(await firstCells(view)).toEqual(['Qualify', 'Develop', 'Close', '(none)', '(no stage)'])
  })

  test.each([
    ['an error', { isError: true, structuredContent: { error: {} }, content: [{ type: 'text', text: 'Throttled.' }] }],
    ['a result of another shape', { structuredContent: { rows: 1 }, content: [{ type: 'text', text: 'Throttled.' }] }],
    [
      'rows of another shape',
      { structuredContent: { ...DEALS, rows: [{ name: 'x' }] }, content: [{ type: 'text', text: 'Throttled.' }] },
    ],
  ] as const)('%s is shown as the text that came with it', async (_name, result) => {
    const { view } = await show({ ...result, content: [...result.content] })
    await view.getByText('Throttled.').waitFor()
    expect(await view.getByRole('table').count()).toBe(0)
  })

  test('listens to the host alone: another frame of the page cannot put words in', async () => {
    const { page, view } = await show(asResult(PIPELINE))
    const message = { jsonrpc: '2.0', method: 'ui/notifications/tool-result', params: asResult(TEAM) }
    await page.evaluate(`{
      const other = document.body.appendChild(document.createElement('iframe'))
      other.contentWindow.eval('parent.frames[0].postMessage(' + ${JSON.stringify(JSON.stringify(message))} + ', "*")')
      globalThis.host.change({ theme: 'dark' })
    }`)
    await view.waitForFunction(() => document.documentElement.style.colorScheme === 'dark')
    expect(await view.getByRole('heading', { level: 1 }).innerText()).toBe(PIPELINE.title)
  })

  test('an empty report says so; a stopped one too; and the host may close it', async () => {
    const { page, view } = await show(asResult({ ...PIPELINE, rows: [], totals: [], notes: ['Nothing is open.'] }))
    expect([await view.getByText('Nothing is open.').count(), await view.getByRole('table').count()]).toEqual([1, 0])
    await host(page, ({ cancel }) => cancel())
    await view.getByText('The report was stopped before it was done.').waitFor()
    expect(await host(page, ({ teardown }) => teardown())).toEqual({})
  })

  test('the frame is as high as what it shows', async () => {
    const { page, view } = await show(asResult(PIPELINE))
    const needed = await view.evaluate(() => Math.ceil(document.documentElement.getBoundingClientRect().height))
    await page.waitForFunction(`document.querySelector('iframe').offsetHeight === ${needed}`)
    expect(needed).toBeGreaterThan(400)
  })

  test.each([
    [
      { reducedMotion: 'reduce' as const },
      () => getComputedStyle(document.querySelector('rect')!).transitionDuration,
      '0s',
    ],
    [{ forcedColors: 'active' as const }, () => String(matchMedia('(forced-colors: active)').matches), 'true'],
  ])('%j is respected', async (media, read, expected) => {
    const { page, view } = await show(asResult(PIPELINE))
    await page.emulateMedia(media)
    expect(await view.evaluate(read)).toBe(expected)
    const [fill, ground] = await view.evaluate(() => [
      getComputedStyle(document.querySelector('rect')!).fill,
      getComputedStyle(document.documentElement).backgroundColor,
    ])
    expect(fill).not.toBe(ground)
  })
})
