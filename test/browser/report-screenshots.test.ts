import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { startAppView, type AppView } from './support/app-view.ts'
import { describeInChromium } from './support/chromium.ts'
import { DEALS, FORECAST, PIPELINE } from './support/report-results.ts'

const FOLDER = new URL('screenshots/', import.meta.url)
const MOST_BYTES = 150 * 1024

const PICTURES = [
  ['report-pipeline-light', PIPELINE, 'light', 640],
  ['report-pipeline-dark', PIPELINE, 'dark', 640],
  ['report-forecast-light', FORECAST, 'light', 640],
  ['report-forecast-dark', FORECAST, 'dark', 640],
  ['report-list-light', DEALS, 'light', 640],
  ['report-list-dark', DEALS, 'dark', 640],
  ['report-pipeline-narrow', PIPELINE, 'light', 320],
] as const

function takeScreenshots(chromium: string): void {
  let app: AppView
  beforeAll(async () => {
    app = await startAppView(chromium)
    mkdirSync(FOLDER, { recursive: true })
  })
  afterAll(() => app.close())

  test.each(PICTURES)('%s.png is taken', async (name, report, theme, width) => {
    const result = { structuredContent: { ...report }, content: [] }
    const { page, view } = await app.show(result, { theme, locale: 'en-GB' }, 'opens', width)
    const height = await view.evaluate(() => Math.ceil(document.documentElement.getBoundingClientRect().height))
    await page.waitForFunction(`document.querySelector('iframe').offsetHeight === ${height}`)
    const picture = await page.locator('iframe').screenshot()
    writeFileSync(new URL(`${name}.png`, FOLDER), picture)
    expect(picture.length).toBeLessThan(MOST_BYTES)
  })
}

/** UPDATE_SCREENSHOTS=1 takes them anew; a normal run changes no file. */
if (process.env.UPDATE_SCREENSHOTS === '1') describeInChromium('taking the screenshots of reports', takeScreenshots)

describe('the screenshots of reports', () => {
  test.each(PICTURES.map(([name]) => [name]))('%s.png is a small PNG', (name) => {
    const picture = readFileSync(new URL(`${name}.png`, FOLDER))
    expect(picture.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n')
    expect(picture.length).toBeLessThan(MOST_BYTES)
  })
})
