// Not in a bare npm test: looks at pages in a browser.
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import type { Page } from 'playwright-core'
import { describeInChromium } from './support/chromium.ts'
import {
  arrived,
  button,
  type Harness,
  heading,
  MARCUS,
  pickAccount,
  PRIYA,
  REDIRECT_URI,
  startHarness,
} from './support/harness.ts'

const focused = (page: Page) =>
  page.evaluate(() => {
    const active = document.activeElement as HTMLElement
    const { outlineStyle, outlineWidth } = getComputedStyle(active)
    return { text: active.innerText.trim(), ring: `${outlineStyle} ${outlineWidth}` }
  })

async function tabTo(page: Page, text: string | RegExp): Promise<string> {
  for (let presses = 0; presses < 12; presses++) {
    await page.keyboard.press('Tab')
    const { text: found, ring } = await focused(page)
    if (typeof text === 'string' ? found === text : text.test(found)) return ring
  }
  throw new Error(`the keyboard does not reach ${String(text)}`)
}

describeInChromium('signing in with a real browser', (chromium) => {
  let harness: Harness
  beforeAll(async () => {
    harness = await startHarness(chromium)
  })
  afterEach(() => harness.reset())
  afterAll(() => harness.close())

  const open = async (url: string, options = {}) => {
    const page = await (await harness.newContext(options)).newPage()
    await page.goto(url)
    return page
  }

  test('by mouse: consent, account, back at the client with code, state and iss', async () => {
    const attempt = harness.begin({ state: 'a b+c/d=é&x' })
    const page = await (await harness.newContext()).newPage()
    const requested = new Set<string>()
    const complaints: string[] = []
    page.on('request', (request) => void requested.add(new URL(request.url()).origin))
    page.on('console', (message) => void complaints.push(`${message.location().url} ${message.text()}`))
    await page.goto(attempt.url)
    expect(await heading(page)).toBe('Let “ChatGPT” read Harbour & Pine CRM as you?')
    await button(page, 'Continue').click()
    await pickAccount(page, PRIYA)
    const arrival = await arrived(page)
    expect([...arrival.searchParams.keys()].sort()).toEqual(['code', 'iss', 'state'])
    expect(arrival.searchParams.get('state')).toBe('a b+c/d=é&x')
    expect(arrival.searchParams.get('iss')).toBe(harness.sandbox.app.url)
    expect(await attempt.finish(arrival)).toMatchObject({ name: 'Priya Nair' })
    const { app, entra } = harness.sandbox
    expect([...requested].sort()).toEqual([app.url, entra.url, new URL(REDIRECT_URI).origin].sort())
    expect(complaints.filter((complaint) => complaint.startsWith(app.url))).toEqual([])
    expect(harness.web.visits.at(-1)?.referer).toBeUndefined()
  })

  test('by keyboard alone, with a visible focus at every stop', async () => {
    const attempt = harness.begin()
    const page = await open(attempt.url)
    expect(await tabTo(page, 'Continue')).toBe('solid 3px')
    expect(await tabTo(page, 'Use another account')).toBe('solid 3px')
    expect(await tabTo(page, 'Cancel')).toBe('solid 3px')
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Shift+Tab')
    expect(await focused(page)).toMatchObject({ text: 'Continue' })
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/oauth2\/v2\.0\/authorize/)
    await tabTo(page, /Priya/)
    await page.keyboard.press('Space')
    expect(await attempt.finish(await arrived(page))).toMatchObject({ name: 'Priya Nair' })
  })

  test.each(['light', 'dark'] as const)('with script switched off, in %s', async (colorScheme) => {
    const attempt = harness.begin()
    const page = await open(attempt.url, { javaScriptEnabled: false, colorScheme })
    await button(page, 'Continue').click()
    await pickAccount(page, PRIYA)
    expect(await attempt.finish(await arrived(page))).toMatchObject({ name: 'Priya Nair' })
  })

  test('where Entra knows the browser and shows no page', async () => {
    harness.sandbox.entra.behaviour(PRIYA, { signedIn: true })
    const attempt = harness.begin()
    const page = await open(attempt.url)
    await button(page, 'Continue').click()
    expect(await attempt.finish(await arrived(page))).toMatchObject({ name: 'Priya Nair' })
  })

  test('"Use another account" asks which one, although Entra knows the browser', async () => {
    harness.sandbox.entra.behaviour(PRIYA, { signedIn: true })
    const attempt = harness.begin()
    const page = await open(attempt.url)
    await button(page, 'Use another account').click()
    expect(await heading(page)).toBe('Pick an account')
    await pickAccount(page, MARCUS)
    expect(await attempt.finish(await arrived(page))).toMatchObject({ name: 'Marcus Webb' })
  })

  test.each([
    ['first', 'second'],
    ['second', 'first'],
  ])('in two tabs at once, of which the %s one ends first', async (...order) => {
    const context = await harness.newContext()
    const tabs = { first: await context.newPage(), second: await context.newPage() }
    const attempts = { first: harness.begin(), second: harness.begin() }
    const accounts = { first: PRIYA, second: MARCUS }
    const names = { first: 'Priya Nair', second: 'Marcus Webb' }
    for (const tab of ['first', 'second'] as const) await tabs[tab].goto(attempts[tab].url)
    for (const tab of ['first', 'second'] as const) await button(tabs[tab], 'Continue').click()
    for (const tab of order as ('first' | 'second')[]) {
      await pickAccount(tabs[tab], accounts[tab])
      expect(await attempts[tab].finish(await arrived(tabs[tab]))).toMatchObject({ name: names[tab] })
    }
  })

  test('a double click on Continue starts one sign-in that works', async () => {
    const attempt = harness.begin()
    const page = await open(attempt.url)
    await button(page, 'Continue').dblclick()
    await pickAccount(page, PRIYA)
    expect(await attempt.finish(await arrived(page))).toMatchObject({ name: 'Priya Nair' })
  })

  test('Cancel on the consent page tells the client, and Entra is never asked', async () => {
    const before = harness.sandbox.entra.counters().authorize
    const attempt = harness.begin()
    const page = await open(attempt.url)
    await button(page, 'Cancel').click()
    const { searchParams } = await arrived(page)
    expect(searchParams.get('error')).toBe('access_denied')
    expect(searchParams.get('state')).toBe(attempt.state)
    expect(searchParams.get('iss')).toBe(harness.sandbox.app.url)
    expect(searchParams.has('code')).toBe(false)
    expect(harness.sandbox.entra.counters().authorize).toBe(before)
  })

  test('Cancel at Entra ends on a page of ours, whose link tells the client', async () => {
    const attempt = harness.begin()
    const page = await open(attempt.url)
    await button(page, 'Continue').click()
    await button(page, 'Cancel').click()
    expect(await heading(page)).toBe('You cancelled the sign-in')
    await page.getByRole('link', { name: 'Back to chatgpt.com' }).click()
    const { searchParams } = await arrived(page)
    expect(searchParams.get('error')).toBe('access_denied')
    expect(searchParams.get('state')).toBe(attempt.state)
    expect(searchParams.get('iss')).toBe(harness.sandbox.app.url)
  })

  test('Back after the end: a used sign-in is refused, and the consent page starts a new one', async () => {
    const attempt = harness.begin()
    const page = await open(attempt.url)
    await button(page, 'Continue').click()
    await pickAccount(page, PRIYA)
    await attempt.finish(await arrived(page))
    await page.goBack()
    expect(await heading(page)).toBe('Pick an account')
    await pickAccount(page, PRIYA)
    expect(await heading(page)).toBe('This cannot continue')
    await page.goBack()
    await page.goBack()
    expect(await heading(page)).toContain('Let “ChatGPT” read')
    await button(page, 'Continue').click()
    await pickAccount(page, PRIYA)
    expect((await arrived(page)).searchParams.get('code')).toMatch(/./)
  })

  test('from a popup: the client keeps its hold on the window that it opened', async () => {
    const attempt = harness.begin()
    harness.web.publish('https://chatgpt.com/popup', `<button onclick="window.open('${attempt.url}')">Connect</button>`)
    const page = await open('https://chatgpt.com/popup')
    const [popup] = await Promise.all([page.waitForEvent('popup'), button(page, 'Connect').click()])
    await button(popup, 'Continue').click()
    await pickAccount(popup, PRIYA)
    await arrived(popup)
    expect(await popup.evaluate(() => opener !== null)).toBe(true)
  })
})
