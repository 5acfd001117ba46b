import type {
  McpUiInitializeRequest,
  McpUiMessageRequest,
  McpUiSizeChangedNotification,
  McpUiUpdateModelContextRequest,
} from '@modelcontextprotocol/ext-apps'
import * as z from 'zod/mini'
import { channel, type HostEvents, take } from '../host.ts'
import type { Call } from './change.ts'

/** What the frame around the view of a change offers it. */
export type ChangeHost = {
  readonly canCallTools: boolean
  readonly canOpenLinks: boolean
  /** @returns the tool's result; `undefined` where the host gave none, though the call may have been made */
  readonly call: (call: Call) => Promise<unknown>
  /** Tells the model, by whichever means the host has. @returns whether it was told */
  readonly tellModel: (text: string) => Promise<boolean>
  readonly openLink: (url: string) => Promise<boolean>
  readonly sizeChanged: (size: McpUiSizeChangedNotification['params']) => void
}

const can = z.optional(z.unknown())
const Initialized = z.object({
  hostContext: z.catch(z.record(z.string(), z.unknown()), {}),
  hostCapabilities: z.catch(z.object({ serverTools: can, openLinks: can, updateModelContext: can, message: can }), {}),
})
const Taken = z.object({ isError: z.optional(z.boolean()) })

/** @see https://github.com/modelcontextprotocol/ext-apps/blob/main/specification/2026-01-26/apps.mdx */
export async function connectChangeHost(view: Window, events: HostEvents): Promise<ChangeHost> {
  const { request, notify } = channel(view, (message, answer) => take(message, events, answer))
  const params: McpUiInitializeRequest['params'] = {
    appInfo: { name: 'change-view', version: '1.0.0' },
    appCapabilities: { availableDisplayModes: ['inline'] },
    protocolVersion: '2026-01-26',
  }
  const { hostContext, hostCapabilities } = Initialized.parse(await request({ method: 'ui/initialize', params }))
  events.context(hostContext)
  notify({ method: 'ui/notifications/initialized', params: {} })
  const isTaken = async (asked: Parameters<typeof request>[0]): Promise<boolean> => {
    const answer = await request(asked).catch(() => ({ isError: true }))
    return Taken.safeParse(answer).data?.isError !== true
  }
  return {
    canCallTools: hostCapabilities.serverTools !== undefined,
    canOpenLinks: hostCapabilities.openLinks !== undefined,
    call: async ({ tool, arguments: args }) =>
      await request({ method: 'tools/call', params: { name: tool, arguments: args } }).catch(() => undefined),
    tellModel: async (text) => {
      const content = [{ type: 'text' as const, text }]
      const context: McpUiUpdateModelContextRequest = { method: 'ui/update-model-context', params: { content } }
      if (hostCapabilities.updateModelContext !== undefined) return await isTaken(context)
      const said: McpUiMessageRequest = { method: 'ui/message', params: { role: 'user', content } }
      return hostCapabilities.message !== undefined && (await isTaken(said))
    },
    openLink: async (url) => await isTaken({ method: 'ui/open-link', params: { url } }),
    sizeChanged: (size) => notify({ method: 'ui/notifications/size-changed', params: size }),
  }
}
