import { timingSafeEqual } from 'node:crypto'
import type { ChangeArguments, Duplicate, WriteRequest } from '../../../../dataverse/change/model.ts'
import type { Operation } from '../../../../dataverse/change/operation.ts'
import { previewAgain } from '../../../../dataverse/change/plan/body.ts'
import { duplicatesOf } from '../../../../dataverse/change/plan/duplicates.ts'
import type { OpenedChange } from '../../../../dataverse/change/token/change-tokens.ts'
import { stillOpen } from '../../../../dataverse/change/policy/still-open.ts'
import { applyChange } from '../../../../dataverse/change/writer/apply-change.ts'
import type { Done, Outcome } from '../../../../dataverse/change/writer/outcome.ts'
import { DataverseError, DataverseTokenRefused, QueryError } from '../../../../dataverse/errors.ts'
import type { ToolContext, ToolOutcome, ToolQuestion } from '../../../tool/tool.ts'
import { declinedOutcome } from '../../../writes/confirm/declined.ts'
import { questionOf } from '../../../writes/confirm/question.ts'
import type { Writes } from '../../../writes/writes.ts'
import { bareAnswer, changeAnswer } from './change-answer.ts'
import { changedMeanwhile } from './changed-meanwhile.ts'
import { gone, isOfDuplicates, notDone, refusalOf, unknownOutcome, unsent } from './change-refusal.ts'
import { createTeller, type Teller } from './change-events.ts'
import { previewError } from './preview-call.ts'

export type GivenChange = { readonly args: ChangeArguments; readonly change: string }

/**
 * Makes a change that was previewed, and tells every way in which it can end.
 * @throws QueryError, DataverseTokenRefused, LimitReached: nothing was written, but for `outcome_unknown`
 */
export async function commitChange(
  operation: Operation,
  given: GivenChange,
  context: ToolContext & { readonly writes: Writes },
): Promise<ToolOutcome | ToolQuestion> {
  const teller = createTeller(operation.tool, context)
  try {
    return await commit(operation, given, context, teller)
  } catch (error) {
    // Of a read before anything was sent: what reads are advised would lead nowhere.
    const told = error instanceof DataverseError && !teller.isSent() ? unsent(error) : error
    teller.failed(told)
    throw told
  }
}

async function commit(
  operation: Operation,
  { args, change }: GivenChange,
  context: ToolContext & { readonly writes: Writes },
  teller: Teller,
): Promise<ToolOutcome | ToolQuestion> {
  const { writes } = context
  writes.requireRight()
  const opened = await openedBy(operation, { args, change }, writes)
  context.about({ entity: args.entity })
  teller.opened(args, opened)
  const { human } = await stillOpen(operation.uses(args), writes.change)
  const request = await operation.request(args, writes.change)
  if (!timingSafeEqual(await writes.tokens.hashOf(request), opened.bodyHash)) throw previewAgain()
  const confirmed = await writes.confirm(opened, questionOf(operation.tool, args), human)
  if (confirmed.kind === 'ask') return { ask: confirmed.result }
  if (confirmed.kind === 'declined') {
    teller.declined()
    return declinedOutcome()
  }
  let takeBack = (): void => undefined
  const outcome = await applyChange({
    operation,
    args,
    request,
    opened,
    context: writes.change,
    writer: writes.writer,
    now: context.now,
    deadline: context.deadline,
    checkAfterMs: writes.checkAfterMs,
    readsBack: writes.keepsSomething,
    beforeSending: () => {
      takeBack = writes.count()
      teller.attempted(confirmed.by)
    },
  })
  if (outcome.kind !== 'done') throw await refusal(outcome, { operation, args, request }, writes)
  if (outcome.already) takeBack()
  teller.applied(outcome)
  return await answered({ operation, args, request }, outcome, writes)
}

/** What was done is said to be, also where nothing more can be read about it. */
async function answered(committing: Committing, done: Done, writes: Writes): Promise<ToolOutcome> {
  try {
    return await changeAnswer(committing, done, writes)
  } catch (error) {
    if (error instanceof DataverseError || error instanceof DataverseTokenRefused)
      return bareAnswer(committing, done, writes)
    throw error
  }
}

async function openedBy({ tool }: Operation, { args, change }: GivenChange, { tokens }: Writes): Promise<OpenedChange> {
  try {
    return await tokens.open(change, tool, args)
  } catch (error) {
    throw error instanceof QueryError ? previewError(error.code, error.message, tool, args) : error
  }
}

type Committing = { readonly operation: Operation; readonly args: ChangeArguments; readonly request: WriteRequest }

async function refusal(
  outcome: Exclude<Outcome, { readonly kind: 'done' }>,
  { operation: { tool }, args, request }: Committing,
  { change: context, correlationId }: Writes,
): Promise<QueryError> {
  switch (outcome.kind) {
    case 'changed':
      return await changedMeanwhile({ tool, args, request, row: outcome.row }, context)
    case 'gone':
      return gone(args)
    case 'unsent':
      return unsent(outcome.error)
    case 'not-done':
      return notDone()
    case 'unknown':
      return unknownOutcome()
    case 'refused':
      return refusalOf(outcome.error, {
        tool,
        args,
        table: await context.metadata.table(request.entity),
        correlationId,
        ...(isOfDuplicates(outcome.error) && { alike: await alikeTo(request, context) }),
      })
  }
}

/** That a change was refused is said, also where what it is like cannot be read. */
async function alikeTo(request: WriteRequest, context: Writes['change']): Promise<readonly Duplicate[]> {
  const { entity, body } = request
  const own = request.kind === 'create' ? {} : { id: request.id }
  try {
    return (await duplicatesOf({ entity, body, ...own }, context)).duplicates
  } catch (error) {
    if (error instanceof DataverseError || error instanceof DataverseTokenRefused) return []
    throw error
  }
}
