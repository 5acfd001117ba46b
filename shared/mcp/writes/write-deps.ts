import type { WritePolicy } from '../../config/writes/policy.ts'
import type { Caller } from '../../grants/caller.ts'
import type { Tool } from '../tool/tool.ts'

/** What `/mcp` has where records may be written; absent where nothing may be. */
export type WriteDeps = {
  readonly policy: WritePolicy
  readonly confirmation: 'host' | 'human'
  /** All that a tool which writes asks of a grant, between blanks. */
  readonly scope: string
  /** The tools that write, read when one is listed or called. */
  readonly tools: () => Promise<readonly Tool[]>
  /** Counts one write of a person. @throws LimitReached, and then it is not counted */
  readonly count: (caller: Caller) => void
}
