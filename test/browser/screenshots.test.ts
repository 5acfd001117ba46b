import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Page } from 'playwright-core'
import { describeInChromium } from './support/chromium.ts'
import { arrived, button, type Harness, pickAccount, startHarness } from './support/harness.ts'

const FOLDER = new URL('screenshots/', import.meta.url)
const MOST_BYTES = 150 * 1024
const VIEWPORT = { width: 640, height: 300 }
/** What a real deployment would show in place of loopback addresses. */
const SHOWN = {
  PUBLIC_BASE_URL: 'https://crm-for-chatgpt.harbourpine.example',
  DATAVERSE_URL: 'https://harbourpine.crm4.dynamics.com',
}

type Opened = (page: Page, harness: Harness, shown: string) => Promise<unknown>

const consent: Opened = (page, { begin }, shown) => {
  const url = new URL(begin().url)
  url.searchParams.delete('resource')
  return page.goto(`${shown}${url.pathname}${url.search}`)
}
const home: Opened = (page, _, shown) => page.goto(shown)
const problem: Opened = async (page, { begin }) => {
  await page.goto(begin().url)
  await button(page, 'Continue').click()
  await pickAccount(page, 'tom.becker@harbourpine.example')
  await page.getByRole('link', { name: 'Back to chatgpt.com' }).waitFor()
}

const connections: Opened = async (page, harness) => {
  const attempt = harness.begin()
  await page.goto(attempt.url)
  await button(page, 'Continue').click()
  await pickAccount(page, 'priya.nair@harbourpine.example')
  await attempt.finish(await arrived(page))
  await page.goto(`${harness.sandbox.app.url}/me`)
  await button(page, 'Sign in').click()
  await pickAccount(page, 'priya.nair@harbourpine.example')
  await page.getByText('You are signed in as').waitFor()
}

const PICTURES = [
  ['consent-light', 'light', consent],
  ['consent-dark', 'dark', consent],
  ['problem', 'light', problem],
  ['home', 'light', home],
  ['connections-light', 'light', connections],
  ['connections-dark', 'dark', connections],
] as const

function takeScreenshots(chromium: string): void {
  let harness: Harness
  let shown: string
  beforeAll(async () => {
    harness = await startHarness(chromium, {
      PRIVACY_URL: 'https://harbourpine.example/privacy',
      SUPPORT_URL: 'https://harbourpine.example/help',
    })
    shown = (await harness.sandbox.startInstance(SHOWN)).url
    mkdirSync(FOLDER, { recursive: true })
  })
  afterAll(() => harness.close())

  test.each(PICTURES)('%s.png is taken', async (name, colorScheme, open) => {
    const page = await (await harness.newContext({ colorScheme, viewport: VIEWPORT })).newPage()
    await open(page, harness, shown)
    const picture = await page.screenshot({ fullPage: true })
    writeFileSync(new URL(`${name}.png`, FOLDER), picture)
    expect(picture.length).toBeLessThan(MOST_BYTES)
    await harness.reset()
  })
}

/** UPDATE_SCREENSHOTS=1 takes them anew; a normal run changes no file. */
if (process.env.UPDATE_SCREENSHOTS === '1') describeInChromium('taking the screenshots', takeScreenshots)

describe('the screenshots in the README', () => {
  test.each(PICTURES.map(([name]) => [name]))('%s.png is a small PNG', (name) => {
    const picture = readFileSync(new URL(`${name}.png`, FOLDER))
    expect(picture.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n')
    expect(picture.length).toBeLessThan(MOST_BYTES)
  })
})
