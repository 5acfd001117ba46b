import { z } from 'zod'

import { type ChatGpt, createChatGpt, type Tool } from '../../../sandbox/chatgpt/client.ts'
import { person } from '../../../sandbox/people.ts'
import { type Sandbox, startSandbox } from '../../../sandbox/start-sandbox.ts'
import type { Persona } from '../question.ts'
import { NOW } from '../world.ts'
import { moveClock, movedClock } from './moved-clock.ts'

/** What a tool gave to the model. */
export type ToolReply = { readonly text: string; readonly isError: boolean }
/** Somebody who has signed in, with all that the client of a model learns. */
export type Seat = {
  readonly name: string
  readonly tools: readonly Tool[]
  readonly instructions: string
  readonly call: (tool: string, args: Readonly<Record<string, unknown>>) => Promise<ToolReply>
}

const discovered = z.looseObject({ instructions: z.string().optional() })

/** The sandbox at the moment of the questions, whatever the clock on the wall says. */
export function startAtNow(): Promise<Sandbox> {
  const byMs = NOW.getTime() - Date.now()
  moveClock(byMs)
  return startSandbox({ deployed: true, settings: movedClock(byMs) })
}

async function callTool(chat: ChatGpt, tool: string, args: Readonly<Record<string, unknown>>): Promise<ToolReply> {
  try {
    const { content, isError } = await chat.callTool(tool, args)
    return { text: content.map(({ text }) => text ?? '').join('\n'), isError: isError === true }
  } catch (error) {
    // A protocol error, as for a tool that does not exist: the model is told, as a client would.
    return { text: error instanceof Error ? error.message : String(error), isError: true }
  }
}

/** Signs a person in as ChatGPT does: discovery, registration, consent page, Entra, tokens. */
export async function openSeat(sandbox: Sandbox, persona: Persona): Promise<Seat> {
  const { name, upn } = person(persona)
  const chat = createChatGpt({ mcpUrl: sandbox.mcpUrl })
  await chat.connect(upn)
  const { instructions = '' } = discovered.parse(await chat.request('server/discover'))
  const tools = await chat.listTools()
  return { name, tools, instructions, call: (tool, args) => callTool(chat, tool, args) }
}
