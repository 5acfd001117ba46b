import { createChatGpt } from '../../sandbox/chatgpt/client.ts'
import { appointAdministrator } from '../../sandbox/azure/desk/appoint.ts'
import type { Lifetime } from '../../sandbox/demo/lifetime.ts'
import { ENTRA_CLIENT_ID, PEOPLE } from '../../sandbox/people.ts'
import type { FunctionsHost } from '../../sandbox/functions-host/start.ts'
import { type Sandbox, startSandbox } from '../../sandbox/start-sandbox.ts'
import { openSession, type Session } from '../stage/session.ts'
import { multiply } from './seed.ts'

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
  readonly session: Session
  /** Of the app, and of the storage that works for it. */
  readonly pids: readonly number[]
  readonly manage: (command: Readonly<Record<string, unknown>>) => () => Promise<string>
}

export const startWorld = ({ own }: Lifetime): Promise<Sandbox<FunctionsHost>> =>
  own(startSandbox({ deployed: true, settings: SETTINGS }))

/** A sandbox with one person who is at work, and `grants` connections of others. */
export async function startGrown(lifetime: Lifetime, grants: number): Promise<World> {
  const sandbox = await startWorld(lifetime)
  appointAdministrator(sandbox, ADMINISTRATOR)
  const session = await openSession(sandbox.mcpUrl, sandbox.app.url)
  await multiply(sandbox.azurite.connectionString, grants)
  const scope = `${ENTRA_CLIENT_ID}/MCP.Access`
  const { accessToken } = await sandbox.entra.mintCliToken({ signedIn: { upn: ADMINISTRATOR }, scope })
  const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' }
  const manage = (command: Readonly<Record<string, unknown>>) => () =>
    textOf(`${sandbox.app.url}/manage`, { method: 'POST', headers, body: JSON.stringify(command) })
  return { sandbox, session, pids: [sandbox.app.pid, sandbox.azurite.pid], manage }
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
