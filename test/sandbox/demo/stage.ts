import { type ChatGpt, createChatGpt, type ToolResult } from '../chatgpt/client.ts'
import { type Person, person } from '../people.ts'
import type { Sandbox } from '../start-sandbox.ts'
import { type Row, type Rows, rowsOf } from './answers.ts'
import type { Transcript } from './transcript.ts'

/** Somebody who has connected. */
export type Visitor = Person & { readonly first: string; readonly chat: ChatGpt }

export type Stage = {
  readonly sandbox: Sandbox
  readonly print: Transcript
  /** Prints and keeps a claim that holds. @throws Error for one that does not */
  readonly prove: (claim: string, holds: boolean) => void
  readonly proven: readonly string[]
}

export function createStage(sandbox: Sandbox, print: Transcript): Stage {
  const proven: string[] = []
  const prove = (claim: string, holds: boolean) => {
    if (!holds) throw new Error(`this did not hold: ${claim}`)
    proven.push(claim)
    print.proven(claim)
  }
  return { sandbox, print, prove, proven }
}

/** A ChatGPT that knows nothing but the address, and a person who signs in. */
export async function connect({ sandbox, print }: Stage, persona: Person['persona']): Promise<Visitor> {
  const who = person(persona)
  const chat = createChatGpt({ mcpUrl: sandbox.mcpUrl, onStep: print.step })
  print.heading(`${who.name}, ${who.persona}, adds the server to ChatGPT and signs in`)
  await chat.connect(who.upn)
  return { ...who, first: who.name.split(' ')[0] ?? who.name, chat }
}

/** @throws Error with the tool's own words when it answers with an error */
export async function call(visitor: Visitor, tool: string, args: Record<string, unknown> = {}): Promise<ToolResult> {
  const result = await visitor.chat.callTool(tool, args)
  if (result.isError) throw new Error(`${tool} for ${visitor.name}: ${result.content[0]?.text ?? 'no reason given'}`)
  return result
}

const MOST_PAGES = 20

/** All rows of a query, page after page as a model would go on with the cursor. */
export async function callForAllRows(visitor: Visitor, args: Record<string, unknown>): Promise<Rows['rows']> {
  const rows: Row[] = []
  let next: Record<string, unknown> = args
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = rowsOf(await call(visitor, 'query_crm', next))
    rows.push(...answer.rows)
    if (answer.cursor === undefined) return rows
    next = { entity: args.entity, cursor: answer.cursor }
  }
  throw new Error(`more than ${MOST_PAGES} pages`)
}

/** Requests that Dataverse and Entra have received so far. */
export function upstreamRequests({ sandbox }: Stage): { readonly dataverse: number; readonly entra: number } {
  const entra = Object.values(sandbox.entra.counters()).reduce((sum, count) => sum + count, 0)
  return { dataverse: sandbox.dataverse.counters().total, entra }
}
