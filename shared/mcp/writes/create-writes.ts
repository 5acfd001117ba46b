import { createChangeTokens } from '../../dataverse/change/token/create-change-tokens.ts'
import { createWriter } from '../../dataverse/change/writer/writer.ts'
import { QueryError } from '../../dataverse/errors.ts'
import { withoutWords } from '../../dataverse/hiding/without-words.ts'
import type { DataverseOptions } from '../../dataverse/web-api/client.ts'
import type { RequestContext } from '../tool/run-tool.ts'
import type { ToolContext } from '../tool/tool.ts'
import { idsOf } from '../audit/call-event.ts'
import { createConfirm } from './confirm/confirm.ts'
import { meansOf } from './confirm/means.ts'
import { proofBy } from './confirm/proof.ts'
import { mayNotWrite } from './gate.ts'
import type { WriteDeps } from './write-deps.ts'
import type { Writes } from './writes.ts'

export type CreateWrites = {
  readonly deps: WriteDeps
  readonly requestContext: RequestContext
  readonly context: ToolContext
  /** Of the person's own client for reads: what is written goes the same way. */
  readonly wire: DataverseOptions
  readonly keepsSomething: boolean
}

/** What was sent may still be on its way: it is looked for at once, and twice more. */
const CHECK_AFTER_MS = [250, 1_500, 3_000]

/** What one call of one person writes with; loaded by the first call that writes. */
export function createWrites({ deps, requestContext, context, wire, keepsSomething }: CreateWrites): Writes {
  const { caller, message, audit, correlationId } = requestContext
  const { policy, confirmation, changeKey: key, random, checkAfterMs = CHECK_AFTER_MS } = deps
  const { dataverse, metadata, namedRows, dataverseUrl, now } = context
  const means = meansOf(message)
  const writable = metadata.writable
  return {
    change: { dataverse, metadata, namedRows, writable, policy, dataverseUrl, now },
    tokens: createChangeTokens({ key, holder: caller, now, random }),
    writer: createWriter(wire, keepsSomething ? withoutWords : undefined),
    checkAfterMs,
    keepsSomething,
    correlationId,
    requireRight: () => {
      if (mayNotWrite(caller, deps) !== undefined) throw notAllowed()
    },
    proofFor: proofBy(confirmation, means),
    confirm: createConfirm({ confirmation, means, message, key, answerer: caller }),
    count: () => deps.count(caller),
    tell: (name, fields) => audit({ name, ...idsOf(requestContext), ...fields }),
  }
}

function notAllowed(): QueryError {
  return new QueryError(
    'write_not_allowed',
    'This person may not create or change records through this connection; nothing was written.',
    'Tell the person that an administrator gives that right; once it is given, they connect again.',
  )
}
