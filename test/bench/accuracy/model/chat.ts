import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'

import type { FunctionTool } from './tools.ts'

const toolCallSchema = z.looseObject({
  id: z.string(),
  type: z.literal('function'),
  function: z.looseObject({ name: z.string(), arguments: z.string() }),
})
const replySchema = z.looseObject({
  choices: z
    .array(
      z.looseObject({
        finish_reason: z.string().nullish(),
        message: z.looseObject({
          role: z.literal('assistant'),
          content: z.string().nullish(),
          refusal: z.string().nullish(),
          tool_calls: z.array(toolCallSchema).nullish(),
        }),
      }),
    )
    .min(1),
})
const problemSchema = z.looseObject({ error: z.looseObject({ message: z.string() }) })

export type ToolCall = z.infer<typeof toolCallSchema>
export type Message =
  | { readonly role: 'system' | 'user'; readonly content: string }
  | { readonly role: 'assistant'; readonly content: string | null; readonly tool_calls?: readonly ToolCall[] }
  | { readonly role: 'tool'; readonly tool_call_id: string; readonly content: string }
export type Turn = { readonly text: string; readonly toolCalls: readonly ToolCall[] }
export type Complete = (messages: readonly Message[], tools: readonly FunctionTool[]) => Promise<Turn>

export type ChatOptions = {
  /** The API's address up to `/chat/completions`, such as `https://api.openai.com/v1`. */
  readonly url: string
  readonly model: string
  /** None for a server of one's own that asks for none. */
  readonly apiKey?: string
  /** Of one request, in milliseconds. */
  readonly timeoutMs: number
  /** How often a request is made again after 429, 5xx or a broken connection. */
  readonly retries: number
}

/** The model's server refused a request; trying again would not help. */
export class ChatError extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.name = 'ChatError'
    this.status = status
  }
}

const PAUSE_MS = 500
const LONGEST_PAUSE_MS = 60_000

/** Seconds of `Retry-After`, else twice as long each time. */
function pauseOf(response: Response | undefined, attempt: number): number {
  const seconds = Number(response?.headers.get('retry-after') ?? Number.NaN)
  return Math.min(LONGEST_PAUSE_MS, Number.isFinite(seconds) ? seconds * 1000 : PAUSE_MS * 2 ** attempt)
}

async function post(options: ChatOptions, body: string): Promise<Response> {
  const { url, apiKey, timeoutMs } = options
  return fetch(`${url.replace(/\/$/, '')}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }) },
    body,
    signal: AbortSignal.timeout(timeoutMs),
  })
}

/** @throws ChatError at once for what the server refuses, and after the retries for what it fails at */
async function insist(options: ChatOptions, body: string): Promise<unknown> {
  for (let attempt = 0; ; attempt++) {
    let broken = ''
    const response = await post(options, body).catch((error: unknown) => {
      broken = reasonOf(error)
      return undefined
    })
    if (response?.ok) return response.json()
    const text = (await response?.text()) ?? ''
    const status = response?.status ?? 0
    const mayPass = !response || status === 429 || status >= 500
    if (!mayPass || attempt >= options.retries)
      throw new ChatError(status, broken || problemIn(text) || `HTTP ${status}`)
    await wait(pauseOf(response, attempt))
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}

function problemIn(text: string): string {
  try {
    return problemSchema.parse(JSON.parse(text)).error.message
  } catch {
    return text.slice(0, 300)
  }
}

/** One model behind an OpenAI-compatible address. */
export function createChat(options: ChatOptions): Complete {
  return async (messages, tools) => {
    const reply = await insist(options, JSON.stringify({ model: options.model, messages, tools }))
    const { data, error } = replySchema.safeParse(reply)
    const message = data?.choices[0]?.message
    if (!message) throw new ChatError(200, `not the answer of a chat API: ${error?.message ?? ''}`)
    return { text: message.content ?? message.refusal ?? '', toolCalls: message.tool_calls ?? [] }
  }
}
