import { briefing } from '../runner/briefing.ts'
import type { Seat, ToolReply } from '../runner/stage.ts'
import type { Complete, Message, ToolCall } from './chat.ts'
import { functionTools } from './tools.ts'

export type Call = { readonly tool: string; readonly arguments: Readonly<Record<string, unknown>> }
export type Conversation = {
  /** The model's last words; empty when it was still asking for tools at the end of its turns. */
  readonly answer: string
  readonly calls: readonly Call[]
  /** Of all that the tools gave to the model, UTF-8. */
  readonly bytes: number
  /** How many calls ended in an error. */
  readonly errors: number
}

function argumentsOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text === '' ? '{}' : text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

type Done = { readonly call: Call; readonly reply: ToolReply; readonly message: Message }

async function perform(seat: Seat, { id, function: asked }: ToolCall): Promise<Done> {
  const args = argumentsOf(asked.arguments)
  const reply = args
    ? await seat.call(asked.name, args)
    : { text: 'The arguments were not a JSON object.', isError: true }
  return {
    call: { tool: asked.name, arguments: args ?? { malformed: asked.arguments } },
    reply,
    message: { role: 'tool', tool_call_id: id, content: reply.text },
  }
}

/** Asks a model one question and runs the tools that it calls, until it answers or its turns are used up. */
export async function converse(complete: Complete, seat: Seat, ask: string, mostTurns: number): Promise<Conversation> {
  const tools = functionTools(seat.tools)
  const messages: Message[] = [
    { role: 'system', content: briefing(seat) },
    { role: 'user', content: ask },
  ]
  const done: Done[] = []
  const result = (answer: string): Conversation => ({
    answer,
    calls: done.map(({ call }) => call),
    bytes: done.reduce((sum, { reply }) => sum + Buffer.byteLength(reply.text), 0),
    errors: done.filter(({ reply }) => reply.isError).length,
  })
  for (let turn = 0; turn < mostTurns; turn++) {
    const { text, toolCalls } = await complete(messages, tools)
    if (toolCalls.length === 0) return result(text)
    messages.push({ role: 'assistant', content: text === '' ? null : text, tool_calls: toolCalls })
    for (const toolCall of toolCalls) {
      const one = await perform(seat, toolCall)
      done.push(one)
      messages.push(one.message)
    }
  }
  return result('')
}
