// Not in a bare npm test: looks at pages in a browser.
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { BOTH, WRITING } from '../e2e/writes/writing.ts'
import { colourViolations, violations } from './support/axe.ts'
import { describeInChromium } from './support/chromium.ts'
import { arrived, button, type Harness, heading, pickAccount, PRIYA, startHarness } from './support/harness.ts'

const box = (page: Page) => page.getByRole('checkbox', { name: 'May also create and change records' })
const focused = (page: Page) =>
  page.evaluate(() => {
    const active = document.activeElement as HTMLElement
    const { outlineStyle, outlineWidth } = getComputedStyle(active)
    return { is: active.id === '' ? active.innerText.trim() : active.id, ring: `${outlineStyle} ${outlineWidth}` }
  })
const RING = 'solid 3px'

describeInChromium('the box that lets an app write', (chromium) => {
  let harness: Harness
  beforeAll(async () => {
    harness = await startHarness(chromium, WRITING)
  })
  afterEach(() => harness.reset())
  afterAll(() => harness.close())

  const newPage = async (options: BrowserContextOptions = {}) => (await harness.newContext(options)).newPage()
  /** What the page of one's own connections says of the newest one. */
  const mayDo = async (page: Page): Promise<string> => {
    await page.goto(`${harness.sandbox.app.url}/me`)
    await button(page, 'Sign in').click()
    await pickAccount(page, PRIYA)
    const fact = page.locator('article').first().locator('dt', { hasText: 'What it may do' })
    return fact.locator('xpath=following-sibling::dd').innerText()
  }

  test.each(['light', 'dark'] as const)(
    'accessible in %s, whole at 320 px and at twice the size, large enough for a finger',
    async (colorScheme) => {
      const page = await newPage({ bypassCSP: true, colorScheme })
      await page.goto(harness.begin({ scope: BOTH }).url)
      expect(await heading(page)).toBe('Let “ChatGPT” use Harbour & Pine CRM as you?')
      expect([await violations(page), await colourViolations(page)]).toEqual([[], []])
      await box(page).check()
      expect(await colourViolations(page)).toEqual([])
      const { width = 0, height = 0 } = (await box(page).boundingBox()) ?? {}
      expect(Math.min(width, height)).toBeGreaterThanOrEqual(24)
      const beside = () =>
        page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      await page.setViewportSize({ width: 320, height: 640 })
      expect(await beside()).toBe(0)
      await page.setViewportSize({ width: 640, height: 400 })
      await page.evaluate(() => (document.documentElement.style.fontSize = '200%'))
      expect(await beside()).toBe(0)
    },
  )

  test('by keyboard alone: the box comes before Continue, and what was ticked is granted', async () => {
    const attempt = harness.begin({ scope: BOTH })
    const page = await newPage()
    await page.goto(attempt.url)
    await page.keyboard.press('Tab')
    expect(await focused(page)).toEqual({ is: 'write', ring: RING })
    expect(await box(page).isChecked()).toBe(false)
    await page.keyboard.press('Space')
    expect(await box(page).isChecked()).toBe(true)
    await page.keyboard.press('Tab')
    expect(await focused(page)).toEqual({ is: 'Continue', ring: RING })
    await page.keyboard.press('Enter')
    await pickAccount(page, PRIYA)
    expect(await attempt.finish(await arrived(page))).toMatchObject({ name: 'Priya Nair' })
    expect(await mayDo(page)).toBe('Read, and create and change records, as far as you may yourself')
  })

  test('with script switched off, its words tick it as well; unticked again, the app only reads', async () => {
    const attempt = harness.begin({ scope: BOTH })
    const page = await newPage({ javaScriptEnabled: false })
    await page.goto(attempt.url)
    await page.getByText('May also create and change records').click()
    expect(await box(page).isChecked()).toBe(true)
    await page.getByText('May also create and change records').click()
    await button(page, 'Continue').click()
    await pickAccount(page, PRIYA)
    await attempt.finish(await arrived(page))
    expect(await mayDo(page)).toBe('Read')
  })

  test('no browser ticks it: not on the way back, not when the page is loaded again', async () => {
    const page = await newPage()
    await page.goto(harness.begin({ scope: BOTH }).url)
    await box(page).check()
    await page.reload()
    expect(await box(page).isChecked()).toBe(false)
    await box(page).check()
    await button(page, 'Continue').click()
    await page.waitForURL(/\/oauth2\/v2\.0\/authorize/)
    await page.goBack()
    expect(await box(page).isChecked()).toBe(false)
  })

  test('is described to who cannot see it: which tables, as whom, and who asks', async () => {
    const page = await newPage()
    await page.goto(harness.begin({ scope: BOTH }).url)
    const described = await box(page).evaluate(
      (element) => document.getElementById(element.getAttribute('aria-describedby') ?? '')?.innerText ?? '',
    )
    for (const words of [
      'Create tasks, notes, hp_visitreport',
      'Change tasks, opportunities',
      'As you, with your rights. Apps such as ChatGPT ask you before each change, unless you or your administrator switched that off.',
      'Without it the app can only read.',
    ])
      expect(described).toContain(words)
  })
})
