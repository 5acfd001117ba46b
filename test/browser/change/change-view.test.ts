// Not in a bare npm test: looks at pages in a browser.
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import type { Frame } from 'playwright-core'
import { type AppView, CONTEXT, startAppView } from '../support/app-view.ts'
import { colourViolations, violations } from '../support/axe.ts'
import { DONE, failed, forTheCard, forTheModel, LINES, NEW_RECORD, TOKEN } from '../support/change-results.ts'
import { describeInChromium } from '../support/chromium.ts'
import { MARKUP } from '../support/report-results.ts'

const button = (view: Frame, name: string) => view.getByRole('button', { name })
const cells = (view: Frame) =>
  view
    .locator('tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) => [...row.children].map((cell) => cell.querySelector('.value')?.textContent ?? cell.textContent)),
    )

describeInChromium('the view of a change', (executablePath) => {
  let app: AppView
  const APPLIES = { answers: [DONE], tells: 'context' } as const
  const show = (
    result: Parameters<AppView['show']>[0],
    powers: Parameters<AppView['show']>[4] = APPLIES,
    context: Parameters<AppView['show']>[1] = CONTEXT,
    width = 720,
  ) => app.show(result, context, 'opens', width, powers)
  beforeAll(async () => {
    app = await startAppView(executablePath, 'change')
  })
  afterAll(() => app.close())
  const called = async () => (await app.heard()).called
  const told = async () => (await app.heard()).told
  // Whatever a test does, the view reports no error, asks nobody for anything, and tells no model the token.
  afterEach(async () => {
    expect(JSON.stringify(await told())).not.toContain(TOKEN)
    expect(app.host.requests().filter((path) => !['/', '/host.js', '/view', '/favicon.ico'].includes(path))).toEqual([])
    expect(app.problems()).toEqual([])
  })

  test('shows the whole difference before anything is done, and calls nothing', async () => {
    const { view } = await show(forTheCard({ notes: ['Est. Revenue is computed.'] }))
    expect(await view.getByRole('heading', { level: 1 }).innerText()).toBe('Fabrikam renewal')
    expect(await view.locator('.about').first().innerText()).toContain('as Anna Berg.')
    expect(await view.getByRole('columnheader').allInnerTexts()).toEqual(['Column', 'Now', 'Then'])
    expect(await cells(view)).toEqual([
      ['Est. Close Date', '2026-12-15', '2027-01-15'],
      ['Est. Revenue (EUR)', '40,000', '55,000'],
      ['Budget year', '(empty)', '2027'],
      ['Competitive', 'No', 'Yes'],
      ['Account', 'Contoso Ltd', 'Northwind Docks'],
    ])
    expect(await view.getByText(`account ${LINES[4]?.id}`).count()).toBe(1)
    expect(await view.getByText('Est. Revenue is computed.').count()).toBe(1)
    expect([await called(), await told()]).toEqual([[], []])
    // A live region that is not there while it is empty is not heard when it is filled.
    expect(await view.getByRole('status').textContent()).toBe('')
  })

  test('a new record has one column of values, and records like it are named', async () => {
    const { view } = await show(NEW_RECORD)
    expect(await view.getByRole('columnheader').allInnerTexts()).toEqual(['Column', 'Value'])
    expect(await cells(view)).toEqual([
      ['Subject', 'Call Fabrikam'],
      ['Description', 'First line\nSecond line'],
    ])
    expect(await view.locator('.duplicates li').allInnerTexts()).toEqual(['Call Fabrikam · task · due 2027-01-10'])
    expect(await view.locator('.notes li').allInnerTexts()).toEqual(['Owner: Anna Berg.'])
  })

  test('one click applies it: the call as it came, once, and the model hears that it was done', async () => {
    const { view } = await show(forTheCard(), { answers: ['waits'], tells: 'context' })
    await button(view, 'Apply').click()
    await view.getByText('The change is being made…').waitFor()
    for (const name of ['Apply', 'Cancel']) {
      expect(await button(view, name).isDisabled()).toBe(true)
      await button(view, name).dispatchEvent('click')
    }
    const given = forTheCard()._meta as Record<string, { tool: string; arguments: object }>
    const [call] = Object.values(given)
    expect(await called()).toEqual([{ name: call?.tool, arguments: call?.arguments }])
    expect(await told()).toEqual([])
  })

  test('two clicks at once are one', async () => {
    const { view } = await show(forTheCard())
    await view.evaluate(() => {
      const [apply, cancel] = document.querySelectorAll<HTMLButtonElement>('.choice')
      apply?.click()
      apply?.click()
      cancel?.click()
    })
    await view.getByRole('heading', { name: 'The change was made' }).waitFor()
    expect(await called()).toHaveLength(1)
    expect(await told()).toHaveLength(1)
  })

  test('says what was done, opens the record through the host, and takes the focus', async () => {
    const { page, view } = await show(forTheCard())
    await button(view, 'Apply').focus()
    await page.keyboard.press('Enter')
    await view.getByRole('heading', { name: 'The change was made' }).waitFor()
    expect(await view.getByRole('status').innerText()).toContain('asked 55000, is 54999.99')
    expect(await view.getByRole('status').innerText()).toContain('Dynamics 365 also changed: Weighted Revenue.')
    expect(await view.evaluate(() => document.activeElement?.className)).toBe('outcome done')
    expect([await button(view, 'Apply').count(), await button(view, 'Cancel').count()]).toEqual([0, 0])
    await button(view, 'Open the record').click()
    const { opened, told: words } = await app.heard()
    expect(opened).toHaveLength(1)
    const [[method, { content }] = ['', { content: [] }]] = words
    expect([method, content[0]?.text]).toEqual([
      'ui/update-model-context',
      expect.stringMatching(/^The change was made/),
    ])
    expect(await violations(view)).toEqual([])
  })

  test('Cancel calls nothing, and the model hears that the person said no', async () => {
    const { view } = await show(forTheCard())
    await button(view, 'Cancel').click()
    await view.getByRole('heading', { name: 'Nothing was changed' }).waitFor()
    expect(await called()).toEqual([])
    expect(JSON.stringify(await told())).toContain('Do not ask again unless they do')
    expect(await view.getByRole('button').count()).toBe(0)
  })

  const ENDS = [
    ['changed_meanwhile', 'The record was changed by somebody else meanwhile', false],
    ['record_not_found', 'The change was not made', false],
    ['refused_by_rule', 'The change was not made', false],
    ['change_expired', 'The change was not made', false],
    ['insufficient_scope', 'The change was not made', false],
    ['not_done', 'The change was not made yet', true],
    ['busy', 'The change was not made yet', true],
    ['limit_reached', 'The change was not made yet', true],
    ['outcome_unknown', 'It is not known whether the change was made', true],
    ['server_error', 'It is not known whether the change was made', true],
  ] as const
  test.each(ENDS)('%s: %s', async (code, title, again) => {
    const text = `Said of ${code}.`
    const { view } = await show(forTheCard(), { answers: [failed(code, text), DONE], tells: 'context' })
    await button(view, 'Apply').click()
    await view.getByRole('heading', { name: title, exact: true }).waitFor()
    expect(await view.getByRole('status').innerText()).toContain(text)
    const words = (await told()).map(([, { content }]) => content[0]?.text).join('')
    // What a plug-in said may be an instruction: the model gets the code alone.
    expect(words).not.toContain(text)
    expect(await button(view, 'Try again').count()).toBe(again ? 1 : 0)
    if (!again) return
    await button(view, 'Try again').click()
    await view.getByRole('heading', { name: 'The change was made' }).waitFor()
    const [first, second] = await called()
    expect(second).toEqual(first)
  })

  test.each([
    ['the host makes no call', 'refuses'],
    ['an answer of another shape', { content: [{ type: 'text', text: 'fine' }] }],
    ['an error without a code', { isError: true, content: [{ type: 'text', text: 'no' }] }],
  ] as const)('nothing is claimed where %s', async (_name, answer) => {
    const { view } = await show(forTheCard(), {
      answers: [answer === 'refuses' ? answer : { ...answer, content: [...answer.content] }],
      tells: 'context',
    })
    await button(view, 'Apply').click()
    await view.getByRole('heading', { name: 'It is not known whether the change was made' }).waitFor()
    expect(await button(view, 'Try again').count()).toBe(1)
  })

  test('what had been done before is said to have been', async () => {
    const already = { ...DONE, structuredContent: { ...DONE.structuredContent, already: true } }
    const { view } = await show(forTheCard(), { answers: [already], tells: 'context' })
    await button(view, 'Apply').click()
    await view.getByRole('heading', { name: 'The change had been made before' }).waitFor()
  })

  test.each([
    ['message', 'ui/message', false],
    ['refuses', 'ui/update-model-context', true],
    [undefined, undefined, true],
  ] as const)('a host that tells its model by %j', async (tells, method, hint) => {
    const { view } = await show(forTheCard(), { answers: [DONE], ...(tells && { tells }) })
    await button(view, 'Apply').click()
    await view.getByRole('heading', { name: 'The change was made' }).waitFor()
    const sentence = view.getByText('The chat does not know of this')
    if (hint) await sentence.waitFor()
    expect([(await told())[0]?.[0], await sentence.count()]).toEqual([method, hint ? 1 : 0])
  })

  const NO_BUTTONS = [
    ['a call that the model makes', forTheModel(), 'The chat goes on from here.'],
    [
      'a change that cannot be made',
      forTheCard({ ready: false, problems: [{ code: 'too_long', text: 'Subject takes 200 characters.' }] }),
      'Subject takes 200 characters.',
    ],
    [
      'a result without a call',
      { ...forTheModel({ lines: LINES.slice(1) }), _meta: {} },
      'The chat goes on from here.',
    ],
  ] as const
  test.each(NO_BUTTONS)('%s is shown, and nothing can be clicked', async (_name, result, text) => {
    const { view } = await show(result)
    await view.getByText(text).waitFor()
    expect([await view.getByRole('button').count(), await called()]).toEqual([0, []])
    expect(await view.getByRole('heading', { level: 1 }).count()).toBe(1)
  })

  test('a host that lets no view call tools is named as what stands in the way', async () => {
    const { view } = await show(forTheCard(), { tells: 'context' })
    await view.getByText('this client lets no card make changes').waitFor()
    expect(await view.getByRole('button').count()).toBe(0)
  })

  test('what is applied is what was read: the difference is that of the call, and no later result replaces it', async () => {
    const lies = forTheCard({ lines: [{ ...LINES[0]!, to: '2027-12-31' }] }).structuredContent
    const { page, view } = await show({ ...forTheCard(), structuredContent: lies })
    expect((await cells(view))[0]).toEqual(['Est. Close Date', '2026-12-15', '2027-01-15'])
    const other = forTheCard({ name: 'Other', lines: [{ column: 'ownerid', label: 'Owner', to: 'Mallory' }] })
    await page.evaluate(`globalThis.host.again(${JSON.stringify(other)})`)
    await page.evaluate(`globalThis.host.change({ locale: 'de-DE' })`)
    await view.getByText('40.000').waitFor()
    expect(await view.getByRole('heading', { level: 1 }).innerText()).toBe('Fabrikam renewal')
    await button(view, 'Übernehmen').click()
    await view.getByRole('heading', { name: 'Die Änderung wurde ausgeführt' }).waitFor()
    expect(JSON.stringify(await called())).not.toContain('Mallory')
  })

  test('another frame of the page can neither put a change in nor click', async () => {
    const { page, view } = await show(forTheCard())
    const message = { jsonrpc: '2.0', method: 'ui/notifications/tool-result', params: forTheCard({ name: 'Evil' }) }
    await page.evaluate(`{
      const other = document.body.appendChild(document.createElement('iframe'))
      other.contentWindow.eval('parent.frames[0].postMessage(' + ${JSON.stringify(JSON.stringify(message))} + ', "*")')
      globalThis.host.change({ theme: 'dark' })
    }`)
    await view.waitForFunction(() => document.documentElement.style.colorScheme === 'dark')
    expect(await view.getByRole('heading', { level: 1 }).innerText()).toBe('Fabrikam renewal')
    expect(await called()).toEqual([])
  })

  const HOSTILE = forTheCard({
    name: `Fabrikam\u202Elawener ${MARKUP}`,
    notes: [MARKUP],
    duplicates: [{ id: '1', entity: 'task', name: MARKUP }],
    lines: [
      {
        column: 'a',
        label: MARKUP,
        from: `${MARKUP}\u200B`,
        to: `pay\u202E001\u2066 ${MARKUP}\nOwner: Mallory → Anna`,
      },
      { column: 'b', label: 'شركة', from: 'قديم', to: 'x'.repeat(5_000) },
    ],
  })

  test('what a record holds stays text, seen as it is, within its own cell', async () => {
    const { view } = await show(HOSTILE)
    expect(await view.locator('img, main script, iframe, a, [onerror]').count()).toBe(0)
    const shown = await view.locator('body').innerText()
    expect(shown).not.toMatch(/[\u202A-\u202E\u2066-\u2069\u200B]/)
    expect(shown).toContain(MARKUP)
    const [first] = await cells(view)
    expect(first?.[2]).toBe(`pay001 ${MARKUP}\nOwner: Mallory → Anna`)
    // Cleaned for the eye alone: the call goes as it was sealed.
    await button(view, 'Apply').click()
    await view.getByRole('heading', { name: 'The change was made' }).waitFor()
    expect(JSON.stringify(await called())).toContain('\u202E')
    expect(await view.title()).toBe('Change')
  })

  test('a long text is there to its last letter, by keyboard too', async () => {
    const { view } = await show(HOSTILE)
    const region = view.getByRole('region', { name: 'Then, whole text' })
    expect((await region.innerText()).length).toBe(5_000)
    await region.focus()
    expect(await region.evaluate((node) => document.activeElement === node)).toBe(true)
  })

  test.each([
    ['a difference', forTheCard()],
    ['a new record', NEW_RECORD],
    ['hostile and endless words', HOSTILE],
  ])('%s fits 320 pixels, and is a table to a screen reader still', async (_name, result) => {
    const { view } = await show(result, APPLIES, CONTEXT, 320)
    const excess = await view.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(excess).toBe(0)
    const rows = view.getByRole('table').getByRole('row')
    expect(await rows.count()).toBeGreaterThan(2)
    expect(await rows.nth(1).getByRole('rowheader').count()).toBe(1)
    expect(await rows.nth(1).getByRole('cell').count()).toBeGreaterThan(0)
    expect(await violations(view)).toEqual([])
  })

  test.each([
    ['light', violations],
    ['dark', colourViolations],
  ] as const)('passes axe before, while and after it is applied, %s', async (theme, found) => {
    const shown = { ...CONTEXT, theme }
    const problems = [{ code: 'too_long', text: 'Subject takes 200 characters.' }]
    expect(await found((await show(forTheCard({ notes: ['A note.'] }), APPLIES, shown)).view)).toEqual([])
    expect(await found((await show(forTheCard({ ready: false, problems }), APPLIES, shown)).view)).toEqual([])
    for (const answer of ['waits', DONE, failed('changed_meanwhile', 'By Jon.'), failed('busy', 'Wait.')] as const) {
      const { view } = await show(forTheCard(), { answers: [answer], tells: 'context' }, shown)
      await button(view, 'Apply').click()
      await view.locator(answer === 'waits' ? '[role=status]:not(:empty)' : '.outcome').waitFor()
      expect(await found(view)).toEqual([])
    }
  })

  test('the tab key goes through all that can be done, in their order', async () => {
    const { page, view } = await show(forTheCard())
    await view.locator('h1').click()
    const names: (string | null)[] = []
    for (let at = 0; at < 2; at += 1) {
      await page.keyboard.press('Tab')
      names.push(await view.evaluate(() => document.activeElement?.textContent ?? null))
    }
    expect(names).toEqual(['Apply', 'Cancel'])
    const { height } = (await button(view, 'Apply').boundingBox()) ?? { height: 0 }
    expect(height).toBeGreaterThanOrEqual(44)
  })
})
