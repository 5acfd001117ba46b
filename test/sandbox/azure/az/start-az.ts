import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { AZ, type Launched, SEPARATOR, TOKENS_ALONE, writeLauncher } from './launchers.ts'
import { type Result, run } from './run.ts'
import { type Account, type CloudEndpoints, Session, type Token, type TokenAsk } from './session.ts'

export type { Account, Token, TokenAsk } from './session.ts'

export type AzOptions = {
  /** Who is signed in at this moment, with the subscription that is chosen; undefined: nobody. */
  readonly account: () => Account | undefined
  /** A token of whoever is signed in. What it throws is printed by az as it stands. */
  readonly token: (ask: TokenAsk) => Promise<Token>
  /** What `az cloud show` names in the place of Azure's own addresses. */
  readonly endpoints?: CloudEndpoints
  /** `az login` and `az logout`: change what `account` gives. Without them those commands fail. */
  readonly signIn?: (tenant: string | undefined) => void
  readonly signOut?: () => void
  /** `az ad app permission admin-consent`; without it that command fails. */
  readonly consent?: (appId: string) => Promise<void>
  /** This process reaches what commands call by the same way as those who type them (`front.enter`). */
  readonly goesTheSameWay?: boolean
  /** Further programs that this process answers. */
  readonly beside?: readonly Beside[]
}

/** Where a command was typed: the folder, and the azd environment that its variables name. */
export type Place = { readonly folder: string; readonly environmentName: string | undefined }
export type Beside = Launched & { readonly answer: (args: readonly string[], place: Place) => Result }

export type Az = {
  /** Holds `az` and `az.cmd`, and the same of each program beside it. */
  readonly folder: string
  /** For processes that call az; its PATH begins with the folder. */
  readonly environment: Readonly<Record<'REHEARSAL_AZ' | 'PATH', string>>
  readonly close: () => Promise<void>
}

async function answer(request: IncomingMessage, options: AzOptions): Promise<unknown> {
  const body = JSON.parse(await text(request)) as TokenAsk & { readonly appId?: string }
  switch (request.url) {
    case '/account':
      return options.account() ?? null
    case '/token':
      return options.token(body)
    case '/cloud':
      return options.endpoints ?? {}
    case '/login':
      if (!options.signIn) throw new Error('This rehearsal has no browser to sign in with.')
      options.signIn(body.tenant)
      return {}
    case '/logout':
      if (!options.signOut) throw new Error('This rehearsal keeps whoever is signed in.')
      options.signOut()
      return {}
    case '/consent':
      if (!options.consent) throw new Error('Consent is not granted in this rehearsal.')
      await options.consent(body.appId ?? '')
      return {}
    default:
      throw new Error(`no such question: ${request.url ?? ''}`)
  }
}

/** One command line and where it was typed, as `launchers.ts` sends them: the exit code, what goes to stderr and what to stdout. */
async function runHere(request: IncomingMessage, response: ServerResponse, beside: readonly Beside[]): Promise<void> {
  const [name, folder = '', environmentName = '', ...args] = (await text(request)).split(SEPARATOR)
  const place = { folder, environmentName: environmentName === '' ? undefined : environmentName }
  const other = beside.find((one) => one.name === name)
  const session = new Session(`http://${request.headers.host ?? ''}`, folder)
  const { exitCode, stderr, stdout } = other?.answer(args, place) ?? (await run(args, session))
  response.end([exitCode, stderr, stdout, ''].join('\0'))
}

/**
 * Makes an `az` for this rehearsal: its commands call the same services by the same addresses as the real one, with
 * tokens of whoever is signed in; what it does not know it refuses as az does.
 */
export async function startAz(options: AzOptions): Promise<Az> {
  const folder = await mkdtemp(join(tmpdir(), 'az-'))
  const { beside = [], goesTheSameWay = false } = options
  await writeLauncher(folder, goesTheSameWay ? AZ : { ...AZ, alone: TOKENS_ALONE })
  for (const one of beside) await writeLauncher(folder, one)
  const server = createServer((request, response) => {
    if (request.url === '/command') return void runHere(request, response, beside).catch(() => request.socket.destroy())
    void answer(request, options).then(
      (value) => response.end(JSON.stringify(value)),
      (error: unknown) =>
        response.writeHead(400).end(JSON.stringify({ error: error instanceof Error ? error.message : String(error) })),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    folder,
    environment: { REHEARSAL_AZ: url, PATH: [folder, process.env.PATH ?? ''].join(delimiter) },
    close: async () => {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
      await rm(folder, { recursive: true, force: true })
    },
  }
}
