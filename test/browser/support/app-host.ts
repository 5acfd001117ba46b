import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build as bundle } from 'esbuild'
import { buildView, type ViewName } from '../../../infra/build-views.ts'

/** What MCP Apps asks a host to send for a view that declares nothing, less what only a same-origin page could load. */
const VIEW_POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'"
const STYLE = 'body{margin:0}iframe{display:block;width:100%;border:0}'

export type AppHost = {
  readonly url: string
  /** Paths that were asked for since the last call. */
  readonly requests: () => string[]
  readonly close: () => Promise<void>
}

async function build(name: ViewName): Promise<readonly [view: string, script: string]> {
  const page = fileURLToPath(new URL('app-host-page.ts', import.meta.url))
  const [view, bundled] = await Promise.all([
    buildView(name),
    bundle({ entryPoints: [page], bundle: true, write: false, format: 'esm', platform: 'browser', minify: true }),
  ])
  return [view, bundled.outputFiles[0]!.text]
}

/** The files of a worker show the same. */
const built = new Map<ViewName, ReturnType<typeof build>>()

function builtOnce(name: ViewName): ReturnType<typeof build> {
  const files = built.get(name) ?? build(name)
  built.set(name, files)
  return files
}

/** A host of MCP Apps: a page with the bridge of ext-apps, and the view in a sandboxed frame. */
export async function startAppHost(name: ViewName): Promise<AppHost> {
  const [view, script] = await builtOnce(name)
  const host = `<!doctype html><html lang="en"><title>Host</title><style>${STYLE}</style><body><script type="module" src="/host.js"></script></body></html>`
  const files = new Map<string, readonly [type: string, text: string]>([
    ['/', ['text/html; charset=utf-8', host]],
    ['/host.js', ['text/javascript; charset=utf-8', script]],
    ['/favicon.ico', ['image/x-icon', '']],
    ['/view', ['text/html; charset=utf-8', view]],
  ])
  const asked: string[] = []
  const server = createServer(({ url = '' }, response) => {
    asked.push(url)
    const [type, text] = files.get(url) ?? ['text/plain', '']
    const policy = url === '/view' ? { 'content-security-policy': VIEW_POLICY } : {}
    response.writeHead(files.has(url) ? 200 : 404, { 'content-type': type, ...policy }).end(text)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requests: () => asked.splice(0),
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
