import type { WritePolicy } from '../../config/writes/policy.ts'
import type { Caller } from '../../grants/caller.ts'
import type { Random } from '../../tokens/token.ts'
import type { Tool } from '../tool/tool.ts'

/** What `/mcp` has where records may be written; absent where nothing may be. */
export type WriteDeps = {
  readonly policy: WritePolicy
  readonly confirmation: 'host' | 'human'
  /** All that a tool which writes asks of a grant, between blanks. */
  readonly scope: string
  /** The tools that write, read when one is listed or called. */
  readonly tools: () => Promise<readonly Tool[]>
  /** Signs changes, and nothing else; 32 bytes that all instances share. */
  readonly changeKey: () => Promise<Uint8Array>
  readonly random: Random
  /** Milliseconds before each look at a row where no answer came; the usual ones where nothing is said. */
  readonly checkAfterMs?: readonly number[]
  /** Counts one write of a person, and gives what takes that back. @throws LimitReached, and then it is not counted */
  readonly count: (caller: Caller) => () => void
}
