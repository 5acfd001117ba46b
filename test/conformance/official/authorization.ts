import { type AddressInfo, createServer } from 'node:net'
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
export async function runAuthorizationScenarios(issuer: string, date: string, upn: string): Promise<Run> {
  const port = await freePort()
  const redirectUri = `http://127.0.0.1:${port}/callback`
  const { clientId } = await register(WIRE, await fetchServerMetadata(WIRE, issuer), redirectUri)
  const args = ['authorization', '--url', issuer, '--spec-version', date, '--client-id', clientId, '--port', `${port}`]
  let signIn: Promise<void> | undefined
  const run = await runOfficial(args, (output) => {
    const url = authorizeUrl(output, issuer)
    if (url) signIn ??= walkToCallback(url, redirectUri, upn)
  })
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
  await (await fetch(arrival.url)).text()
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
