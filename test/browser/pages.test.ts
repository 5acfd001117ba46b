// Not in a bare npm test: looks at pages in a browser.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Page } from 'playwright-core'
import { colourViolations, violations } from './support/axe.ts'
import { register } from './support/clients.ts'
import { describeInChromium } from './support/chromium.ts'
import { arrived, button, type Harness, heading, pickAccount, PRIYA, startHarness } from './support/harness.ts'

const HOSTILE_NAME = '</title><script>alert(1)</script><img src=x onerror=alert(2)>&amp;"\'${1}'
const SHOWN_NAME = '/title script alert 1 /script img src=x onerror=alert 2 &amp;$ 1'
const TOWER = 'a\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030c'.replace(/\p{M}/gu, (mark) =>
  mark.repeat(8),
)
/** Names that would end our sentence, carry a remark of their own, or cover what stands around them. */
const FORGERIES: readonly (readonly [name: string, shown: string])[] = [
  [
    'Word” read Harbour & Pine CRM as you? Verified by “Microsoft',
    'Word read Harbour & Pine CRM as you? Verified by Microsoft',
  ],
  ['Word (as given by Microsoft, verified)', 'Word as given by Microsoft, verified'],
  [`Word ${TOWER.repeat(6)}`, `Word ${'\u00e0\u0300'.repeat(6)}`],
  [`Word${'\u3164\u2800\u00a0'.repeat(40)}x`, 'Word x'],
  ['\u202eteg\u2066 droW', 'teg droW'],
  ['\u05d0\u05d1\u05d2 Word 1', '\u05d0\u05d1\u05d2 Word 1'],
]
const LONG_NAME = 'Wissenschaftsdokumentationsgesellschaft'.repeat(3).slice(0, 100)
const LONG_REDIRECT = `http://127.0.0.1:43117/${'callback-of-a-program/'.repeat(10)}`

type Opened = (harness: Harness, page: Page) => Promise<unknown>
const signInAs = (upn: string, consent = true): Opened => {
  return async ({ sandbox, begin }, page) => {
    sandbox.entra.behaviour('*', { consent })
    await page.goto(begin().url)
    await button(page, 'Continue').click()
    await pickAccount(page, upn)
    await page.getByRole('link', { name: 'Back to chatgpt.com' }).waitFor()
  }
}
/** With one connection, and every second step open. */
const connectionsOf =
  (upn: string): Opened =>
  async (harness, page) => {
    const attempt = harness.begin()
    await page.goto(attempt.url)
    await button(page, 'Continue').click()
    await pickAccount(page, upn)
    await attempt.finish(await arrived(page))
    await page.goto(`${harness.sandbox.app.url}/me`)
    await button(page, 'Sign in').click()
    await pickAccount(page, upn)
    await page.getByText('You are signed in as').waitFor()
    for (const step of await page.locator('summary').all()) await step.click()
  }
const openAt =
  (path: string): Opened =>
  ({ sandbox }, page) =>
    page.goto(`${sandbox.app.url}${path}`)

/** Every kind of page that the app serves, and what its heading says. */
const PAGES: readonly (readonly [name: string, heading: string, open: Opened])[] = [
  ['consent', 'Let “ChatGPT” read Harbour & Pine CRM as you?', ({ begin }, page) => page.goto(begin().url)],
  [
    'consent with the longest name and address',
    `Let “${LONG_NAME}” read Harbour & Pine CRM as you?`,
    async ({ sandbox, begin }, page) => page.goto(begin(await register(sandbox.app.url, LONG_NAME, LONG_REDIRECT)).url),
  ],
  ['missing consent', 'An administrator must approve this first', signInAs(PRIYA, false)],
  ['no Dynamics user', 'You have no Dynamics 365 user', signInAs('tom.becker@harbourpine.example')],
  ['disabled Dynamics user', 'Your Dynamics 365 user is disabled', signInAs('grace.okafor@harbourpine.example')],
  ['a request that names no client', 'This cannot continue', openAt('/oauth/authorize')],
  ['an administrator has approved', 'Approved for your organisation', openAt('/oauth/callback?admin_consent=True')],
  ['home', 'Ask ChatGPT about Harbour & Pine CRM', openAt('/')],
  ['connections, before the sign-in', 'Your connections', openAt('/me')],
  ['one connection', 'Your connections', connectionsOf(PRIYA)],
  ['several connections', 'Your connections', connectionsOf(PRIYA)],
  ['signed out', 'You are signed out', openAt('/signed-out')],
]

const sidewaysScroll = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

/** Text that is cut off or runs out of its own box. */
const spills = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('main *')]
      .filter(
        (element) => element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== 'inline',
      )
      .map((element) => element.outerHTML.slice(0, 80)),
  )

describeInChromium('the pages', (chromium) => {
  let harness: Harness
  beforeAll(async () => {
    harness = await startHarness(chromium, {
      PRIVACY_URL: 'https://harbourpine.example/privacy',
      SUPPORT_URL: 'mailto:help@harbourpine.example',
    })
  })
  afterAll(() => harness.close())

  test.each(PAGES)('%s: accessible in both schemes, whole at 320 px and at twice the size', async (_, title, open) => {
    const context = await harness.newContext({ bypassCSP: true, colorScheme: 'light' })
    const page = await context.newPage()
    await open(harness, page)
    expect(await heading(page)).toBe(title)
    expect(await violations(page)).toEqual([])
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await colourViolations(page)).toEqual([])
    await page.setViewportSize({ width: 320, height: 640 })
    expect([await sidewaysScroll(page), await spills(page)]).toEqual([0, []])
    await page.setViewportSize({ width: 640, height: 400 })
    await page.evaluate(() => (document.documentElement.style.fontSize = '200%'))
    expect([await sidewaysScroll(page), await spills(page)]).toEqual([0, []])
    await harness.reset()
  })

  test('a client’s name is text, whatever it holds', async () => {
    const page = await (await harness.newContext()).newPage()
    const dialogs: string[] = []
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message())
      void dialog.dismiss()
    })
    await page.goto(harness.begin(await register(harness.sandbox.app.url, HOSTILE_NAME)).url)
    expect(await heading(page)).toBe(`Let “${SHOWN_NAME}” read Harbour & Pine CRM as you?`)
    expect(await page.locator('script, main img').count()).toBe(0)
    expect(dialogs).toEqual([])
    await harness.reset()
  })

  test.each(FORGERIES)('a client’s name does not pass for ours: %j', async (name, shown) => {
    const page = await (await harness.newContext()).newPage()
    await page.goto(harness.begin(await register(harness.sandbox.app.url, name)).url)
    expect(await heading(page)).toBe(`Let “${shown}” read Harbour & Pine CRM as you?`)
    const remark = page.getByText('(as given by the app, not verified)', { exact: true })
    expect(await remark.count()).toBe(1)
    const sizes = await page.evaluate(() => {
      const box = (selector: string) => document.querySelector(selector)?.getBoundingClientRect()
      return { name: box('h1 bdi')?.height ?? 0, heading: box('h1')?.height ?? 0 }
    })
    expect(sizes.name).toBeLessThanOrEqual(sizes.heading)
    await harness.reset()
  })

  test('the consent page names the host that gets access, and warns of a program on this computer', async () => {
    const page = await (await harness.newContext()).newPage()
    await page.goto(harness.begin().url)
    const size = (text: string) =>
      page.getByText(text, { exact: true }).evaluate((element) => Number.parseFloat(getComputedStyle(element).fontSize))
    expect(await size('chatgpt.com')).toBeGreaterThan(20)
    expect(await size('https://chatgpt.com/connector_platform_oauth_redirect')).toBe(14)
    expect(await page.getByText('A program on this computer').count()).toBe(0)
    await page.goto(harness.begin(await register(harness.sandbox.app.url, 'Inspector', LONG_REDIRECT)).url)
    expect(await page.getByText('A program on this computer').count()).toBe(1)
    await harness.reset()
  })

  test('the main button has the company’s colour, in both schemes', async () => {
    const page = await (await harness.newContext({ colorScheme: 'dark' })).newPage()
    await page.goto(harness.begin().url)
    const color = () => button(page, 'Continue').evaluate((element) => getComputedStyle(element).backgroundColor)
    expect(await color()).toBe('rgb(11, 92, 173)')
    await page.emulateMedia({ colorScheme: 'light' })
    expect(await color()).toBe('rgb(11, 92, 173)')
    await harness.reset()
  })

  test('an administrator follows the consent link, and the person connects right after', async () => {
    const page = await (await harness.newContext()).newPage()
    await signInAs(PRIYA, false)(harness, page)
    await page.getByRole('link', { name: /adminconsent/ }).click()
    await button(page, 'Accept').click()
    expect(await heading(page)).toBe('Approved for your organisation')
    const attempt = harness.begin()
    await page.goto(attempt.url)
    await button(page, 'Continue').click()
    await pickAccount(page, PRIYA)
    expect(await attempt.finish(await arrived(page))).toMatchObject({ name: 'Priya Nair' })
    await harness.reset()
  })

  test('signing out of Microsoft from the home page comes back to a page that says so', async () => {
    const page = await (await harness.newContext()).newPage()
    await page.goto(`${harness.sandbox.app.url}/`)
    await page.getByRole('link', { name: /sign out of Microsoft/ }).click()
    await page.getByRole('link', { name: 'Continue' }).click()
    expect(await heading(page)).toBe('You are signed out')
    await harness.reset()
  })
})
