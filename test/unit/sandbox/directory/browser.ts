import type { Tenant } from '../graph/tenant.ts'
import { CALLBACK, SECRET } from '../graph/tenant.ts'
import { TENANT_ID } from '../../../sandbox/people.ts'

const address = ({ entra }: Tenant, path: string, parameters: Record<string, string | undefined>): URL => {
  const url = new URL(`${entra.url}/${TENANT_ID}${path}`)
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, value)
  return url
}

/** The sign-in that our app starts. */
export const authorizeUrl = (tenant: Tenant, appId: string, changes: Record<string, string | undefined> = {}): URL =>
  address(tenant, '/oauth2/v2.0/authorize', {
    client_id: appId,
    redirect_uri: CALLBACK,
    response_type: 'code',
    scope: `${appId}/MCP.Access openid profile email offline_access`,
    state: 's',
    ...changes,
  })

export const adminConsentUrl = (
  tenant: Tenant,
  appId: string,
  changes: Record<string, string> = {},
  version = '',
): URL => address(tenant, `${version}/adminconsent`, { client_id: appId, ...changes })

export type Seen = {
  readonly status: number
  readonly text: string
  /** The query that the redirect carries. */
  readonly back: Record<string, string> | undefined
}

async function seen(response: Response): Promise<Seen> {
  const location = response.headers.get('location')
  const back = location === null ? undefined : Object.fromEntries(new URL(location).searchParams)
  return { status: response.status, text: await response.text(), back }
}

export const open = async (url: URL): Promise<Seen> => seen(await fetch(url, { redirect: 'manual' }))

export const submit = async (url: URL, form: Record<string, string>): Promise<Seen> =>
  seen(await fetch(url, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' }))

export type TokenAnswer = { readonly status: number; readonly json: Readonly<Record<string, unknown>> }

export async function tokenRequest(
  { entra }: Tenant,
  appId: string,
  form: Record<string, string>,
): Promise<TokenAnswer> {
  const body = new URLSearchParams({ client_id: appId, client_secret: SECRET, ...form })
  const response = await fetch(`${entra.url}/${TENANT_ID}/oauth2/v2.0/token`, { method: 'POST', body })
  return { status: response.status, json: (await response.json()) as Record<string, unknown> }
}

type Tokens = { readonly access_token: string; readonly refresh_token: string; readonly id_token: string }

/** Signs in where nothing stands in the way. */
export async function tokens(tenant: Tenant, appId: string, upn: string): Promise<Tokens> {
  const { back, text } = await submit(authorizeUrl(tenant, appId), { account: upn })
  if (back?.['code'] === undefined) throw new Error(JSON.stringify(back) + text)
  const form = { grant_type: 'authorization_code', code: back['code'], redirect_uri: CALLBACK }
  return (await tokenRequest(tenant, appId, form)).json as Tokens
}

export const obo = (assertion: string, scope: string): Record<string, string> => ({
  grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  requested_token_use: 'on_behalf_of',
  assertion,
  scope,
})
