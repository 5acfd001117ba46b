import { quoted } from '../wire/plain-text.ts'
import type { Page } from '../report.ts'
import { authorizeUrl, newPkce, type Pkce } from '../steps/authorize-request.ts'
import { judgeIss } from '../steps/authorize.ts'
import { type DoctorsClient, registrationRequest } from '../steps/registration.ts'
import type { ServerMetadata } from '../steps/server-metadata.ts'
import { ask, jsonObject, textOf, unexpected, type Visit } from '../visit.ts'
import { listen, type Loopback } from './loopback.ts'
import { refusalCode } from './refusals.ts'
import { useTokens } from './use-tokens.ts'
import { redeem } from './token-requests.ts'

export type SignIn = {
  /** Shows the person the address, in a browser. */
  readonly open: (url: string) => Promise<void>
  /** How long the person may take. */
  readonly timeoutMs: number
}

/** Step 10: signs in as a program on this computer does, asks a question, refreshes, and gives the tokens back. */
export async function checkSignIn(visit: Visit, server: ServerMetadata, signIn: SignIn): Promise<void> {
  const page = visit.notebook.page('sign-in')
  if (server.authorize === undefined || server.token === undefined) {
    page.skipped('the addresses for it are missing or elsewhere')
    return
  }
  const loopback = await listen().catch(() => undefined)
  if (!loopback) {
    page.failed('listener-failed', 'no port of 127.0.0.1 could be opened')
    return
  }
  try {
    const client = await registerDoctor(visit, page, server, loopback)
    if (client) await signInAs(visit, page, server, { client, loopback, signIn })
  } finally {
    loopback.close()
  }
}

async function registerDoctor(visit: Visit, page: Page, { register }: ServerMetadata, { redirectUri }: Loopback) {
  if (register === undefined) {
    page.failed('doctor-not-registered', 'the server offers no registration')
    return undefined
  }
  const request = registrationRequest(register, [redirectUri], 'Doctor')
  const answer = await ask(visit, page, request)
  if (!answer) return undefined
  const document = jsonObject(answer) ?? {}
  const clientId = textOf(document.client_id)
  if (answer.status === 201 && clientId !== undefined) return { clientId, redirectUri }
  if (document.error === 'invalid_redirect_uri')
    page.failed('loopback-refused', 'the doctor’s own address on this machine is not admitted')
  else unexpected(page, request, answer, 'registration-failed')
  return undefined
}

type Attempt = { readonly client: DoctorsClient; readonly loopback: Loopback; readonly signIn: SignIn }

async function signInAs(visit: Visit, page: Page, server: ServerMetadata, attempt: Attempt): Promise<void> {
  const { client, loopback, signIn } = attempt
  const pkce = newPkce()
  const answered = loopback.wait(pkce.state, signIn.timeoutMs)
  await signIn.open(authorizeUrl(visit, server.authorize ?? '', client, pkce))
  const code = judgeAnswer(visit, page, await answered, loopback)
  if (code === undefined) return
  page.ok('signed in; the answer carries state and iss')
  await useCode(visit, page, server, { client, pkce, code })
}

/** @returns the code */
function judgeAnswer(visit: Visit, page: Page, answer: URLSearchParams | undefined, { strangers }: Loopback) {
  if (!answer) {
    if (strangers() > 0) page.failed('state-changed', 'the browser came back with another state than it left with')
    else page.failed('sign-in-timeout', 'the browser did not come back in time')
    return undefined
  }
  if (!judgeIss(visit, page, answer.get('iss'))) return undefined
  const error = answer.get('error')
  const code = answer.get('code')
  if (error !== null) {
    const said = answer.get('error_description') ?? ''
    page.failed(refusalCode(said), `the sign-in was refused: ${quoted(error, 40)} ${quoted(said)}`)
  } else if (code === null) page.failed('answer-without-code', 'the browser came back with neither code nor error')
  else return code
  return undefined
}

type Redemption = { readonly client: DoctorsClient; readonly pkce: Pkce; readonly code: string }

async function useCode(visit: Visit, page: Page, server: ServerMetadata, { client, pkce, code }: Redemption) {
  const tokens = await redeem(visit, page, server.token ?? '', { client, code, verifier: pkce.verifier })
  if (tokens) await useTokens(visit, page, server, client, tokens)
}
