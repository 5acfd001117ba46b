// Not in a bare npm test: looks at pages in a browser.
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { connect, newParty } from '../e2e/support/oauth.ts'
import { register } from './support/clients.ts'
import { describeInChromium } from './support/chromium.ts'
import { button, type Harness, heading, MARCUS, pickAccount, PRIYA, startHarness } from './support/harness.ts'
import { FOREIGN_HOST } from './support/web.ts'

const FOREIGN = `https://${FOREIGN_HOST}`
const TITLE = 'Your connections'

describeInChromium('a person’s own connections', (chromium) => {
  let harness: Harness
  beforeAll(async () => {
    harness = await startHarness(chromium)
  })
  afterEach(() => harness.reset())
  afterAll(() => harness.close())
  const me = () => `${harness.sandbox.app.url}/me`
  const status = (page: Page) => page.getByRole('status').innerText()
  const connections = (page: Page) => page.getByRole('article').count()

  async function visit(upn: string, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await (await harness.newContext(options)).newPage()
    await page.goto(me())
    await button(page, 'Sign in').click()
    await pickAccount(page, upn)
    await page.waitForURL(me())
    await page.getByText('You are signed in as').waitFor()
    return page
  }
  const focused = (page: Page) =>
    page.evaluate(() => (document.activeElement as HTMLElement | null)?.innerText.trim() ?? '')
  /** Presses Tab until the focus is on what has these words. */
  async function tabTo(page: Page, words: string): Promise<void> {
    for (let presses = 0; presses < 40; presses++) {
      await page.keyboard.press('Tab')
      if ((await focused(page)).includes(words)) return
    }
    throw new Error(`Tab does not lead to "${words}"`)
  }

  test('by keyboard alone and without script: see, end one, end all, sign out', async () => {
    for (let made = 0; made < 3; made++) await connect(harness.sandbox, PRIYA)
    const page = await (await harness.newContext({ javaScriptEnabled: false })).newPage()
    await page.goto(me())
    expect(await heading(page)).toBe(TITLE)
    await tabTo(page, 'Sign in')
    await page.keyboard.press('Enter')
    await pickAccount(page, PRIYA)
    await page.getByText('You are signed in as').waitFor()
    expect([await connections(page), await button(page, 'End it now').count()]).toEqual([3, 0])
    await tabTo(page, 'End this connection')
    await page.keyboard.press('Enter')
    await tabTo(page, 'End it now')
    await page.keyboard.press('Enter')
    await page.getByRole('status').waitFor()
    expect([await status(page), await connections(page)]).toEqual([
      'The connection has ended. It takes effect everywhere within a minute.',
      2,
    ])
    await tabTo(page, 'End all 2 connections')
    await page.keyboard.press('Space')
    await tabTo(page, 'End all of them now')
    await page.keyboard.press('Enter')
    await page.getByText('All your connections have ended').waitFor()
    expect(await connections(page)).toBe(0)
    await tabTo(page, 'Sign out of this page')
    await page.keyboard.press('Enter')
    await button(page, 'Sign in').waitFor()
    await page.goBack()
    await page.reload()
    expect(await button(page, 'Sign in').count()).toBe(1)
  })

  test('the cookie is of the __Host- kind; no script sees it, and the flow’s own cookie is gone', async () => {
    const page = await visit(PRIYA)
    const cookies = await page.context().cookies(me())
    expect(cookies).toMatchObject([{ name: '__Host-me', secure: true, httpOnly: true, sameSite: 'Lax', path: '/' }])
    expect(await page.evaluate(() => document.cookie)).toBe('')
  })

  const submitting = (fields: Readonly<Record<string, string>>) => {
    const inputs = Object.entries(fields).map(
      ([name, value]) => `<input type="hidden" name="${name}" value="${value}">`,
    )
    return `<!doctype html><form method="post" action="${me()}">${inputs.join('')}</form><script>document.forms[0].submit()</script>`
  }

  test.each(['end-all', 'sign-out', 'sign-in'])(
    'CSRF: a foreign page sends “%s”, even with a stolen proof',
    async (decision) => {
      await connect(harness.sandbox, MARCUS)
      const page = await visit(MARCUS)
      const before = await connections(page)
      const proof = await page.locator('input[name=proof]').first().inputValue()
      const asked = harness.sandbox.entra.counters().authorize
      harness.web.publish(`${FOREIGN}/csrf`, submitting({ decision, proof }))
      const foreign = await page.context().newPage()
      const answered = foreign.waitForResponse(me())
      await foreign.goto(`${FOREIGN}/csrf`)
      expect((await answered).status()).toBe(403)
      expect(await heading(foreign)).toBe('This cannot continue')
      await page.reload()
      expect([await connections(page), harness.sandbox.entra.counters().authorize]).toEqual([before, asked])
    },
  )

  test('clickjacking: a foreign page that frames it shows nothing of it', async () => {
    const page = await visit(PRIYA)
    harness.web.publish(`${FOREIGN}/frame`, `<!doctype html><h1>Win a prize</h1><iframe src="${me()}"></iframe>`)
    await page.goto(`${FOREIGN}/frame`)
    const frame = page.frames().find((one) => one !== page.mainFrame())!
    await frame.waitForURL(/^chrome-error:/)
    expect(await frame.getByText(/connections|Sign/).count()).toBe(0)
  })

  test('a sign-in that the attacker began signs no victim in, who would see the attacker’s connections', async () => {
    const attacker = await (await harness.newContext()).newPage()
    const victim = await (await harness.newContext()).newPage()
    await attacker.goto(me())
    await button(attacker, 'Sign in').click()
    await victim.goto(attacker.url())
    await pickAccount(victim, MARCUS)
    expect(await victim.getByText('This sign-in was started in another browser').count()).toBe(1)
    await victim.goto(me())
    expect(await button(victim, 'Sign in').count()).toBe(1)
  })

  test('cookie tossing: a page of the same host cannot put the attacker’s visit in place of the victim’s', async () => {
    const attackers = await (await visit(PRIYA)).context().cookies(me())
    const page = await visit(MARCUS)
    const { dataverse } = harness.sandbox
    const neighbour = await page.context().newPage()
    await neighbour.goto(`${dataverse.url.replace('localhost', '127.0.0.1')}/`)
    await neighbour.evaluate((value) => {
      for (const name of ['__Host-me', '__host-me', ' __Host-me', '\u00a0__Host-me', 'a=1, __Host-me'])
        for (const more of ['', '; path=/me', '; path=/; secure', '; secure; path=/me'])
          document.cookie = `${name}=${value}${more}`
    }, attackers[0]?.value ?? '')
    await page.reload()
    expect(await page.getByText(MARCUS).count()).toBe(1)
    expect(await page.getByText(PRIYA).count()).toBe(0)
  })

  test('it opens from another site’s link with the visit still on, and says nothing that the link says', async () => {
    const page = await visit(PRIYA)
    harness.web.publish(`${FOREIGN}/link`, `<!doctype html><a href="${me()}?notice=ended-all">go</a>`)
    await page.goto(`${FOREIGN}/link`)
    await page.getByRole('link', { name: 'go' }).click()
    await page.getByText('You are signed in as').waitFor()
    expect(await page.getByRole('status').count()).toBe(0)
  })

  test('a page that was left open until the time is over says so, and ends nothing', async () => {
    await connect(harness.sandbox, MARCUS)
    const page = await visit(MARCUS)
    await page.context().clearCookies()
    await page.getByText('End this connection').first().click()
    await button(page, 'End it now').first().click()
    expect(await status(page)).toContain('nothing was changed. Sign in again')
    const again = await visit(MARCUS)
    expect(await connections(again)).toBeGreaterThan(0)
  })

  test('a client’s long or hostile name stays inside its box, at 320 px too', async () => {
    const { app } = harness.sandbox
    const { client_id: clientId } = await register(app.url, 'Wissenschaftsdokumentationsgesellschaft'.repeat(3))
    const party = await newParty(harness.sandbox)
    await connect(harness.sandbox, PRIYA, { party: { ...party, client: { ...party.client, clientId } } })
    const page = await visit(PRIYA)
    await page.setViewportSize({ width: 320, height: 640 })
    const scroll = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    for (const step of await page.locator('summary').all()) await step.click()
    expect(await scroll()).toBe(0)
    expect(await page.getByText('Wissenschaftsdokumentationsgesellschaft').count()).toBe(1)
  })
})
