import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { startStandIns } from '../../chaos/instances/stand-ins.ts'
import { inhabitants } from '../../chaos/people/people.ts'
import { createChatGpt } from '../../sandbox/chatgpt/client.ts'
import type { Lifetime } from '../../sandbox/demo/lifetime.ts'
import { startFunctionsHost } from '../../sandbox/functions-host/start.ts'
import { DIST } from '../../sandbox/start-sandbox.ts'

/** A signed-in person of the run. */
export type Signed = { readonly upn: string; readonly accessToken: string }
export type Stage = {
  readonly mcpUrl: string
  readonly appPid: number
  readonly people: readonly Signed[]
}
export type StageOptions = {
  readonly people: number
  readonly settings: Readonly<Record<string, string>>
  readonly onLog: (line: string) => void
}

const SIGN_INS_AT_ONCE = 6
const SEED = 1

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** The app, and everything that it depends on, each in a process of its own; and everybody signed in. */
export async function setStage({ own }: Lifetime, { people, settings, onLog }: StageOptions): Promise<Stage> {
  const port = await freePort()
  const publicBaseUrl = `http://127.0.0.1:${port}`
  const standIns = await own(startStandIns({ people, seed: SEED, publicBaseUrl }))
  const env = { ...standIns.settings, ACCESS_TOKEN_LIFETIME: '3600', ...settings }
  const app = await own(startFunctionsHost({ appDir: DIST, port, env, onLog }))
  const mcpUrl = `${publicBaseUrl}/mcp`
  const waiting = inhabitants(people).values()
  const signed: Signed[] = []
  const signIn = async (): Promise<void> => {
    for (const { upn } of waiting) {
      const { tokens } = await createChatGpt({ mcpUrl }).connect(upn)
      signed.push({ upn, accessToken: tokens.access_token })
    }
  }
  await Promise.all(Array.from({ length: SIGN_INS_AT_ONCE }, signIn))
  return { mcpUrl, appPid: app.pid, people: signed }
}
