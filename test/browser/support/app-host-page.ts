import { AppBridge, type McpUiHostContext, PostMessageTransport } from '@modelcontextprotocol/ext-apps/app-bridge'
import type { CallToolResult } from '@modelcontextprotocol/client'

/** What the host lets a view do to change something. */
export type Powers = {
  /**
   * What each call of a tool is answered with, in turn; `refuses` is an error of the host's own, `waits` none at all,
   * `server` whatever `globalThis.callServer` gives.
   */
  readonly answers?: readonly (CallToolResult | 'refuses' | 'waits' | 'server')[]
  /** By what it lets the model be told. */
  readonly tells?: 'context' | 'message' | 'refuses'
}

/** What a view has asked of the host since it was shown. */
export type Heard = {
  readonly opened: readonly string[]
  /** Every call of a tool, as it came. */
  readonly called: readonly { readonly name: string; readonly arguments: Readonly<Record<string, unknown>> }[]
  /** Every word to the model, by the name of its message. */
  readonly told: readonly (readonly [
    method: string,
    params: { readonly content: readonly { readonly text: string }[] },
  ])[]
}

export type HostPage = {
  /** Resolves when the view's message `{ mark }` is there, and with it all that the view sent before. */
  readonly heard: (mark: number) => Promise<Heard>
  /** Resolves when the view has said that it is ready, and has been given the result. */
  readonly show: (
    result: CallToolResult,
    context: McpUiHostContext,
    links: 'opens' | 'refuses' | 'none',
    powers?: Powers,
  ) => Promise<void>
  /** Gives the view another result. */
  readonly again: (result: CallToolResult) => Promise<void>
  readonly change: (context: McpUiHostContext) => void
  readonly cancel: () => Promise<void>
  readonly teardown: () => Promise<unknown>
}

declare const callServer: (params: unknown) => Promise<CallToolResult>

const opened: string[] = []
const called: unknown[] = []
const told: unknown[] = []
const marks = new Map<number, PromiseWithResolvers<number>>()
let bridge: AppBridge | undefined
let current: McpUiHostContext = {}

function arrival(mark: number): PromiseWithResolvers<number> {
  const known = marks.get(mark) ?? Promise.withResolvers<number>()
  marks.set(mark, known)
  return known
}

// Before the bridge, which takes a message of another shape for a fault.
addEventListener('message', (event: MessageEvent<{ mark?: unknown } | undefined>) => {
  const mark = event.data?.mark
  if (typeof mark !== 'number') return
  event.stopImmediatePropagation()
  arrival(mark).resolve(mark)
})

async function show(...[result, context, links, powers]: Parameters<HostPage['show']>): Promise<void> {
  const frame = document.createElement('iframe')
  frame.setAttribute('sandbox', 'allow-scripts')
  frame.title = 'Report'
  document.body.replaceChildren(frame)
  const view = frame.contentWindow
  if (!view) throw new Error('the frame has no window')
  current = context
  opened.length = 0
  called.length = 0
  told.length = 0
  const capabilities = { ...(links !== 'none' && { openLinks: {} }), ...capabilitiesOf(powers) }
  const host = new AppBridge(null, { name: 'host', version: '1' }, capabilities, { hostContext: context })
  bridge = host
  host.onopenlink = ({ url }) => {
    opened.push(url)
    return Promise.resolve(links === 'refuses' ? { isError: true } : {})
  }
  empower(host, powers)
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

function capabilitiesOf({ answers, tells }: Powers = {}) {
  return {
    ...(answers && { serverTools: {} }),
    ...((tells === 'context' || tells === 'refuses') && { updateModelContext: { text: {} } }),
    ...(tells === 'message' && { message: { text: {} } }),
  }
}

function empower(host: AppBridge, { answers, tells }: Powers = {}): void {
  const left = [...(answers ?? [])]
  host.oncalltool = async (params) => {
    called.push(params)
    const answer = left.shift()
    if (answer === 'server') return await callServer(params)
    if (answer === 'waits') return await new Promise(() => undefined)
    if (answer === undefined || answer === 'refuses') throw new Error('the host made no call')
    return answer
  }
  host.onupdatemodelcontext = (params) => {
    told.push(['ui/update-model-context', params])
    return tells === 'refuses' ? Promise.reject(new Error('no')) : Promise.resolve({})
  }
  host.onmessage = (params) => {
    told.push(['ui/message', params])
    return Promise.resolve({})
  }
}

const page: HostPage = {
  heard: async (mark) => {
    await arrival(mark).promise
    // As they came: what a view sends is looked at by the test.
    return { opened, called, told } as Heard
  },
  show,
  again: async (result) => await bridge?.sendToolResult(result),
  change: (context) => {
    current = { ...current, ...context }
    bridge?.setHostContext(current)
  },
  cancel: async () => await bridge?.sendToolCancelled({}),
  teardown: async () => await bridge?.teardownResource({}),
}
Object.assign(globalThis, { host: page })
