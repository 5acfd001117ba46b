import type { Page } from '../report.ts'
import type { DoctorsClient } from '../steps/registration.ts'
import { formRequest } from '../steps/token.ts'
import { foreignCause } from '../wire/foreign-cause.ts'
import { quoted } from '../wire/plain-text.ts'
import type { Answer } from '../wire/ask-server.ts'
import { ask, jsonObject, lineOf, textOf, type Visit } from '../visit.ts'

export type Tokens = { readonly access: string; readonly refresh: string | undefined; readonly seconds: number }

type Code = { readonly client: DoctorsClient; readonly code: string; readonly verifier: string }

/** In ChatGPT's order of fields. */
export async function redeem(visit: Visit, page: Page, url: string, { client, code, verifier }: Code) {
  const request = formRequest(url, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: client.redirectUri,
    code_verifier: verifier,
    client_id: client.clientId,
    resource: visit.url,
  })
  const answer = await ask(visit, page, request)
  if (!answer) return undefined
  if (answer.status !== 200) {
    const code = answer.status >= 500 ? 'token-endpoint-failed' : 'code-refused'
    page.failed(foreignCause(answer) ?? code, `the code for tokens: ${errorOf(answer)}`)
    return undefined
  }
  const tokens = tokensIn(answer)
  if (!tokens) page.failed('token-answer-incomplete', `${lineOf(request)}: 200, ${membersOf(answer)}`)
  else if (tokens.refresh === undefined) page.failed('refresh-token-missing', 'tokens came, and no refresh token')
  else page.ok(`tokens came, for ${Math.round(tokens.seconds / 60)} minutes, with a refresh token`)
  return tokens
}

export async function refresh(visit: Visit, page: Page, url: string, client: DoctorsClient, token: string) {
  const answer = await ask(visit, page, refreshRequest(visit, url, client, token))
  if (!answer) return undefined
  const tokens = answer.status === 200 ? tokensIn(answer) : undefined
  if (tokens) return tokens
  page.failed(foreignCause(answer) ?? 'refresh-refused', `a refresh: ${errorOf(answer)}`)
  return undefined
}

/** ChatGPT sends no scope. */
export const refreshRequest = (visit: Visit, url: string, { clientId }: DoctorsClient, token: string) =>
  formRequest(url, { grant_type: 'refresh_token', refresh_token: token, client_id: clientId, resource: visit.url })

function tokensIn(answer: Answer): Tokens | undefined {
  const { access_token, token_type, expires_in, refresh_token } = jsonObject(answer) ?? {}
  const access = textOf(access_token)
  if (access === undefined || !/^[\x21-\x7e]{1,4096}$/.test(access)) return undefined
  if (textOf(token_type)?.toLowerCase() !== 'bearer' || typeof expires_in !== 'number') return undefined
  return { access, refresh: textOf(refresh_token), seconds: expires_in }
}

/** Never the body itself, which may hold a token. */
export function errorOf(answer: Answer): string {
  const { error, error_description: description } = jsonObject(answer) ?? {}
  const said = textOf(error) === undefined ? membersOf(answer) : quoted(textOf(error) ?? '', 40)
  return `${answer.status} ${said}${textOf(description) === undefined ? '' : ` ${quoted(textOf(description) ?? '')}`}`
}

const membersOf = (answer: Answer): string => {
  const document = jsonObject(answer)
  return document ? `members: ${Object.keys(document).join(', ')}` : 'not JSON'
}
