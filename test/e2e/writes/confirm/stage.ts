import { Client, StreamableHTTPClientTransport, type ElicitResult } from '@modelcontextprotocol/client'
import * as z from 'zod'
import { CHANGE_META } from '../../../../shared/mcp/app/change/change-meta.ts'
import { createChatGpt } from '../../../sandbox/chatgpt/client.ts'
import type { App } from '../../../sandbox/functions-host/start.ts'
import type { Sandbox } from '../../../sandbox/start-sandbox.ts'
import { MARCUS, PRIYA } from '../../support/oauth.ts'

const SCOPE = 'dynamics.read dynamics.write offline_access'

/** `description` wants a person's proof everywhere. */
export const WRITING = {
  WRITES: 'on',
  WRITE_ROLES: 'Crm.Write',
  WRITE_POLICY: JSON.stringify({
    tables: {
      task: { create: ['subject', 'description'], update: ['subject', 'description'], human: ['description'] },
      account: { update: ['telephone1'] },
    },
  }),
}

export const FORM = { elicitation: { form: {} } }
export const UI = 'io.modelcontextprotocol/ui'
export const VIEWS = { extensions: { [UI]: { mimeTypes: ['text/html;profile=mcp-app'] } } }

const Call = z.object({ tool: z.string(), arguments: z.looseObject({ change: z.string() }) })
export type ReadyCall = z.output<typeof Call>
const Preview = z.looseObject({
  ready: z.boolean(),
  problems: z.array(z.looseObject({ code: z.string(), nextStep: z.string() })).optional(),
  call: Call.optional(),
})
export type Preview = z.output<typeof Preview> & { readonly forTheView?: ReadyCall; readonly told: string }

export type Result = {
  readonly isError?: boolean | undefined
  readonly structuredContent?: unknown
  readonly content?: unknown
  readonly _meta?: Record<string, unknown> | undefined
}

/** What a preview gave, to the model and to the view. */
export function previewIn(result: Result): Preview {
  const forTheView = Call.safeParse(result._meta?.[CHANGE_META]).data
  const told = JSON.stringify([result.structuredContent, result.content])
  return { ...Preview.parse(result.structuredContent), told, ...(forTheView && { forTheView }) }
}

export type Seat = {
  readonly client: Client
  /** Each sentence that the person was asked by. */
  readonly asked: string[]
  readonly preview: (args: object) => Promise<Preview>
  readonly call: (call: ReadyCall) => Promise<Result>
  readonly close: () => Promise<void>
}

/** A person at a client: the SDK's own of 2026-07-28, which asks where it is given an answer to give. */
export async function seat(
  host: Pick<App, 'url'>,
  token: string,
  { answer, capabilities = {} }: { readonly answer?: ElicitResult; readonly capabilities?: object } = {},
): Promise<Seat> {
  const asked: string[] = []
  const declared = { ...capabilities, ...(answer && FORM) }
  const client = new Client(
    { name: 'seat', version: '1' },
    { capabilities: declared, versionNegotiation: { mode: 'auto' } },
  )
  if (answer)
    client.setRequestHandler('elicitation/create', ({ params }) => {
      asked.push(params.message)
      return answer
    })
  const requestInit = { headers: { authorization: `Bearer ${token}` } }
  await client.connect(new StreamableHTTPClientTransport(new URL(`${host.url}/mcp`), { requestInit }))
  return {
    client,
    asked,
    preview: async (args) => previewIn(await client.callTool({ name: 'preview_change', arguments: { ...args } })),
    call: async (call) => await client.callTool({ name: call.tool, arguments: call.arguments }),
    close: () => client.close(),
  }
}

/** Signs in with the box ticked. @returns the access token */
export async function signIn({ mcpUrl }: Sandbox, upn: string = PRIYA): Promise<string> {
  const { tokens } = await createChatGpt({ mcpUrl }).connect(upn, { scope: SCOPE, tick: true })
  return tokens.access_token
}

type Row = Readonly<Record<string, unknown>>

/** What somebody does at Dynamics 365 itself. */
export function atDynamics({ entra, dataverse }: Sandbox, upn: string = MARCUS) {
  const send = async (method: string, path: string, body?: object): Promise<Row> => {
    const token = await entra.mintDataverseToken(upn)
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      prefer: 'return=representation',
    }
    const url = `${dataverse.url}/api/data/v9.2/${path}`
    const response = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as Row
  }
  return {
    create: (set: string, body: object) => send('POST', set, body),
    change: (set: string, id: string, body: object) => send('PATCH', `${set}(${id})`, body),
    read: (set: string, id: string) => send('GET', `${set}(${id})`),
    /** The first row of a query. */
    find: async (query: string): Promise<Row> => {
      const [row = {}] = (await send('GET', query))['value'] as readonly Row[]
      return row
    },
  }
}

/** Requests that change rows since the last reset. */
export function writesTo({ dataverse }: Sandbox): number {
  const { create, update, action } = dataverse.counters().kinds
  return create + update + action
}
