import { onFreePort } from '../../sandbox/azurite.ts'
import { walkBrowser } from '../../sandbox/chatgpt/browser.ts'
import { fetchServerMetadata } from '../../sandbox/chatgpt/discovery.ts'
import { register } from '../../sandbox/chatgpt/registration.ts'
import { type Run, runOfficial } from './runner.ts'

const WIRE = { userAgent: 'conformance' }

/**
 * The runner's two scenarios for authorization servers: the metadata document and the whole code flow. It prints the
 * authorize URL and waits at a redirect address of its own; this registers that address and plays the person, `upn`, in
 * the browser.
 */
export const runAuthorizationScenarios = (issuer: string, date: string, upn: string): Promise<Run> =>
  onFreePort((port) => runOnPort(port, issuer, date, upn))

/** @throws Error with its output where somebody else was faster to take the port */
async function runOnPort(port: number, issuer: string, date: string, upn: string): Promise<Run> {
  const redirectUri = `http://127.0.0.1:${port}/callback`
  const { clientId } = await register(WIRE, await fetchServerMetadata(WIRE, issuer), redirectUri)
  const args = ['authorization', '--url', issuer, '--spec-version', date, '--client-id', clientId, '--port', `${port}`]
  let signIn: Promise<void> | undefined
  const run = await runOfficial(args, (output) => {
    const url = authorizeUrl(output, issuer)
    if (!url || signIn) return
    signIn = walkToCallback(url, redirectUri, upn)
    // It is awaited below, when the runner has ended.
    signIn.catch(() => undefined)
  })
  if (run.output.includes('EADDRINUSE')) throw new Error(run.output)
  await signIn
  return run
}

function authorizeUrl(output: string, issuer: string): string | undefined {
  const start = output.indexOf(`${issuer}/oauth/authorize?`)
  return start < 0 ? undefined : /^\S+(?=\s)/.exec(output.slice(start))?.[0]
}

async function walkToCallback(url: string, redirectUri: string, upn: string): Promise<void> {
  const arrival = await walkBrowser(url, upn, { redirectUri })
  if (arrival.kind === 'page') throw new Error(`the sign-in ended with ${arrival.status} at ${arrival.url}`)
  // What came of it is in the runner's checks: it may end before its page is through.
  await fetch(arrival.url)
    .then((page) => page.text())
    .catch(() => undefined)
}
