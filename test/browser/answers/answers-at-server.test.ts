// Not in a bare npm test: looks at pages in a browser.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { CallToolResult } from '@modelcontextprotocol/client'
import type { Frame } from 'playwright-core'
import { type AppView, CONTEXT, startAppView } from '../support/app-view.ts'
import { colourViolations, violations } from '../support/axe.ts'
import { describeInChromium } from '../support/chromium.ts'
import type { Harness } from '../../unit/mcp/support/harness.ts'
import { called, openStage, type Stage } from '../../unit/mcp/support/sandbox-stage.ts'

const MANY = { answers: Array.from({ length: 40 }, () => 'server' as const) }
type Args = Readonly<Record<string, unknown>>
type Call = { readonly name: string; readonly arguments: Args }

describeInChromium('an answer, and the server that its view asks through the host', (executablePath) => {
  let stage: Stage
  let worker: Harness
  let app: AppView
  /** Links of the stand-in have no TLS, and no other are followed. */
  const ask = async (tool: string, args: unknown): Promise<CallToolResult> => {
    const { answer } = await called(worker, tool, args, 'sales-manager')
    const text = JSON.stringify(answer).replaceAll(stage.dataverse.url, 'https://contoso.crm4.dynamics.com')
    return JSON.parse(text) as CallToolResult
  }
  beforeAll(async () => {
    ;[stage, app] = await Promise.all([openStage(), startAppView(executablePath)])
    worker = stage.coldWorker({ toolDeadlineMs: 60_000 })
    await app.page.exposeFunction('callServer', async ({ name, arguments: args }: Call) => await ask(name, args))
  })
  afterAll(() => Promise.all([stage.close(), app.close()]))
  afterEach(() => expect(app.problems()).toEqual([]))

  const calls = async () => (await app.heard()).called
  const show = async (tool: string, args: unknown, powers: Parameters<AppView['show']>[4] = MANY, context = CONTEXT) =>
    await app.show(await ask('show_answer', { tool, arguments: args }), context, 'opens', 720, powers)
  const marks = (view: Frame) => view.locator('svg [role="button"]')
  const focused = (view: Frame) => view.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '')

  const DEALS = { entity: 'opportunity', measures: ['count', "count(where statecode eq 'Won') as won"] }
  const SHAPES = [
    ['bars', { ...DEALS, by: ['ownerid'] }],
    ['a funnel', { ...DEALS, by: ['salesstage'] }],
    ['lines', { ...DEALS, by: ['quarter(createdon)'], filter: 'createdon ge 2024-01-01' }],
    ['stacks', { ...DEALS, by: ['year(createdon)', 'salesstage'] }],
  ] as const

  test.each(SHAPES)('each mark of %s opens as many rows as it counts', async (_name, args) => {
    const { view } = await show('analyze', args)
    const count = await marks(view).count()
    expect(count).toBeGreaterThan(1)
    for (let at = 0; at < Math.min(count, 4); at += 1) {
      const mark = marks(view).nth(at)
      const value = Number(await mark.getAttribute('data-value'))
      const name = (await mark.getAttribute('aria-label')) ?? ''
      if (value === 0) continue
      await mark.focus()
      await app.page.keyboard.press('Enter')
      await view.locator('.behind:not([aria-busy])').waitFor()
      expect(await view.evaluate(() => document.activeElement?.localName)).toBe('h1')
      const shown = await view.locator('tbody tr').count()
      const more = await view.getByRole('button', { name: 'More' }).count()
      expect([name, more > 0 ? shown < value : shown === value]).toEqual([name, true])
      await view.getByRole('button', { name: 'Back' }).click()
      expect(await focused(view)).toBe(name)
    }
    for (const { name } of await calls()) expect(name).toBe('query_crm')
  })

  test('a figure of the table opens its own rows, those of the condition that it has', async () => {
    const { view } = await show('analyze', { ...DEALS, by: ['ownerid'] })
    const won = view.locator('tbody tr').nth(0).locator('td').nth(1).getByRole('button')
    const [name, value] = [await won.getAttribute('aria-label'), Number(await won.innerText())]
    await won.click()
    await view.locator('.behind:not([aria-busy])').waitFor()
    expect(await view.locator('tbody tr').count()).toBe(value)
    const [call] = await calls()
    expect(call?.arguments['filter']).toMatch(/^\(ownerid eq [\da-f-]+\) and \(statecode eq 'Won'\)$/)
    await view.getByRole('button', { name: 'Back' }).click()
    expect(await focused(view)).toBe(name)
  })

  test('another figure that the person has drawn opens its own rows, too', async () => {
    const { view } = await show('analyze', { ...DEALS, by: ['ownerid'] })
    await view.locator('select').selectOption('won')
    await marks(view).first().click()
    await view.locator('.behind:not([aria-busy])').waitFor()
    expect(String((await calls())[0]?.arguments['filter'])).toContain("statecode eq 'Won'")
  })

  test('a list goes on with every row once, and a row opens its record through the host', async () => {
    const { view } = await show('query_crm', {
      entity: 'opportunity',
      select: ['name', 'ownerid'],
      top: 30,
      count: true,
    })
    const result = await ask('query_crm', { entity: 'opportunity', select: ['name'], count: true })
    const total = Number((result.structuredContent as Args)['total'])
    const more = view.getByRole('button', { name: 'More' })
    for (let rows = 30; rows < total; rows = await view.locator('tbody tr').count()) {
      await more.click()
      await view.waitForFunction((least) => document.querySelectorAll('tbody tr').length > least, rows)
    }
    expect(await view.locator('tbody tr').count()).toBe(total)
    expect(await more.count()).toBe(0)
    const names = view.locator('tbody th').getByRole('link')
    expect(await names.count()).toBe(total)
    await names.first().click()
    await names.last().click()
    await view.locator('tbody td').getByRole('link').first().click()
    const addresses = (await app.heard()).opened
    expect(addresses).toEqual([
      ...Array.from({ length: 2 }, () => expect.stringMatching(/etn=opportunity&id=[\da-f-]{36}$/)),
      expect.stringMatching(/etn=systemuser&id=[\da-f-]{36}$/),
    ])
    expect(new Set(addresses).size).toBe(3)
  })

  describe('a timeline', () => {
    const accounts = async (): Promise<readonly string[]> => {
      const { structuredContent } = await ask('query_crm', { entity: 'account', select: ['name'], ids: true, top: 40 })
      const { columns, rows } = structuredContent as { columns: { kind?: string }[]; rows: unknown[][] }
      const at = columns.findIndex(({ kind }) => kind === 'id')
      return rows.map((row) => `account/${String(row[at])}`)
    }
    /** All of it, page by page, as a model would ask. */
    const whole = async (of: string): Promise<{ planned: Item[]; items: Item[] }> => {
      const told: { planned: Item[]; items: Item[] } = { planned: [], items: [] }
      for (let cursor: unknown; ;) {
        const { structuredContent } = await ask('timeline', {
          of,
          top: 5,
          ...(typeof cursor === 'string' && { cursor }),
        })
        const { planned = [], items, more, cursor: next } = structuredContent as Page
        told.planned.push(...planned)
        told.items.push(...items)
        if (!more) return told
        cursor = next
      }
    }

    test('is drawn whole, page by page, what is planned first, and its records open', async () => {
      const all = await Promise.all((await accounts()).slice(0, 12).map(async (of) => ({ of, ...(await whole(of)) })))
      const { of, planned, items } = all.toSorted((a, b) => b.items.length - a.items.length)[0]!
      expect(items.length).toBeGreaterThan(5)
      const { view } = await show('timeline', { of, top: 5 })
      const more = view.getByRole('button', { name: 'More' })
      while ((await more.count()) > 0) {
        const shown = await view.locator('.entry').count()
        await more.click()
        await view.waitForFunction((least) => document.querySelectorAll('.entry').length > least, shown)
        expect(await view.evaluate(() => document.activeElement?.className)).toBe('entry')
      }
      const titles = [...planned, ...items].flatMap(({ title }) => (title === undefined ? [] : [title]))
      expect(await view.locator('.entry b').allTextContents()).toEqual(titles)
      expect(await view.locator('.entry').count()).toBe(planned.length + items.length)
      const texts = [...planned, ...items].flatMap(({ text }) => (text === undefined ? [] : [text]))
      expect(await view.locator('.text').allTextContents()).toEqual(texts)
      for (const { name, arguments: args } of await calls()) {
        expect([name, args['of'], args['top'], typeof args['cursor']]).toEqual(['timeline', of, 5, 'string'])
      }
      await view.locator('.entry').getByRole('link').first().click()
      expect((await app.heard()).opened).toEqual([expect.stringMatching(/^https:.*etn=\w+&id=[\da-f-]{36}$/)])
    })

    test('passes axe in light and dark, and does not scroll sideways at 320 pixels', async () => {
      const [of] = await accounts()
      const result = await ask('show_answer', { tool: 'timeline', arguments: { of } })
      expect(await violations((await app.show(result, CONTEXT, 'opens', 720, MANY)).view)).toEqual([])
      const dark = { ...CONTEXT, theme: 'dark' } as const
      expect(await colourViolations((await app.show(result, dark, 'opens', 720, MANY)).view)).toEqual([])
      const { view } = await app.show(result, CONTEXT, 'opens', 320, MANY)
      expect(await view.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
    })
  })
})

type Item = { readonly title?: string; readonly text?: string }
type Page = { readonly planned?: Item[]; readonly items: Item[]; readonly more: boolean; readonly cursor?: string }
