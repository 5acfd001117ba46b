import { afterAll, beforeAll, beforeEach } from '@jest/globals'
import {
  diagnose,
  type DiagnoseOptions,
  type Finding,
  type Report,
  type SignIn,
} from '../../../infra/doctor/diagnose.ts'
import { walkBrowser } from '../../sandbox/chatgpt/browser.ts'
import { parseLinks } from '../../sandbox/chatgpt/html-form.ts'
import type { App } from '../../sandbox/functions-host/start.ts'
import { type Sandbox, startSandbox } from '../../sandbox/start-sandbox.ts'
import { type BreakingProxy, type Fault, startBreakingProxy } from './breaking-proxy.ts'
import { PRIYA } from '../support/oauth.ts'

export type Stage = {
  readonly proxy: BreakingProxy
  readonly sandbox: Sandbox
  readonly mcpUrl: string
  /** An instance of the app with other settings, started once for each set. */
  readonly instance: (settings: Readonly<Record<string, string>>) => Promise<App>
}

/** The sandbox, published at the address of a proxy that can break what passes through it. */
export function useStage(settings: Readonly<Record<string, string>> = {}): () => Stage {
  let stage: Stage | undefined
  let examined = 0
  const current = (): Stage => {
    if (!stage) throw new Error('the stage is not set')
    return stage
  }
  beforeAll(async () => {
    const proxy = await startBreakingProxy()
    const own = { PUBLIC_BASE_URL: proxy.url, TRUSTED_HOPS: '2', CLIENT_ID_METADATA_DOCUMENTS: 'off', ...settings }
    const sandbox = await startSandbox({ settings: own })
    sandbox.entra.setRedirectUris([`${proxy.url}/oauth/callback`, `${proxy.url}/signed-out`])
    const started = new Map<string, Promise<App>>()
    const instance = (more: Readonly<Record<string, string>>) => {
      const key = JSON.stringify(more)
      const host = started.get(key) ?? sandbox.startInstance(more)
      started.set(key, host)
      return host
    }
    stage = { proxy, sandbox, mcpUrl: `${proxy.url}/mcp`, instance }
  })
  beforeEach(() => {
    const { sandbox, proxy } = current()
    sandbox.entra.reset()
    sandbox.dataverse.reset()
    proxy.target = sandbox.app.url
    proxy.fault = {}
    examined += 1
    // An instance takes a hundred registrations of one address in ten minutes.
    proxy.caller = `198.51.100.${examined}`
  })
  afterAll(async () => {
    await stage?.sandbox.close()
    await stage?.proxy.close()
  })
  return current
}

/** A person at a browser: signs in, and on a page that only leads back, follows its link. */
export const personAt = (upn: string): SignIn => ({
  timeoutMs: 30_000,
  open: (url) => visit(url, upn),
})

async function visit(url: string, upn: string): Promise<void> {
  const redirectUri = new URL(url).searchParams.get('redirect_uri') ?? ''
  const arrival = await walkBrowser(url, upn, { redirectUri })
  if (arrival.kind === 'callback') await fetch(arrival.url)
  else {
    const back = parseLinks(arrival.html, arrival.url).find((link) => link.startsWith(redirectUri))
    if (back !== undefined) await fetch(back)
  }
}

const quick = { attempts: 1, timeoutMs: 5_000, pause: () => Promise.resolve() }

/** Asks the proxy in process: some hundred walks of some eighty requests each would be half of what their tests cost. */
export const examine = ({ mcpUrl, proxy }: Stage, options: DiagnoseOptions = {}): Promise<Report> =>
  diagnose(mcpUrl, { ...quick, fetch: proxy.fetch, ...options })

export const examineOverTheWire = (stage: Stage): Promise<Report> => examine(stage, { fetch: globalThis.fetch })

export const examineWithSignIn = (stage: Stage, upn = PRIYA): Promise<Report> =>
  examine(stage, { signIn: personAt(upn) })

/** What is wrong, each as `status code`; being on this machine is no fault here. */
export const faultsIn = ({ findings }: Report): string[] =>
  findings
    .filter(({ status, code }) => (status === 'failed' || status === 'warning') && code !== 'loopback-address')
    .map(({ status, code }) => `${status} ${code ?? ''}`)

export const withCode = ({ findings }: Report, code: string): Finding | undefined =>
  findings.find((finding) => finding.code === code)

export type { Fault, Report }
