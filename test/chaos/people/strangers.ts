import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { newGrantId, newToken, type TokenKind } from '../../../shared/tokens/token.ts'
import { codeFields, postToken, refreshFields } from '../../sandbox/chatgpt/token.ts'
import { PEOPLE } from '../../sandbox/people.ts'
import { buildAuthorizeUrl, readCallback } from '../../sandbox/chatgpt/authorize.ts'
import { walkBrowser } from '../../sandbox/chatgpt/browser.ts'
import { meet, type Party } from './connect.ts'
import { WIRE, type World } from './world.ts'

/** Addresses for documentation: nobody else's. */
const addressOf = (random: World['random']): string => `198.51.100.${1 + random(20)}`
const FLOOD = 15
const BETWEEN_MS = 400
const BETWEEN_FLOODS_MS = 20_000
const DEADLINE_MS = 60_000

const forge = (kind: TokenKind): string => newToken(kind, newGrantId(randomBytes), randomBytes).value

type Sent = { readonly path: string; readonly type: string; readonly body: string; readonly bearer?: string }

/** Sends as a stranger does; gives the status, or undefined when no answer came. */
async function send({ edge, random }: World, { path, type, body, bearer }: Sent): Promise<number | undefined> {
  const authorization = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }
  try {
    const response = await fetch(`${edge.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': type, 'x-forwarded-for': addressOf(random), ...authorization },
      body,
      signal: AbortSignal.timeout(DEADLINE_MS),
    })
    await response.text()
    return response.status
  } catch {
    return undefined
  }
}

const FORM = 'application/x-www-form-urlencoded'
const LIST = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} })
const form = (fields: Readonly<Record<string, string>>): string => new URLSearchParams(fields).toString()

const MADE_UP: readonly (() => Sent & { readonly mayPass: boolean })[] = [
  () => ({ path: '/mcp', type: 'application/json', body: LIST, bearer: forge('access'), mayPass: false }),
  () => ({ path: '/mcp', type: 'application/json', body: LIST, bearer: 'eyJhbGciOiJub25lIn0.e30.', mayPass: false }),
  () => ({
    path: '/oauth/token',
    type: FORM,
    mayPass: false,
    body: form({ grant_type: 'refresh_token', refresh_token: forge('refresh'), client_id: 'chatgpt' }),
  }),
  () => ({
    path: '/oauth/token',
    type: FORM,
    mayPass: false,
    body: form({
      grant_type: 'authorization_code',
      code: forge('code'),
      client_id: 'x',
      code_verifier: 'v'.repeat(43),
    }),
  }),
  () => ({ path: '/oauth/revoke', type: FORM, body: form({ token: forge('refresh'), client_id: 'x' }), mayPass: true }),
  () => ({ path: '/oauth/token', type: 'application/json', body: '{"grant_type":', mayPass: false }),
]

/** Tokens that nobody issued, without end. */
export async function guess(world: World): Promise<void> {
  while (!world.over()) {
    const made = MADE_UP[world.random(MADE_UP.length)]?.()
    const status = made && (await send(world, made))
    if (made && !made.mayPass && status === 200) world.tally.loss('wrong rows', `a stranger was let in at ${made.path}`)
    await pause(BETWEEN_MS)
  }
}

/** Registrations by the dozen. */
export async function flood(world: World): Promise<void> {
  const body = JSON.stringify({ client_name: 'ChatGPT', redirect_uris: ['https://chatgpt.com/connector/oauth/x'] })
  let nextAt = 0
  while (!world.over()) {
    if (world.now() >= nextAt) {
      nextAt = world.now() + BETWEEN_FLOODS_MS
      await Promise.all(
        Array.from({ length: FLOOD }, () => send(world, { path: '/oauth/register', type: 'application/json', body })),
      )
    }
    await pause(BETWEEN_MS)
  }
}

/** An account of the company that plays with what it is given: codes used twice, and old refresh tokens. */
async function replay(world: World, upn: string, { discovery, client }: Party): Promise<void> {
  const pending = buildAuthorizeUrl(discovery, client)
  const arrival = await walkBrowser(pending.url, upn, { redirectUri: client.redirectUri })
  if (arrival.kind === 'page') return
  const fields = codeFields(readCallback(arrival.url, pending, discovery), client, pending, discovery)
  const tokens: string[] = []
  const post = async (what: Readonly<Record<string, string>>) => {
    await world.pace.turn()
    const { status, text } = await postToken(WIRE, discovery, client, what)
    if (status === 200) tokens.push((JSON.parse(text) as { refresh_token: string }).refresh_token)
    return status
  }
  if ((await post(fields)) !== 200) return
  for (let times = 0; times < 2; times++) await post(refreshFields(tokens.at(-1) ?? '', client, discovery))
  if (world.random(2) === 0) await post(refreshFields(tokens[0] ?? '', client, discovery))
  else if ((await post(fields)) === 200) world.tally.loss('wrong rows', 'a code was taken twice')
}

export async function insider(world: World): Promise<void> {
  const upn = PEOPLE[0]?.upn ?? ''
  const party = await meet(world)
  while (party && !world.over()) {
    await replay(world, upn, party).catch(() => world.tally.note('attacks of an insider that a fault cut short'))
    await pause(BETWEEN_MS * (1 + world.random(10)))
  }
}
