import { createChatGpt } from '../../sandbox/chatgpt/client.ts'
import { appointAdministrator } from '../../sandbox/azure/desk/appoint.ts'
import type { Lifetime } from '../../sandbox/demo/lifetime.ts'
import { ENTRA_CLIENT_ID, PEOPLE } from '../../sandbox/people.ts'
import type { FunctionsHost } from '../../sandbox/functions-host/start.ts'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/start-sandbox.ts'
import { openSession, type Session } from '../stage/session.ts'
import { type Filled, startFilled } from './fill/azurite.ts'
import { multiply } from './seed.ts'

/** Of the person who is at work. */
const CONNECTIONS = 5
/** Nobody asks as fast as a bench does. */
const SETTINGS = {
  ACCESS_TOKEN_LIFETIME: '3600',
  CALLS_PER_MINUTE: '0',
  CALLS_PER_MINUTE_ALL: '0',
  ROWS_PER_DAY: '0',
  ROWS_PER_DAY_ALL: '0',
}
const [{ upn: ADMINISTRATOR, oid: SOMEBODY } = { upn: '', oid: '' }] = PEOPLE

export type World = {
  readonly sandbox: Sandbox<FunctionsHost>
  readonly storage: Filled
  readonly session: Session
  /** Of that session. */
  readonly grantId: string
  readonly manage: (command: Readonly<Record<string, unknown>>) => () => Promise<string>
}

export const startWorld = (
  { own }: Lifetime,
  more: Pick<SandboxOptions, 'startAzurite'> = {},
): Promise<Sandbox<FunctionsHost>> => own(startSandbox({ ...more, deployed: true, settings: SETTINGS }))

/** A sandbox with one person who is at work with a few connections, and `grants` connections of others. */
export async function startGrown(lifetime: Lifetime, grants: number): Promise<World> {
  const starting = startFilled()
  const sandbox = await startWorld(lifetime, { startAzurite: () => starting })
  appointAdministrator(sandbox, ADMINISTRATOR)
  const session = await openSession(sandbox.mcpUrl, sandbox.app.url)
  const storage = await starting
  const grantId = await multiply(storage, grants)
  for (let more = 1; more < CONNECTIONS; more++) {
    await session.authorize()
    await session.redeem()
  }
  const scope = `${ENTRA_CLIENT_ID}/MCP.Access`
  const { accessToken } = await sandbox.entra.mintCliToken({ signedIn: { upn: ADMINISTRATOR }, scope })
  const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' }
  const manage = (command: Readonly<Record<string, unknown>>) => () =>
    textOf(`${sandbox.app.url}/manage`, { method: 'POST', headers, body: JSON.stringify(command) })
  return { sandbox, storage, session, grantId, manage }
}

export const LIST_SESSIONS = { command: 'sessions', person: SOMEBODY }
export const LIST_CLIENTS = { command: 'clients' }

/** @throws Error with the answer, for any status but 200 */
export async function textOf(url: string, init: RequestInit): Promise<string> {
  const answer = await fetch(url, init)
  const text = await answer.text()
  if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}: ${text.slice(0, 300)}`)
  return text
}

export async function accessTokenOf({ mcpUrl }: Sandbox, upn: string): Promise<string> {
  return (await createChatGpt({ mcpUrl }).connect(upn)).tokens.access_token
}
