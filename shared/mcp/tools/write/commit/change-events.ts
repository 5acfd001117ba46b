import type { ChangeArguments, WriteTool } from '../../../../dataverse/change/model.ts'
import type { OpenedChange, Proof } from '../../../../dataverse/change/token/change-tokens.ts'
import type { Done } from '../../../../dataverse/change/writer/outcome.ts'
import { DataverseTokenRefused, QueryError } from '../../../../dataverse/errors.ts'
import type { EventFields } from '../../../../telemetry/events.ts'
import { effortOf } from '../../../audit/call-event.ts'
import { LimitReached } from '../../../limits/limit-reached.ts'
import type { ToolContext } from '../../../tool/tool.ts'
import type { Writes } from '../../../writes/writes.ts'

/** Tells what becomes of one change; names and ids alone, and nothing of an argument before its token has shown it ours. */
export type Teller = {
  readonly opened: (args: ChangeArguments, opened: OpenedChange) => void
  /** Right before the request leaves: one that nothing follows is a worker that died. */
  readonly attempted: (by: Proof) => void
  readonly applied: (done: Done) => void
  readonly declined: () => void
  readonly failed: (error: unknown) => void
  readonly isSent: () => boolean
}

const MOST_COLUMNS = 30

export function createTeller(
  tool: WriteTool,
  { writes, dataverse, now }: Pick<ToolContext, 'dataverse' | 'now'> & { readonly writes: Writes },
): Teller {
  const started = now()
  let isSent = false
  let about: EventFields = { tool, operation: tool.replace(/_record$/, '') }
  const tell = (name: Parameters<Writes['tell']>[0], fields: EventFields): void => {
    const { dataverseRequests = 0 } = effortOf(dataverse, writes.writer)
    writes.tell(name, { ...about, ...fields, dataverseRequests, durationMs: Math.round(now() - started) })
  }
  return {
    isSent: () => isSent,
    opened: (args, opened) => void (about = { ...about, ...aboutOf(args, opened) }),
    attempted: (confirmation) => {
      isSent = true
      about = { ...about, confirmation }
      writes.tell('change.attempted', about)
    },
    applied: ({ id, status, already }) =>
      tell('change.applied', {
        recordId: id,
        outcome: 'ok',
        ...(status !== undefined && { status }),
        ...(already && { replayed: 'yes' }),
      }),
    declined: () => tell('change.declined', { outcome: 'refused', confirmation: 'elicitation' }),
    failed: (error) => {
      const code = codeOf(error)
      const isUnknown = code === 'outcome_unknown' || (code === 'server_error' && isSent)
      tell(isUnknown ? 'change.unknown' : 'change.refused', { outcome: isUnknown ? 'error' : 'refused', code })
    },
  }
}

function aboutOf({ entity, id, changes }: ChangeArguments, opened: OpenedChange): EventFields {
  const { changeId, bodyHash, acceptsDuplicates } = opened
  return {
    entity,
    recordId: id ?? changeId,
    columns: changes
      .slice(0, MOST_COLUMNS)
      .map(({ column }) => column)
      .join(','),
    changeId,
    bodyHash: Buffer.from(bodyHash).toString('hex'),
    ...(acceptsDuplicates && { duplicatesAccepted: 'yes' }),
  }
}

function codeOf(error: unknown): string {
  if (error instanceof QueryError || error instanceof LimitReached) return error.code
  return error instanceof DataverseTokenRefused ? 'invalid_token' : 'server_error'
}
