import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { buildAuthorizeUrl, readCallback } from '../../sandbox/chatgpt/authorize.ts'
import { type Discovery, discover } from '../../sandbox/chatgpt/discovery.ts'
import { postMcp, readResult } from '../../sandbox/chatgpt/mcp.ts'
import { type OAuthClient, register } from '../../sandbox/chatgpt/registration.ts'
import { toolResultSchema } from '../../sandbox/chatgpt/results.ts'
import { redeem } from '../../sandbox/chatgpt/token.ts'
import type { Wire } from '../../sandbox/chatgpt/wire.ts'
import { type Sandbox, startSandbox } from '../../sandbox/start-sandbox.ts'
import { launchChromium } from './chromium.ts'
import { CLIENT_HOST, FOREIGN_HOST, startWeb, type Web } from './web.ts'

export const REDIRECT_URI = `https://${CLIENT_HOST}/connector_platform_oauth_redirect`
export const PRIYA = 'priya.nair@harbourpine.example'
export const MARCUS = 'marcus.webb@harbourpine.example'
const wire: Wire = { userAgent: 'openai-mcp/1.0.0' }

/** One connection attempt of the client, from its authorize URL to its first tool call. */
export type Attempt = {
  readonly url: string
  readonly state: string
  /** Takes over where the browser arrived, as the client would: checks it, redeems the code, asks who is signed in. */
  readonly finish: (arrival: URL) => Promise<unknown>
}

export type Harness = {
  readonly sandbox: Sandbox
  readonly web: Web
  readonly client: OAuthClient
  /** A new profile without cookies. */
  readonly newContext: (options?: BrowserContextOptions) => Promise<BrowserContext>
  readonly begin: (overrides?: Readonly<Record<string, string>>) => Attempt
  readonly reset: () => Promise<void>
  readonly close: () => Promise<void>
}

function attempt(
  discovery: Discovery,
  client: OAuthClient,
  mcpUrl: string,
  overrides: Record<string, string>,
): Attempt {
  const pending = buildAuthorizeUrl(discovery, client, overrides)
  const finish = async (arrival: URL) => {
    const code = readCallback(arrival, pending, discovery)
    const { access_token: accessToken } = await redeem(wire, discovery, client, code, pending)
    const call = { id: 1, method: 'tools/call', params: { name: 'whoami', arguments: {} }, accessToken }
    return toolResultSchema.parse(readResult('whoami', await postMcp(wire, mcpUrl, call), 1)).structuredContent
  }
  return { url: pending.url, state: pending.state, finish }
}

async function launch(executablePath: string, web: Web) {
  const browser: Browser = await launchChromium(executablePath, [CLIENT_HOST, FOREIGN_HOST], web.address)
  const open: BrowserContext[] = []
  return {
    newContext: async (options: BrowserContextOptions = {}) => {
      const context = await browser.newContext({ ignoreHTTPSErrors: true, ...options })
      context.setDefaultTimeout(30_000)
      open.push(context)
      return context
    },
    closeContexts: () => Promise.all(open.splice(0).map((context) => context.close())),
    close: () => browser.close(),
  }
}

/** The sandbox, a registered client, the client's website, and Chromium. */
export async function startHarness(
  executablePath: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Harness> {
  const [sandbox, web] = await Promise.all([startSandbox({ deployed: true, settings }), startWeb()])
  const browser = await launch(executablePath, web)
  const discovery = await discover(wire, sandbox.mcpUrl)
  const client = await register(wire, discovery.server, REDIRECT_URI)
  return {
    sandbox,
    web,
    client,
    newContext: browser.newContext,
    begin: (overrides = {}) => attempt(discovery, client, sandbox.mcpUrl, overrides),
    reset: async () => {
      sandbox.entra.reset()
      await browser.closeContexts()
    },
    close: async () => {
      await browser.close()
      await Promise.all([sandbox.close(), web.close()])
    },
  }
}

export const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })
export const heading = (page: Page) => page.getByRole('heading', { level: 1 }).innerText()

/** Presses a person's own account at Entra. */
export const pickAccount = (page: Page, upn: string) => button(page, new RegExp(upn)).click()

/** Waits until the browser is back at the client. @returns the whole address that it came to */
export async function arrived(page: Page): Promise<URL> {
  await page.waitForURL((url) => url.origin + url.pathname === REDIRECT_URI)
  return new URL(page.url())
}
