import { createChatGpt } from '../../sandbox/chatgpt/client.ts'
import { startSandbox, STREAM_MODE } from '../../sandbox/start-sandbox.ts'
import { runAuthorizationScenarios } from './authorization.ts'
import { EXPECTED_FAILURES } from './expected-failures.ts'
import { type Run, runOfficial } from './runner.ts'
import { startTokenProxy } from './token-proxy.ts'

/** The revisions of MCP that the server speaks. */
export const DATES = ['2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28'] as const
export type Revision = (typeof DATES)[number]

/** What the runner found at one revision. */
export type DateResult = {
  readonly date: Revision
  /** Its two scenarios for authorization servers. */
  readonly authorization: Run
  /** Every scenario for MCP servers that it has for this revision; extensions are none of them. */
  readonly server: Run
}

const PERSON = 'priya.nair@harbourpine.example'

export type Suites = {
  /** The host in stream mode. */
  readonly streams?: boolean
  readonly dates?: readonly Revision[]
  readonly onResult?: (result: DateResult) => void
}

/** Runs the official suites for every date against a sandbox of its own, one date after another. */
export async function runOfficialSuites({ streams = false, dates = DATES, onResult }: Suites = {}) {
  const proxy = await startTokenProxy()
  // The runner plays a page of the proxy's own origin, too, which an operator would have to allow.
  const settings = { ALLOWED_ORIGINS: proxy.origin }
  const sandbox = await startSandbox({ deployed: true, settings: streams ? { ...settings, ...STREAM_MODE } : settings })
  try {
    const { tokens } = await createChatGpt({ mcpUrl: sandbox.mcpUrl }).connect(PERSON)
    proxy.forwardTo(sandbox.mcpUrl, tokens.access_token)
    const results: DateResult[] = []
    for (const date of dates) {
      const result = await runDate(date, new URL(sandbox.mcpUrl).origin, proxy.origin)
      onResult?.(result)
      results.push(result)
    }
    return results
  } finally {
    await Promise.all([proxy.close(), sandbox.close()])
  }
}

async function runDate(date: Revision, issuer: string, proxyOrigin: string): Promise<DateResult> {
  const [authorization, server] = await Promise.all([
    runAuthorizationScenarios(issuer, date, PERSON),
    runOfficial([
      ...['server', '--url', `${proxyOrigin}/mcp`, '--suite', 'all', '--spec-version', date],
      ...['--expected-failures', EXPECTED_FAILURES],
    ]),
  ])
  return { date, authorization, server }
}
