import { QueryError } from '../../../dataverse/errors.ts'
import type { AskedOperation, Plan, Problem, WriteTool } from '../../../dataverse/change/model.ts'
import { newlyUnmatched } from '../../../dataverse/change/policy/policy-watch.ts'
import { operationOf } from '../../../dataverse/change/operations/registry.ts'
import { cutText } from '../../../dataverse/change/values/shown-value.ts'
import { findReference } from '../../../dataverse/records/record-reference.ts'
import type { RecordsRead } from '../../../dataverse/records/records-read.ts'
import { visibleTexts } from '../../../dataverse/records/visible-text.ts'
import type { ToolContext, ToolOutcome } from '../../tool/tool.ts'
import { givenCall, type GivenCall } from '../../writes/confirm/given-call.ts'
import type { Writes } from '../../writes/writes.ts'
import type { Preview, PreviewArguments } from './preview-change.ts'
import { previewText } from './preview-text.ts'

const MOST_TOLD = 30

/** One preview: planned, and sealed where nothing stands in its way. */
export async function runPreview(args: PreviewArguments, context: ToolContext): Promise<ToolOutcome<Preview>> {
  const { writes } = context
  if (!writes)
    throw new QueryError(
      'writes_off',
      'Nothing is written by this connector.',
      'Say so; an administrator decides that.',
    )
  const asked = askedOf(args, context)
  const operation = operationOf(asked.tool)
  const plan = visibleTexts(await operation.plan(asked, writes.change))
  tellUnmatched(writes)
  const ready = plan.problems.length > 0 ? { problems: plan.problems } : await sealed(plan, writes)
  const problems = 'problems' in ready ? ready.problems : []
  writes.tell('change.previewed', {
    operation: plan.tool.replace('_record', ''),
    entity: plan.entity.name,
    ...(plan.arguments.id !== undefined && { recordId: plan.arguments.id }),
    columns: plan.arguments.changes
      .slice(0, MOST_TOLD)
      .map(({ column }) => column)
      .join(','),
    outcome: problems.length === 0 ? 'ok' : 'refused',
    ...(problems.length > 0 && { code: [...new Set(problems.map(({ code }) => code))].join(',') }),
    ...(!('problems' in ready) && { changeId: ready.changeId }),
  })
  const told = structuredOf(plan, ready)
  return {
    structured: told,
    text: previewText(told),
    records: recordsIn(plan),
    // What a record says may stand in the old values, and in the names.
    memos: ['from', 'name', 'about'],
    ...(!('problems' in ready) && ready.given.meta && { meta: ready.given.meta }),
  }
}

/** An entry that opens nothing is told once, as nobody else would notice. */
function tellUnmatched({ change: { policy }, tell }: Writes): void {
  const names = newlyUnmatched(policy)
  if (names.length === 0) return
  const reason = `WRITE_POLICY names what is not there: ${names.join(', ').slice(0, LONGEST_REASON)}`
  tell('writes.unmatched', { count: names.length, reason })
}
const LONGEST_REASON = 250

/** Without an operation it is the columns of one record: a new one where none is named. */
function askedOf(args: PreviewArguments, { dataverseUrl }: ToolContext): AskedOperation {
  const { operation, id, changes, acceptDuplicates = false } = args
  const entity = args.entity ?? (id === undefined ? undefined : findReference(id, dataverseUrl)?.entity)
  const plain = id === undefined ? 'create_record' : 'update_record'
  const tool: WriteTool = operation ?? plain
  if (tool.endsWith('_record') && tool !== plain) throw wrongRecord(id)
  if (tool === plain && entity === undefined)
    throw new QueryError(
      'invalid_arguments',
      'The argument entity is missing: which table the record is one of.',
      'Call preview_change again with "entity", a logical name such as account, beside the same arguments.',
    )
  return { tool, entity, id, changes, acceptDuplicates }
}

/** An id names a record that is there. */
function wrongRecord(id: string | undefined): QueryError {
  return id === undefined
    ? new QueryError(
        'invalid_arguments',
        'update_record has to know which record is meant, and id is missing.',
        'Find the record with search or query_crm, and pass its id beside the same arguments.',
      )
    : new QueryError(
        'invalid_arguments',
        'create_record makes a new record, and id names one that is there.',
        'Call preview_change again without id for a new record, or with "operation":"update_record" to change that one.',
      )
}

type Ready =
  | { readonly problems: readonly Problem[] }
  | { readonly given: GivenCall; readonly changeId: string; readonly expiresAt: number }

/** The arguments are sealed as they are shown: whatever a record hides in its texts would not come back. */
async function sealed(plan: Plan, { change, tokens, proofFor }: Writes): Promise<Ready> {
  const proof = proofFor(plan.human)
  if (proof === undefined) return { problems: [NO_PERSON] }
  const { tool, arguments: args, etag, acceptsDuplicates } = plan
  const request = await operationOf(tool).request(args, change)
  const facts = { tool, args, request, acceptsDuplicates, proof, ...(etag !== undefined && { etag }) }
  const { change: token, changeId, expiresAt } = await tokens.seal(facts)
  return { changeId, expiresAt, given: givenCall(proof, { tool, arguments: { ...args, change: token } }) }
}

const NO_PERSON: Problem = {
  code: 'confirmation_needed',
  text: 'A person must confirm this change, and this client has no way to ask one.',
  nextStep: 'Say so: the person makes the change in Dynamics 365, or uses a client that asks them.',
}

function structuredOf(plan: Plan, ready: Ready): Preview {
  const { summary, duplicates, notes, arguments: args } = plan
  const problems = 'problems' in ready ? ready.problems : []
  const call = 'problems' in ready ? undefined : ready.given.call
  return {
    ready: problems.length === 0,
    summary,
    // The call has long texts whole.
    changes: args.changes.map((line) => ({ ...line, to: typeof line.to === 'string' ? cutText(line.to) : line.to })),
    ...(problems.length > 0 && { problems: problems.map(toldProblem) }),
    ...(duplicates.length > 0 && { duplicates: [...duplicates] }),
    ...(notes.length > 0 && { notes: [...notes] }),
    ...(!('problems' in ready) && { next: ready.given.next }),
    ...(call && { call: { tool: call.tool, arguments: { ...call.arguments } } }),
    ...(!('problems' in ready) && { expiresAt: new Date(ready.expiresAt).toISOString() }),
  }
}

function toldProblem({ candidates, ...problem }: Problem): NonNullable<Preview['problems']>[number] {
  return candidates ? { ...problem, candidates: [...candidates] } : problem
}

/** Whose values are shown, for the audit event. */
function recordsIn({ arguments: { entity, id }, duplicates, problems }: Plan): readonly RecordsRead[] {
  const own = id === undefined ? [] : [{ entity, id }]
  const all = [...own, ...duplicates, ...problems.flatMap(({ candidates = [] }) => candidates)]
  const byEntity = Map.groupBy(all, (one) => one.entity)
  return [...byEntity].map(([name, some]) => ({ entity: name, ids: [...new Set(some.map((one) => one.id))] }))
}
