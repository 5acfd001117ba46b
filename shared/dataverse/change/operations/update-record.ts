import type { Entity } from '../../metadata/model.ts'
import { readGuid } from '../../records/record-key.ts'
import type { AskedOperation, ChangeArguments, Plan, Problem } from '../model.ts'
import type { ChangeContext, Operation } from '../operation.ts'
import { bodyOf, previewAgain } from '../plan/body.ts'
import { closedProblem } from '../plan/row/closed.ts'
import { duplicateProblems, duplicatesOf } from '../plan/duplicates.ts'
import { currentRow, type CurrentRow } from '../plan/current-row.ts'
import { differencesFrom } from '../plan/row/differences.ts'
import { findRecord, notFound } from '../plan/find-record.ts'
import { otherToolProblems } from '../plan/row/other-tool.ts'
import { planValues, type PlannedValues } from '../plan/plan-values.ts'
import { rightsProblems } from '../plan/rights.ts'
import { selectedAfter } from '../plan/selected.ts'
import { sizeProblems } from '../plan/all-fits.ts'
import { statusProblems } from '../plan/row/status.ts'
import { nameIn, updateSummary } from '../plan/summary.ts'
import { verdictOf } from '../plan/verdict.ts'
import { digitsProblems } from '../values/money-digits.ts'
import { personClock, tableOf, writingOf, type Permitted } from '../plan/writing.ts'

/** Changes columns of one record that is there. */
export const updateRecord: Operation = {
  tool: 'update_record',
  plan: async (asked, context) => {
    const entity = await context.metadata.entity(asked.entity ?? '')
    const base = { ...emptyPlan(asked, entity), arguments: { entity: entity.name, changes: [] } }
    const sizes = sizeProblems(asked.changes)
    if (sizes.length > 0) return { ...base, problems: sizes }
    const writing = await writingOf(entity, 'update', asked.changes, context)
    if ('problem' in writing) return { ...base, problems: [writing.problem] }
    const found = await findRecord(asked.id ?? '', entity, context)
    const planned = await planValues(asked.changes, writing, context)
    if ('problem' in found) return { ...base, problems: [...planned.problems, found.problem], notes: planned.notes }
    return await planOf({ asked, entity, writing, planned, id: found.id }, context)
  },
  request: async (args, context) => {
    const entity = await context.metadata.entity(args.entity)
    const known = await tableOf(entity, context)
    const id = readGuid(args.id ?? '')
    if (id === undefined) throw previewAgain()
    const body = await bodyOf(args.changes, known, context)
    return { kind: 'update', entity, id, body, select: await selectedAfter(known.table, args.changes, context) }
  },
  uses: ({ entity, changes }) => [{ kind: 'update', table: entity, columns: changes.map(({ column }) => column) }],
  verdict: async (args, row, context) => await verdictOf(args, row, context),
}

function emptyPlan(asked: AskedOperation, entity: Entity): Omit<Plan, 'arguments'> {
  return {
    tool: 'update_record',
    entity,
    summary: '',
    problems: [],
    duplicates: [],
    notes: [],
    acceptsDuplicates: asked.acceptDuplicates,
    human: false,
  }
}

type Planning = {
  readonly asked: AskedOperation
  readonly entity: Entity
  readonly writing: Permitted
  readonly planned: PlannedValues
  readonly id: string
}

async function planOf({ asked, entity, writing, planned, id }: Planning, context: ChangeContext): Promise<Plan> {
  const { table, writable } = writing
  const columns = planned.values.map(({ column }) => column)
  const current = await currentRow({ table, id, columns }, context)
  const base = { ...emptyPlan(asked, entity), human: planned.human }
  const none = { entity: entity.name, id, changes: [] }
  const missing = notFound(asked.id ?? '', entity)
  if (!current) return { ...base, arguments: none, problems: [...planned.problems, missing], notes: planned.notes }
  const { row } = current
  const clock = await personClock(context)
  const difference = differencesFrom({ row, clock, currency: current.currency }, planned.values, writing)
  const left = { ...planned, values: difference.values }
  const own = rowProblems({ entity, writing, planned: left, id }, current)
  const digits = await digitsProblems(left.values, { digits: current.currencyDigits }, context)
  const problems = [...planned.problems, ...difference.problems, ...digits, ...own]
  const name = nameIn(row, table)
  const args: ChangeArguments = { ...none, ...(name !== undefined && { name }), changes: difference.changes }
  const found = problems.length === 0 ? await alike(args, writing, context) : { duplicates: [], notes: [] }
  const all = [...problems, ...duplicateProblems(found.duplicates, asked)]
  const { concurrency } = writable
  const etag = row['@odata.etag']
  return {
    ...base,
    arguments: args,
    summary: updateSummary(args, row, table, await context.metadata.person()),
    problems: all.length === 0 && args.changes.length === 0 ? [nothingToChange(entity)] : all,
    duplicates: found.duplicates,
    notes: [...planned.notes, ...difference.notes, ...found.notes, ...(concurrency ? [] : [RACE])],
    ...(typeof etag === 'string' && { etag }),
  }
}

/** Rules look at the row as it would be, whichever of its columns changes: what they find is told before it is written. */
async function alike({ id, changes }: ChangeArguments, writing: Permitted, context: ChangeContext) {
  const { table, writable } = writing
  if (id === undefined || changes.length === 0 || !writable.duplicateDetection) return { duplicates: [], notes: [] }
  return await duplicatesOf({ entity: table.entity, id, body: await bodyOf(changes, writing, context) }, context)
}

const RACE =
  'This table has no guard against two people changing a record at once: it is compared again right before it is written.'

function rowProblems(
  { entity, writing, planned, id }: Omit<Planning, 'asked'>,
  current: CurrentRow,
): readonly Problem[] {
  const { table } = writing
  const { values } = planned
  const closed = closedProblem(table, current.row, values)
  const others = otherToolProblems(entity, id, values)
  return [
    ...others,
    ...(closed ? [closed] : []),
    // A reason that comes of another tool is not one to choose anew.
    ...(others.length > 0 ? [] : statusProblems(writing, current.row, values)),
    ...rightsProblems(current, values),
  ]
}

function nothingToChange({ name, label = name }: Entity): Problem {
  return {
    code: 'nothing_to_change',
    text: `The ${label} is as it is asked for already.`,
    nextStep: 'Tell the person so; nothing has to be done.',
  }
}
