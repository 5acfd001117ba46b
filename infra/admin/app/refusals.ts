import { quoted } from '../../doctor/wire/plain-text.ts'
import { Stop } from '../../hooks/run/context.ts'
import { textOf } from '../../hooks/tools/run-tool.ts'

type Refused = {
  readonly origin: string
  readonly status: number
  /** Absent where a page or nothing came back. */
  readonly json: unknown
  readonly retryAfter: string | undefined
}

/** What an answer other than the one that was asked for means, and what to do. */
export function refusalOf({ origin, status, json, retryAfter }: Refused): Stop {
  const said = textOf(json, 'error_description')
  const words = said === undefined ? `(HTTP ${status})` : `(HTTP ${status}: ${quoted(said, 300)})`
  const doctor = `npm run doctor -- ${origin}/mcp --deep`
  if (status === 401)
    return new Stop(`The app does not accept the token ${words}. Compare the client id; then sign in anew:`, [
      'azd env get-value ENTRA_CLIENT_ID',
      'az logout',
      'az login',
    ])
  if (status === 403 && textOf(json, 'error') === 'insufficient_scope')
    return new Stop(
      `You lack the app role Administrator ${words}. Whoever administers Entra gives it; az keeps a token for an hour, so sign in anew afterwards:`,
      ['npm run assign -- --administrator <you>', 'az logout', 'az login'],
    )
  if (status === 400 && said?.includes('must name a command') === true)
    return new Stop(`The app that is deployed does not know this command yet ${words}. Deploy this version:`, [
      'azd deploy',
    ])
  if (status === 400) return new Stop(`The app did not understand what was asked ${words}. Nothing was done.`)
  if (status === 404) return new Stop(`There is no /manage at ${origin} ${words}. Deploy this version:`, ['azd deploy'])
  if (status === 429)
    return new Stop(`The app is asked too often ${words}. Wait ${wait(retryAfter)}, then type the same again.`)
  if (status === 503)
    return new Stop(
      `The app could not do it just now ${words}: storage, Key Vault or the audit is away. What was done so far stays; type the same again. What is away says:`,
      [doctor],
    )
  return new Stop(`Something else than the app answered, or it has a fault ${words}:`, [doctor])
}

const wait = (seconds: string | undefined): string => (/^\d{1,5}$/.test(seconds ?? '') ? `${seconds} s` : 'a minute')
