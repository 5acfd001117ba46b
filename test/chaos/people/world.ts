import { AuthorizationError } from '../../sandbox/chatgpt/authorize.ts'
import { StepError } from '../../sandbox/chatgpt/wire.ts'
import type { Edge } from '../instances/edge.ts'
import type { Tally } from '../report/tally.ts'
import type { Pace } from './pace.ts'

/** What a person or a stranger lives in. */
export type World = {
  readonly edge: Pick<Edge, 'url' | 'loseAnswerTo'>
  readonly tally: Tally
  readonly pace: Pace
  /** Whole numbers from 0 up to, not including, `below`. */
  readonly random: (below: number) => number
  /** Milliseconds from the start. */
  readonly now: () => number
  /** The run has come to its end: finish what must be finished. */
  readonly over: () => boolean
  /** Nothing may start any more. */
  readonly stopped: () => boolean
  /** When Entra was last told to end somebody's sessions. */
  readonly sessionsEndedAt: (upn: string) => number | undefined
}

export const WIRE = { userAgent: 'openai-mcp/1.0.0' }
export const mcpUrlOf = ({ edge }: Pick<World, 'edge'>): string => `${edge.url}/mcp`

/** `refused`: the app said no, in its words. `failed`: no answer, or none that the client can read. */
export type Attempt<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'refused'; readonly status: number; readonly code: string }
  | { readonly kind: 'failed'; readonly why: string }

function codeIn(body: string): string {
  try {
    const { error } = JSON.parse(body) as { error?: unknown }
    return typeof error === 'string' ? error : 'other'
  } catch {
    return 'other'
  }
}

/** Takes a turn, does something, and says how it ended; never rejects. */
export async function attempt<T>({ pace }: World, work: () => Promise<T>): Promise<Attempt<T>> {
  await pace.turn()
  try {
    return { kind: 'done', value: await work() }
  } catch (error) {
    if (error instanceof StepError) return { kind: 'refused', status: error.status, code: codeIn(error.body) }
    if (error instanceof AuthorizationError) return { kind: 'refused', status: 302, code: error.code }
    return { kind: 'failed', why: error instanceof Error ? error.message : String(error) }
  }
}
