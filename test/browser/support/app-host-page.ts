import { AppBridge, type McpUiHostContext, PostMessageTransport } from '@modelcontextprotocol/ext-apps/app-bridge'
import type { CallToolResult } from '@modelcontextprotocol/client'

export type HostPage = {
  readonly opened: readonly string[]
  /** Resolves when the view has said that it is ready, and has been given the result. */
  readonly show: (
    result: CallToolResult,
    context: McpUiHostContext,
    links: 'opens' | 'refuses' | 'none',
  ) => Promise<void>
  readonly change: (context: McpUiHostContext) => void
  readonly cancel: () => Promise<void>
  readonly teardown: () => Promise<unknown>
}

const opened: string[] = []
let bridge: AppBridge | undefined
let current: McpUiHostContext = {}

async function show(...[result, context, links]: Parameters<HostPage['show']>): Promise<void> {
  const frame = document.createElement('iframe')
  frame.setAttribute('sandbox', 'allow-scripts')
  frame.title = 'Report'
  document.body.replaceChildren(frame)
  const view = frame.contentWindow
  if (!view) throw new Error('the frame has no window')
  current = context
  opened.length = 0
  const capabilities = links === 'none' ? {} : { openLinks: {} }
  const host = new AppBridge(null, { name: 'host', version: '1' }, capabilities, { hostContext: context })
  bridge = host
  host.onopenlink = ({ url }) => {
    opened.push(url)
    return Promise.resolve(links === 'refuses' ? { isError: true } : {})
  }
  host.addEventListener('sizechange', ({ height }) => {
    if (height !== undefined) frame.style.height = `${height}px`
  })
  const initialized = new Promise<void>((resolve) => host.addEventListener('initialized', () => resolve()))
  await host.connect(new PostMessageTransport(view, view))
  frame.src = '/view'
  await initialized
  await host.sendToolInput({ arguments: {} })
  await host.sendToolResult(result)
}

const page: HostPage = {
  opened,
  show,
  change: (context) => {
    current = { ...current, ...context }
    bridge?.setHostContext(current)
  },
  cancel: async () => await bridge?.sendToolCancelled({}),
  teardown: async () => await bridge?.teardownResource({}),
}
Object.assign(globalThis, { host: page })
