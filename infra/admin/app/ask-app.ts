import { managementToken } from '../../doctor/command-line/management-token.ts'
import { quoted } from '../../doctor/wire/plain-text.ts'
import { Stop } from '../../hooks/run/context.ts'
import { optional } from '../../hooks/run/environment.ts'
import { objectOf } from '../../hooks/run/read-json.ts'
import { textOf } from '../../hooks/tools/run-tool.ts'
import { type Desk, Misuse } from '../desk.ts'
import { refusalOf } from './refusals.ts'
import { asStop } from './token-trouble.ts'

export type Answer = Readonly<Record<string, unknown>>

/** Ending goes on for 20 s, and a cold start is before it. */
const TIMEOUT_MS = 90_000

const tokens = new WeakMap<Desk, Promise<string>>()

/** Where the app lives: what was given, or what the azd environment says. @throws Misuse, Stop */
export function originOf({ options, context }: Desk): string {
  const given = options.url ?? optional(context, 'MCP_URL') ?? optional(context, 'PUBLIC_BASE_URL')
  if (given === undefined)
    throw new Stop('Where the app lives is not known: no azd environment is selected here, and --url is not given.', [
      'azd env list',
      'azd env select <environment>',
    ])
  const url = URL.canParse(given) ? new URL(given) : undefined
  const isLoopback = url !== undefined && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback)) return url.origin
  throw new Misuse(`--url ${quoted(given)} is no address of an app: https://<host>.`)
}

/**
 * Asks the app one command, as whoever is signed in to `az`.
 * @throws Stop with what was refused, and the next step
 */
export async function askApp(desk: Desk, body: Answer): Promise<Answer> {
  const origin = originOf(desk)
  const { clientId, trust } = desk.options
  const token = tokens.get(desk) ?? managementToken(desk.context, { origin, clientId, trust })
  tokens.set(desk, token)
  const bearer = await token.catch((error: unknown) => {
    throw asStop(error)
  })
  const { status, text, retryAfter } = await send(desk, `${origin}/manage`, bearer, body)
  const json: Answer | undefined = objectOf(text)
  if (status === 200 && textOf(json, 'command') === body['command']) return json ?? {}
  throw refusalOf({ origin, status, json, retryAfter })
}

async function send({ context }: Desk, url: string, bearer: string, body: Answer) {
  try {
    const response = await context.fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', authorization: `Bearer ${bearer}` },
      body: JSON.stringify(body),
      // A redirect would carry an administrator's token elsewhere.
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const retryAfter = response.headers.get('retry-after') ?? undefined
    return { status: response.status, text: await response.text(), retryAfter }
  } catch (error) {
    const { message, cause } = error as Error
    const why = cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code : message
    throw new Stop(
      `${new URL(url).origin} did not answer (${quoted(why ?? '')}). Is the address right, and is this machine in the app’s network, if it has a private one?`,
      [`npm run doctor -- ${new URL(url).origin}/mcp`],
    )
  }
}
