import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ENTRY = `
import { subscribe } from 'node:diagnostics_channel'
import { app } from '@azure/functions'

if (process.env.STREAMS === 'true') app.setup({ enableHttpStream: true })
const seen = async (request) => ({
  url: request.url,
  method: request.method,
  headers: Object.fromEntries(request.headers),
  query: [...request.query],
  params: request.params,
  body: await request.text(),
  settings: [process.env.ONLY_LOCAL, process.env.BOTH, process.env.FOREIGN ?? 'none'],
})
const http = (name, route, methods, handler) => app.http(name, { route, methods, authLevel: 'anonymous', handler })
http('echo', 'echo/{id?}', ['GET', 'POST'], async (request) => ({ jsonBody: await seen(request) }))
http('a-catch-all', 'shadow/{*rest}', ['GET'], (request) => ({ body: 'catch-all ' + (request.params.rest ?? '-') }))
http('z-specific', 'shadow/specific', ['GET'], () => ({ body: 'specific' }))
http('headed', 'headed', ['GET', 'HEAD'], () => ({ body: 'four', headers: { 'x-one': 'yes' } }))
http('empty', 'empty', ['GET'], () => ({ status: 200 }))
http('cookies', 'cookies', ['GET'], () => ({
  headers: [['set-cookie', 'lost=1'], ['set-cookie', 'last=2']],
  cookies: [
    { name: '__Host-a', value: 'x y;z', path: '/', secure: true, httpOnly: true, sameSite: 'Lax', maxAge: 60 },
    { name: 'b', value: "it's" },
  ],
}))
http('nothing', 'nothing', ['GET'], () => undefined)
http('throws', 'throws', ['GET'], () => { throw new Error('boom') })
http('stops-reading', 'stops-reading', ['POST'], async (request) => {
  for await (const _ of request.body) return { status: 413 }
})
http('logs', 'logs', ['GET'], (request, context) => {
  context.log('for the audit')
  console.log('from the console')
  return { status: 204 }
})
http('crash', 'crash', ['GET'], () => { setImmediate(() => { throw new Error('uncaught') }); return { body: 'ok' } })
const ports = new Map()
subscribe('http.server.request.start', ({ request, server }) => {
  const id = request.headers['x-ms-invocation-id']
  if (id === undefined) return
  ports.set(id, request.socket.remotePort)
  if (process.env.KEPT_MS) server.keepAliveTimeout = Number(process.env.KEPT_MS)
})
http('port', 'port', ['GET'], (_, { invocationId }) => ({ body: String(ports.get(invocationId)) }))
let swept = 0
app.timer('sweep', { schedule: '0 0 * * * *', handler: (timer) => { swept += timer.isPastDue ? 100 : 1 } })
app.timer('broken', { schedule: '0 0 * * * *', handler: () => { throw new Error('no storage') } })
http('swept', 'swept', ['GET'], () => ({ body: String(swept) }))
app.hook.postInvocation((context) => {
  if (context.error?.message === 'boom' && process.env.CATCH === 'true') {
    context.error = null
    context.result = { status: 503, body: 'caught' }
  }
})
`

const FILES: Readonly<Record<string, string>> = {
  'index.js': ENTRY,
  'package.json': JSON.stringify({ type: 'module', main: 'index.js' }),
  'host.json': JSON.stringify({ version: '2.0', extensions: { http: { routePrefix: '' } } }),
  'local.settings.json': JSON.stringify({ Values: { ONLY_LOCAL: 'local', BOTH: 'local' } }),
}

export type SampleApp = { readonly dir: string; remove(): Promise<void> }

/** An app in a folder of its own that uses the real library; `files` replace or add files. */
export async function createSampleApp(files: Readonly<Record<string, string>> = {}): Promise<SampleApp> {
  const dir = await mkdtemp(join(tmpdir(), 'sample-app-'))
  for (const [name, text] of Object.entries({ ...FILES, ...files })) await writeFile(join(dir, name), text)
  await symlink(join(process.cwd(), 'node_modules'), join(dir, 'node_modules'))
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) }
}
