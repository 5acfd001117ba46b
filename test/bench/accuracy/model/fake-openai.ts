import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { z } from 'zod'

/** What the fake model says next, from all that was said: it calls tools or gives its last words. */
export type Script = (messages: readonly Said[]) => {
  readonly text?: string
  readonly calls?: readonly { readonly name: string; readonly arguments: string }[]
}
/** A status and headers in place of an answer. */
export type Trouble = { readonly status: number; readonly headers?: Readonly<Record<string, string>> }

const callSchema = z.object({
  id: z.string(),
  type: z.literal('function'),
  function: z.object({ name: z.string(), arguments: z.string() }),
})
const saidSchema = z.object({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
  content: z.string().nullish(),
  tool_calls: z.array(callSchema).min(1).optional(),
  tool_call_id: z.string().optional(),
})
export type Said = z.infer<typeof saidSchema>
const requestSchema = z.object({
  model: z.string().min(1),
  messages: z.array(saidSchema).min(1),
  tools: z.array(z.object({ type: z.literal('function'), function: z.record(z.string(), z.unknown()) })).max(128),
})
type Schema = Readonly<Record<string, unknown>>

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** @see https://github.com/nspady/google-calendar-mcp/issues/39 */
const TOP_LEVEL = ['oneOf', 'anyOf', 'allOf', 'enum', 'not']

/** @see https://github.com/apify/apify-mcp-server/issues/36 an array has to say of what */
function faultIn(schema: Schema, context: string): string | undefined {
  if (schema['type'] === 'array' && !isSchema(schema['items']))
    return `In context=(${context}), array schema missing items.`
  const inner = Object.entries(schema).flatMap(([name, value]) => {
    if (isSchema(value)) return [[name, value] as const]
    return Array.isArray(value) ? value.filter(isSchema).map((one) => [name, one] as const) : []
  })
  return inner.map(([name, value]) => faultIn(value, `${context}, '${name}'`)).find((fault) => fault !== undefined)
}

function faultOfTool(tool: Schema, at: number): string | undefined {
  const { name, parameters, description } = tool
  // @see https://github.com/vercel/ai/issues/1972; the length: https://platform.openai.com/docs/api-reference/chat/create
  if (typeof name !== 'string' || !/^[a-zA-Z0-9_-]{1,64}$/.test(name))
    return `Invalid 'tools[${at}].function.name': string does not match pattern.`
  if (description !== undefined && typeof description !== 'string')
    return `Invalid 'tools[${at}].function.description'.`
  if (parameters === undefined) return undefined
  const where = `Invalid schema for function '${name}': `
  // @see https://github.com/chatanywhere/GPT_API_free/issues/403
  if (!isSchema(parameters) || parameters['type'] !== 'object') return `${where}schema must be of type "object".`
  // @see https://github.com/tailcallhq/forgecode/issues/1359
  if (!isSchema(parameters['properties'])) return `${where}object schema missing properties.`
  if (TOP_LEVEL.some((word) => word in parameters)) return `${where}schema must not have 'oneOf'… at the top level.`
  const fault = faultIn(parameters, `'parameters'`)
  return fault === undefined ? undefined : where + fault
}

/**
 * Each call has to be answered at once, and nothing else be.
 * @see https://github.com/openai/openai-go/issues/43 and https://github.com/QwenLM/qwen-code/issues/606
 */
function faultOfOrder(messages: readonly Said[]): string | undefined {
  let waiting = new Set<string>()
  for (const { role, tool_calls: calls, tool_call_id: id } of messages) {
    if (role === 'tool') {
      if (id === undefined || !waiting.delete(id))
        return "messages with role 'tool' must be a response to 'tool_calls'."
      continue
    }
    if (waiting.size > 0) return `'tool_calls' must be followed by tool messages: ${[...waiting].join()} had none.`
    if (calls && role !== 'assistant') return "only the role 'assistant' has 'tool_calls'."
    waiting = new Set(calls?.map((call) => call.id))
  }
  return waiting.size > 0
    ? `'tool_calls' must be followed by tool messages: ${[...waiting].join()} had none.`
    : undefined
}

/** Why the real API would refuse a request; undefined for one that it takes. */
export function refusalOf(body: unknown): string | undefined {
  const { data, error } = requestSchema.safeParse(body)
  if (!data) return error.message
  const names = data.tools.map((tool) => tool.function['name'])
  if (new Set(names).size < names.length) return 'Tool names must be unique.'
  const faults = data.tools.map((tool, at) => faultOfTool(tool.function, at))
  return faults.find((fault) => fault !== undefined) ?? faultOfOrder(data.messages)
}

type Answered = { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body: unknown }

/** A chat API on 127.0.0.1 that refuses what the real one refuses, and says what a script has it say. */
export async function startFakeOpenAi({ script, key }: { readonly script: Script; readonly key?: string }) {
  const troubles: Trouble[] = []
  const requests: { readonly headers: IncomingHttpHeaders; readonly refusal: string | undefined }[] = []
  const answer = (headers: IncomingHttpHeaders, body: unknown): Answered => {
    const trouble = troubles.shift()
    if (trouble) return { ...trouble, body: { error: { message: 'Try again.' } } }
    if (key !== undefined && headers.authorization !== `Bearer ${key}`)
      return { status: 401, body: { error: { message: 'Incorrect API key provided.' } } }
    const refusal = refusalOf(body)
    requests.push({ headers, refusal })
    if (refusal !== undefined) return { status: 400, body: { error: { message: refusal } } }
    const { messages } = requestSchema.parse(body)
    const { text = null, calls = [] } = script(messages)
    const made = calls.map((call, at) => ({ id: `call_${messages.length}_${at}`, type: 'function', function: call }))
    const message = { role: 'assistant', content: text, ...(made.length > 0 && { tool_calls: made }) }
    const finish = made.length > 0 ? 'tool_calls' : 'stop'
    return {
      status: 200,
      body: { id: 'chatcmpl-1', object: 'chat.completion', choices: [{ index: 0, message, finish_reason: finish }] },
    }
  }
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await json(request)
    const found = request.url === '/v1/chat/completions' && request.method === 'POST'
    const {
      status,
      headers,
      body: reply,
    } = found ? answer(request.headers, body) : { status: 404, headers: {}, body: { error: { message: 'Not Found' } } }
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(reply))
  }
  const server = createServer((request, response) => {
    void serve(request, response).catch(() => request.socket.destroy())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    /** Answers the next request so, and no other. */
    trouble: (next: Trouble) => void troubles.push(next),
    close: async (): Promise<void> => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
