import type { Frame, Page } from 'playwright-core'
import { type AppHost, startAppHost } from './app-host.ts'
import type { ViewName } from '../../../infra/build-views.ts'
import type { HostPage } from './app-host-page.ts'
import { launchChromium } from './chromium.ts'

type Show = Parameters<HostPage['show']>
export type Shown = { readonly page: Page; readonly view: Frame }

export type AppView = {
  readonly page: Page
  readonly host: AppHost
  /** Errors that the page or the view reported since the last call. */
  readonly problems: () => string[]
  readonly show: (
    result: Show[0],
    context?: Show[1],
    links?: Show[2],
    width?: number,
    powers?: Show[3],
  ) => Promise<Shown>
  readonly close: () => Promise<void>
}

export const CONTEXT = { theme: 'light', locale: 'en-GB' } as const

/** Chromium with a host's page in it, in which one result after the other is shown. */
export async function startAppView(executablePath: string, view: ViewName = 'report'): Promise<AppView> {
  const [host, browser] = await Promise.all([startAppHost(view), launchChromium(executablePath, [], '127.0.0.1')])
  const page = await browser.newPage()
  const problems: string[] = []
  page.setDefaultTimeout(10_000)
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (message) => (message.type() === 'error' ? problems.push(message.text()) : undefined))
  await page.goto(host.url)
  await page.waitForFunction('globalThis.host !== undefined')
  return {
    page,
    host,
    problems: () => problems.splice(0),
    show: async (result, context = CONTEXT, links = 'opens', width = 720, powers = {}) => {
      await page.setViewportSize({ width, height: 900 })
      // Parsed there: in a literal, a member called __proto__ would be none.
      const message = JSON.stringify(JSON.stringify([result, context, links, powers]))
      await page.evaluate(`globalThis.host.show(...JSON.parse(${message}))`)
      const view = await (await page.waitForSelector('iframe')).contentFrame()
      if (!view) throw new Error('the frame shows nothing')
      await view.locator('main:not(:empty)', { hasNotText: 'The report is being run…' }).waitFor()
      return { page, view }
    },
    close: async () => {
      await browser.close()
      await host.close()
    },
  }
}
