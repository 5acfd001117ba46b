import { readArguments, readNumber } from './demo/arguments.ts'
import { type Lifetime, runWithin } from './demo/lifetime.ts'
import { person } from './people.ts'

const HELP = `npm run sandbox -- [--port N] [--streams] [--writes] [--json] [--no-build]

Builds the app and starts it with stand-ins for Entra and Dataverse, until Ctrl-C.
Needs no account and no network.

  --port N    the app's port; a free one unless given
  --streams   the host in stream mode, which takes bodies in chunks (HTTP_STREAMS=true)
  --writes    with writing switched on, as infra/writing.md begins with it (WRITES=on); changes are gone with Ctrl-C
  --json      print one line of JSON when ready, instead of the guide
  --no-build  run dist/ as it is
  --help      this text

The app's log goes to stderr.
`

/** Origins of MCP Inspector's own page, which calls from the browser. */
const INSPECTOR = ['http://localhost:6274', 'http://127.0.0.1:6274']
const SETTINGS = { ALLOWED_ORIGINS: ['https://chatgpt.com', ...INSPECTOR].join(' ') }

const options = readArguments(HELP, {
  port: { type: 'string' },
  streams: { type: 'boolean' },
  writes: { type: 'boolean' },
  json: { type: 'boolean' },
  'no-build': { type: 'boolean' },
})

const port = options.port === undefined ? {} : { port: readNumber(HELP, 'port', options.port, { most: 65_535 }) }

/** What it starts is loaded here: a wrong option is answered without. */
async function run({ own, stopped }: Lifetime): Promise<void> {
  if (!options['no-build']) await (await import('../../infra/build.ts')).build()
  const [{ startSandbox, STREAM_MODE, WRITING_MODE }, { guide, summary }, { appointAdministrator }, { startDesk }] =
    await Promise.all([
      import('./start-sandbox.ts'),
      import('./demo/guide.ts'),
      import('./azure/desk/appoint.ts'),
      import('./azure/desk/start-desk.ts'),
    ])
  const settings = {
    ...SETTINGS,
    ...(options.streams ? STREAM_MODE : {}),
    ...(options.writes ? WRITING_MODE : {}),
  }
  const onLog = (line: string) => void process.stderr.write(`${line}\n`)
  const sandbox = await own(startSandbox({ deployed: true, ...port, onLog, settings, audit: true }))
  const administrator = person('analyst').upn
  appointAdministrator(sandbox, administrator)
  const desk = await own(startDesk(sandbox, administrator))
  process.stdout.write(options.json ? `${JSON.stringify(summary(sandbox))}\n` : guide(sandbox, desk))
  const died = sandbox.app.exited.then((code) => Promise.reject(new Error(`the app ended by itself (${code ?? ''})`)))
  await Promise.race([stopped, died])
}

await runWithin(run, { signalIsTheEnd: true })
