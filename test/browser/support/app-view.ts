import type { Frame, Page } from 'playwright-core'
import { type AppHost, startAppHost } from './app-host.ts'
import type { ViewName } from '../../../infra/build-views.ts'
import type { Heard, HostPage } from './app-host-page.ts'
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
  /** Gives what is shown another result, which is drawn in its place; without a new frame, which costs four times that. */
  readonly showNext: (result: Show[0], width: number) => Promise<Shown>
  /** What the host was asked until now. A message arrives later than what is shown with it: this waits for all of them. */
  readonly heard: () => Promise<Heard>
  readonly close: () => Promise<void>
}

export const CONTEXT = { theme: 'light', locale: 'en-GB' } as const

/** Settles in the frame when what it shows is another. */
const DRAWN = `new Promise((drawn, failed) => {
  new MutationObserver(drawn).observe(document.querySelector('main'), { childList: true })
  setTimeout(() => failed(new Error('it drew nothing')), 30_000)
})`

/** Parsed there: in a literal, a member called __proto__ would be none. */
const call = (page: Page, method: keyof HostPage, args: readonly unknown[]): Promise<unknown> =>
  page.evaluate(`globalThis.host.${method}(...JSON.parse(${JSON.stringify(JSON.stringify(args))}))`)

async function frameOf(page: Page): Promise<Frame> {
  const view = await (await page.waitForSelector('iframe')).contentFrame()
  if (!view) throw new Error('the frame shows nothing')
  return view
}

/** Chromium with a host's page in it, in which one result after the other is shown. */
export async function startAppView(executablePath: string, view: ViewName = 'report'): Promise<AppView> {
  const [host, browser] = await Promise.all([startAppHost(view), launchChromium(executablePath, [], '127.0.0.1')])
  const page = await browser.newPage()
  const problems: string[] = []
  page.setDefaultTimeout(30_000)
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (message) => (message.type() === 'error' ? problems.push(message.text()) : undefined))
  await page.goto(host.url)
  await page.waitForFunction('globalThis.host !== undefined')
  const show: AppView['show'] = async (result, context = CONTEXT, links = 'opens', width = 720, powers = {}) => {
    await page.setViewportSize({ width, height: 900 })
    await call(page, 'show', [result, context, links, powers])
    const frame = await frameOf(page)
    await frame.locator('main:not(:empty)', { hasNotText: 'The report is being run…' }).waitFor()
    return { page, view: frame }
  }
  let marks = 0
  return {
    page,
    host,
    problems: () => problems.splice(0),
    show,
    showNext: async (result, width) => {
      if (page.frames().length === 1) return await show(result, CONTEXT, 'opens', width)
      if (page.viewportSize()?.width !== width) await page.setViewportSize({ width, height: 900 })
      const frame = await frameOf(page)
      await frame.evaluate(`void (globalThis.drawn = ${DRAWN})`)
      await call(page, 'again', [result])
      await frame.evaluate('globalThis.drawn.then(() => true)')
      return { page, view: frame }
    },
    heard: async () => {
      marks += 1
      const frame = await frameOf(page)
      await frame.evaluate(`parent.postMessage({ mark: ${marks} }, '*')`)
      return (await call(page, 'heard', [marks])) as Heard
    },
    close: async () => {
      await browser.close()
      await host.close()
    },
  }
}
