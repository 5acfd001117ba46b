// Not in a bare npm test: looks at pages in a browser.
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { describeInChromium } from './support/chromium.ts'
import { arrived, button, type Harness, heading, pickAccount, PRIYA, startHarness } from './support/harness.ts'
import { FOREIGN_HOST } from './support/web.ts'

const FOREIGN = `https://${FOREIGN_HOST}`

/** Sends a form with these fields as soon as it is opened. */
const selfSubmitting = (action: string, fields: Readonly<Record<string, string>>) => {
  const inputs = Object.entries(fields).map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`)
  return `<!doctype html><form method="post" action="${action}">${inputs.join('')}</form>
    <script>document.forms[0].submit()</script>`
}

describeInChromium('attacks on a real browser', (chromium) => {
  let harness: Harness
  beforeAll(async () => {
    harness = await startHarness(chromium)
  })
  afterEach(() => harness.reset())
  afterAll(() => harness.close())

  const consentOf = async (url: string): Promise<string> =>
    /name="transaction" value="([^"]+)"/.exec(await (await fetch(url)).text())?.[1] ?? ''

  test('clickjacking: a foreign page that frames the consent page shows nothing of it', async () => {
    const { url } = harness.begin()
    harness.web.publish(`${FOREIGN}/frame`, `<!doctype html><h1>Win a prize</h1><iframe src="${url}"></iframe>`)
    const page = await (await harness.newContext()).newPage()
    const answered = page.waitForResponse(url)
    await page.goto(`${FOREIGN}/frame`)
    expect((await answered).status()).toBe(200)
    const frame = page.frames().find((one) => one !== page.mainFrame())!
    await frame.waitForURL(/^chrome-error:/)
    expect(await frame.getByText(/ChatGPT|Continue/).count()).toBe(0)
  })

  test.each([
    ['a victim who never opened it', false],
    ['a victim with a consent page of their own open', true],
  ])('CSRF: a foreign page submits a transaction that the attacker fetched, to %s', async (_, hasOwn) => {
    const { app, entra } = harness.sandbox
    const transaction = await consentOf(harness.begin().url)
    expect(transaction).toMatch(/^ey/)
    harness.web.publish(
      `${FOREIGN}/csrf`,
      selfSubmitting(`${app.url}/oauth/authorize`, { transaction, decision: 'continue' }),
    )
    const context = await harness.newContext()
    if (hasOwn) await (await context.newPage()).goto(harness.begin().url)
    const page = await context.newPage()
    const before = entra.counters().authorize
    const answered = page.waitForResponse(`${app.url}/oauth/authorize`)
    await page.goto(`${FOREIGN}/csrf`)
    expect((await answered).status()).toBe(403)
    expect(await heading(page)).toBe('This cannot continue')
    expect(entra.counters().authorize).toBe(before)
  })

  test('a sign-in that the attacker began ends in no other browser', async () => {
    const victim = await (await harness.newContext()).newPage()
    const attacker = await (await harness.newContext()).newPage()
    const attempt = harness.begin()
    await attacker.goto(attempt.url)
    await button(attacker, 'Continue').click()
    await victim.goto(attacker.url())
    await pickAccount(victim, PRIYA)
    expect(await victim.getByText('This sign-in was started in another browser').count()).toBe(1)
    await pickAccount(attacker, PRIYA)
    expect(await attempt.finish(await arrived(attacker))).toMatchObject({ name: 'Priya Nair' })
  })

  test('nor where a page of the same host has planted the attacker’s cookie in the victim’s browser', async () => {
    const { app, dataverse } = harness.sandbox
    const [context, attackers] = [await harness.newContext(), await harness.newContext()]
    const [victim, attacker] = [await context.newPage(), await attackers.newPage()]
    const attempt = harness.begin()
    await attacker.goto(attempt.url)
    await button(attacker, 'Continue').click()
    const own = (await attackers.cookies()).find(({ name }) => name.startsWith('__Host-signin-'))
    const cookie = `${own?.name ?? ''}=${own?.value ?? ''}`
    await victim.goto(`${dataverse.url.replace('localhost', '127.0.0.1')}/`)
    await victim.evaluate((planted) => {
      for (const one of [`a=1,${planted}`, `b=1, ${planted}`, `\u00a0${planted}`, `\ufeff${planted}`, planted])
        document.cookie = one
      document.cookie = 'euro=€'
    }, cookie)
    expect(await victim.evaluate(() => document.cookie.split('; ').length)).toBe(5)
    const sent = victim.waitForRequest((request) => request.url().startsWith(`${app.url}/oauth/callback`))
    await victim.goto(attacker.url())
    await pickAccount(victim, PRIYA)
    expect((await (await sent).allHeaders()).cookie).toContain(cookie)
    expect(await victim.getByText('This sign-in was started in another browser').count()).toBe(1)
    await pickAccount(attacker, PRIYA)
    expect(await attempt.finish(await arrived(attacker))).toMatchObject({ name: 'Priya Nair' })
  })

  test('the cookies are of the __Host- kind, one for each flow, and gone at the end or seconds later', async () => {
    const context = await harness.newContext()
    const [first, second] = [await context.newPage(), await context.newPage()]
    for (const page of [first, second]) await page.goto(harness.begin().url)
    const kind = { secure: true, httpOnly: true, sameSite: 'Lax', path: '/', domain: '127.0.0.1' }
    const consent = await context.cookies()
    expect(consent.map(({ name }) => name.replace(/-[\w-]{12}$/, ''))).toEqual(['__Host-consent', '__Host-consent'])
    for (const cookie of consent) expect(cookie).toMatchObject(kind)
    for (const page of [first, second]) await button(page, 'Continue').click()
    await pickAccount(first, PRIYA)
    await arrived(first)
    const lasting = async () => (await context.cookies()).filter(({ expires }) => expires > Date.now() / 1000 + 11)
    const signIn = await lasting()
    expect(signIn.map(({ name }) => name.replace(/-[\w-]{12}$/, ''))).toEqual(['__Host-signin'])
    expect(signIn[0]).toMatchObject(kind)
    await pickAccount(second, PRIYA)
    await arrived(second)
    expect(await lasting()).toEqual([])
  })

  test('a page of the same host on another port can neither read our cookies nor send our form', async () => {
    const { app, dataverse } = harness.sandbox
    const context = await harness.newContext()
    const own = await context.newPage()
    await own.goto(harness.begin().url)
    const transaction = await own.locator('input[name=transaction]').inputValue()
    const neighbour = await context.newPage()
    await neighbour.goto(`${dataverse.url.replace('localhost', '127.0.0.1')}/`)
    expect(await neighbour.evaluate(() => document.cookie)).toBe('')
    const fields = { transaction, decision: 'continue' }
    const answered = neighbour.waitForResponse(`${app.url}/oauth/authorize`)
    await neighbour.setContent(selfSubmitting(`${app.url}/oauth/authorize`, fields))
    expect((await answered).status()).toBe(403)
    expect(await heading(neighbour)).toBe('This cannot continue')
  })
})
