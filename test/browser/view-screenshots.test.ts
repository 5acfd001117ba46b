import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { ViewName } from '../../infra/build-views.ts'
import type { Powers } from './support/app-host-page.ts'
import { startAppView, type AppView } from './support/app-view.ts'
import { DONE, failed, forTheCard, forTheModel, NEW_RECORD } from './support/change-results.ts'
import { describeInChromium } from './support/chromium.ts'
import { BY_MONTH, BY_QUARTER, DEALS_BY_OWNER, ROWS_BEHIND, TIMELINE, WON_BY_OWNER } from './support/picture-answers.ts'
import { DEALS, FORECAST, PIPELINE, type DrawnReport } from './support/report-results.ts'

const FOLDER = new URL('screenshots/', import.meta.url)
const MOST_BYTES = 150 * 1024

type Picture = {
  readonly name: string
  readonly result: Parameters<AppView['show']>[0]
  readonly theme?: 'light' | 'dark'
  readonly width?: number
  readonly powers?: Powers
  /** What is clicked before it is taken. */
  readonly click?: string
  /** What is there then; of a card its outcome. */
  readonly opens?: string
}

const asResult = (report: DrawnReport | object) => ({ structuredContent: { ...report }, content: [] })
const CHANGE = forTheCard({
  notes: [
    'Est. Revenue is computed from the products while Revenue is System Calculated; it may come out differently.',
  ],
})
const DIALOG: Powers = { answers: [DONE], tells: 'context' }
const CONFLICT: Powers = {
  answers: [failed('changed_meanwhile', 'Jon Ek changed it today at 10:04: Est. Revenue is 48,000 now.')],
  tells: 'context',
}

const BEHIND = {
  result: DEALS_BY_OWNER,
  powers: { answers: [ROWS_BEHIND] },
  click: 'Callum Fraser',
  opens: '.behind:not([aria-busy])',
}
const PICTURES: Readonly<Record<ViewName, readonly Picture[]>> = {
  report: [
    { name: 'reports/pipeline-light', result: asResult(PIPELINE) },
    { name: 'reports/pipeline-dark', result: asResult(PIPELINE), theme: 'dark' },
    { name: 'reports/forecast-light', result: asResult(FORECAST) },
    { name: 'reports/forecast-dark', result: asResult(FORECAST), theme: 'dark' },
    { name: 'reports/list-light', result: asResult(DEALS) },
    { name: 'reports/list-dark', result: asResult(DEALS), theme: 'dark' },
    { name: 'answers/stacked-light', result: asResult(BY_QUARTER) },
    { name: 'answers/stacked-dark', result: asResult(BY_QUARTER), theme: 'dark' },
    { name: 'answers/lines-light', result: asResult(BY_MONTH) },
    { name: 'answers/lines-dark', result: asResult(BY_MONTH), theme: 'dark' },
    { name: 'answers/bars-narrow', result: asResult(WON_BY_OWNER), width: 320 },
    { name: 'answers/timeline-light', result: asResult(TIMELINE) },
    { name: 'answers/timeline-dark', result: asResult(TIMELINE), theme: 'dark' },
    { name: 'answers/rows-behind-light', ...BEHIND },
    { name: 'answers/rows-behind-dark', ...BEHIND, theme: 'dark' },
    { name: 'reports/pipeline-narrow', result: asResult(PIPELINE), width: 320 },
  ],
  change: [
    { name: 'changes/card-light', result: CHANGE, powers: DIALOG },
    { name: 'changes/card-dark', result: CHANGE, theme: 'dark', powers: DIALOG },
    { name: 'changes/card-narrow', result: CHANGE, width: 320, powers: DIALOG },
    { name: 'changes/new-light', result: NEW_RECORD, powers: DIALOG },
    { name: 'changes/done-light', result: CHANGE, powers: DIALOG, click: 'Apply' },
    { name: 'changes/conflict-dark', result: CHANGE, theme: 'dark', powers: CONFLICT, click: 'Apply' },
    { name: 'changes/in-the-chat-light', result: forTheModel() },
  ],
}
const NAMES = Object.values(PICTURES).flatMap((pictures) => pictures.map(({ name }) => [name]))

function takeScreenshots(chromium: string): void {
  describe.each(['report', 'change'] as const)('of the view %s', (view) => {
    let app: AppView
    beforeAll(async () => {
      app = await startAppView(chromium, view)
      for (const part of ['reports/', 'changes/', 'answers/']) mkdirSync(new URL(part, FOLDER), { recursive: true })
    })
    afterAll(() => app.close())

    test.each(PICTURES[view])('$name.png is taken', async ({ name, result, theme = 'light', width = 640, ...does }) => {
      const { page, view: frame } = await app.show(result, { theme, locale: 'en-GB' }, 'opens', width, does.powers)
      if (does.click !== undefined) {
        await frame.getByRole('button', { name: does.click }).first().click()
        await frame.locator(does.opens ?? '.outcome').waitFor()
      }
      const height = await frame.evaluate(() => Math.ceil(document.documentElement.getBoundingClientRect().height))
      await page.waitForFunction(`document.querySelector('iframe').offsetHeight === ${height}`)
      const picture = await page.locator('iframe').screenshot()
      writeFileSync(new URL(`${name}.png`, FOLDER), picture)
      expect(picture.length).toBeLessThan(MOST_BYTES)
    })
  })
}

/** UPDATE_SCREENSHOTS=1 takes them anew; a normal run changes no file. */
if (process.env.UPDATE_SCREENSHOTS === '1') describeInChromium('taking the screenshots of views', takeScreenshots)

describe('the screenshots of views', () => {
  test.each(NAMES)('%s.png is a small PNG', (name) => {
    const picture = readFileSync(new URL(`${name}.png`, FOLDER))
    expect(picture.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n')
    expect(picture.length).toBeLessThan(MOST_BYTES)
  })
})
