import type { DataverseOptions } from '../../dataverse/web-api/client.ts'
import type { CreateWrites } from '../writes/create-writes.ts'
import type { Writes } from '../writes/writes.ts'
import type { RequestContext, ToolDeps } from './run-tool.ts'

/** Loaded by a tool that writes, and by no other: most calls only read. */
export async function writesFor(
  { writes, dataverse }: ToolDeps,
  made: Omit<CreateWrites, 'deps' | 'keepsSomething'>,
): Promise<Writes | undefined> {
  if (!writes) return undefined
  const { createWrites } = await import('../tools/write/making.ts')
  return createWrites({ ...made, deps: writes, keepsSomething: dataverse.hiders !== undefined })
}

/** How one call reaches Dataverse: as the person, and not beyond the call's deadline. */
export function wireFor(deps: ToolDeps, { caller, correlationId }: RequestContext, started: number): DataverseOptions {
  const deadline = started + deps.limits.toolDeadlineMs
  const { url, fetch, random, cache, turns } = deps.dataverse
  return {
    url,
    fetch,
    random,
    correlationId,
    token: caller.dataverseToken,
    takeTurn: (signal) => turns.take(caller.systemUserId, signal, deadline),
    onRemaining: (remaining) => turns.note(caller.systemUserId, remaining),
    onMetadataVersion: cache.freshness.note,
    deadline,
    now: deps.now,
  }
}
