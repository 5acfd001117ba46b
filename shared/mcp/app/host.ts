import type {
  McpUiHostContext,
  McpUiInitializeRequest,
  McpUiOpenLinkRequest,
  McpUiSizeChangedNotification,
} from '@modelcontextprotocol/ext-apps'
import * as z from 'zod/mini'

/** What the frame around the view offers it. */
export type Host = {
  readonly canOpenLinks: boolean
  /** Asks the host to open a page; the view itself never does. @returns whether the host did */
  readonly openLink: (url: string) => Promise<boolean>
  readonly canCallTools: boolean
  /** Asks the host to make a call as the person who sees the view. @returns its result; `undefined` where there is none */
  readonly call: (tool: CalledTool, args: Readonly<Record<string, unknown>>) => Promise<unknown>
  readonly sizeChanged: (size: McpUiSizeChangedNotification['params']) => void
}

/** A result may come from anywhere: whatever it says, it makes this view call no tool but these, which read. */
const CALLED = ['query_crm', 'timeline'] as const
export type CalledTool = (typeof CALLED)[number]

export type HostEvents = {
  readonly context: (context: McpUiHostContext) => void
  readonly waiting: () => void
  readonly result: (params: unknown) => void
  readonly cancelled: () => void
}

/** Of MCP Apps; hosts that know an older one answer with theirs, and the messages used here are the same in both. */
const PROTOCOL_VERSION = '2026-01-26'
const METHOD_NOT_FOUND = -32601
const Message = z.object({
  jsonrpc: z.literal('2.0'),
  id: z.optional(z.union([z.string(), z.number()])),
  method: z.optional(z.string()),
  params: z.optional(z.unknown()),
  result: z.optional(z.unknown()),
  error: z.optional(z.unknown()),
})
type Message = z.output<typeof Message>
const Context = z.record(z.string(), z.unknown())
const Initialized = z.object({
  hostContext: z.catch(Context, {}),
  hostCapabilities: z.catch(z.object({ openLinks: z.optional(z.unknown()), serverTools: z.optional(z.unknown()) }), {}),
})
const LinkOpened = z.object({ isError: z.optional(z.boolean()) })

type Request = McpUiInitializeRequest | McpUiOpenLinkRequest | Notification
type Notification = { readonly method: string; readonly params: object }

/**
 * Speaks the view's half of MCP Apps with the window around this one. Of the protocol it holds what this view uses: the
 * `App` class of ext-apps does the rest too, and with the MCP client and schemas that it needs is 146 KB compressed.
 * The names and shapes are that package's types, and its `AppBridge` is what the tests put on the other side.
 * @see https://github.com/modelcontextprotocol/ext-apps/blob/main/specification/2026-01-26/apps.mdx
 */
export async function connectHost(view: Window, events: HostEvents): Promise<Host> {
  const { request, notify } = channel(view, (message, answer) => take(message, events, answer))
  const params: McpUiInitializeRequest['params'] = {
    appInfo: { name: 'report-view', version: '1.0.0' },
    appCapabilities: { availableDisplayModes: ['inline', 'fullscreen'] },
    protocolVersion: PROTOCOL_VERSION,
  }
  const { hostContext, hostCapabilities } = Initialized.parse(await request({ method: 'ui/initialize', params }))
  events.context(hostContext)
  notify({ method: 'ui/notifications/initialized', params: {} })
  return {
    canOpenLinks: hostCapabilities.openLinks !== undefined,
    openLink: async (url) => {
      const opened = await request({ method: 'ui/open-link', params: { url } }).catch(() => ({ isError: true }))
      return LinkOpened.safeParse(opened).data?.isError !== true
    },
    canCallTools: hostCapabilities.serverTools !== undefined,
    call: async (tool, args) => {
      if (!CALLED.includes(tool)) return undefined
      return await request({ method: 'tools/call', params: { name: tool, arguments: args } }).catch(() => undefined)
    },
    sizeChanged: (size) => notify({ method: 'ui/notifications/size-changed', params: size }),
  }
}

type Answer = (outcome: { result: object } | { error: object }) => void

export function take({ method, params }: Message, events: HostEvents, answer: Answer): void {
  if (method === 'ui/notifications/tool-input') events.waiting()
  else if (method === 'ui/notifications/tool-result') events.result(params)
  else if (method === 'ui/notifications/tool-cancelled') events.cancelled()
  else if (method === 'ui/notifications/host-context-changed') events.context(Context.safeParse(params).data ?? {})
  else if (method === 'ping' || method === 'ui/resource-teardown') answer({ result: {} })
  else answer({ error: { code: METHOD_NOT_FOUND, message: 'Method not found' } })
}

type Pending = { readonly resolve: (result: unknown) => void; readonly reject: (reason: Error) => void }

/** JSON-RPC 2.0 over `postMessage`, with the parent window alone. */
export function channel(view: Window, received: (message: Message, answer: Answer) => void) {
  const pending = new Map<number | string, Pending>()
  let lastId = 0
  // The host's origin is unknown, and what goes out is no secret from the page that shows it.
  const send = (message: object): void => view.parent.postMessage({ jsonrpc: '2.0', ...message }, '*')
  view.addEventListener('message', ({ source, data }: MessageEvent<unknown>) => {
    // Any window can post to this one; only the frame around it is the host.
    if (source !== view.parent) return
    const message = Message.safeParse(data).data
    if (message === undefined) return
    const { id, method } = message
    if (method !== undefined) received(message, (outcome) => (id === undefined ? undefined : send({ id, ...outcome })))
    else if (id !== undefined) settle(pending, id, message)
  })
  return {
    request: (request: Request) =>
      new Promise<unknown>((resolve, reject) => {
        lastId += 1
        pending.set(lastId, { resolve, reject })
        send({ id: lastId, ...request })
      }),
    notify: (notification: Notification) => send(notification),
  }
}

function settle(pending: Map<number | string, Pending>, id: number | string, { result, error }: Message): void {
  const waiting = pending.get(id)
  pending.delete(id)
  if (error === undefined) waiting?.resolve(result)
  else waiting?.reject(new Error('the host refused'))
}
