import type { Entity } from '../../metadata/model.ts'
import type { AskedOperation, ChangeArguments, Plan, PlannedChange, Problem } from '../model.ts'
import type { ChangeContext, Operation } from '../operation.ts'
import { sizeProblems } from '../plan/all-fits.ts'
import { bodyOf } from '../plan/body.ts'
import { duplicateProblems, duplicatesOf } from '../plan/duplicates.ts'
import { planValues, type PlannedValue, type PlannedValues } from '../plan/plan-values.ts'
import { closingRowProblems } from '../plan/row/other-tool.ts'
import { requiredProblems } from '../plan/required.ts'
import { createProblem } from '../plan/rights.ts'
import { selectedAfter } from '../plan/selected.ts'
import { statusProblems } from '../plan/row/status.ts'
import { createSummary } from '../plan/summary.ts'
import { digitsProblems, type CurrencyDigits } from '../values/money-digits.ts'
import { tableOf, writingOf, type Permitted, type Writing } from '../plan/writing.ts'

/** Makes one record. */
export const createRecord: Operation = {
  tool: 'create_record',
  plan: async (asked, context) => {
    const entity = await context.metadata.entity(asked.entity ?? '')
    const sizes = sizeProblems(asked.changes)
    const writing = await writingOf(entity, 'create', asked.changes, context)
    if ('problem' in writing) return { ...emptyPlan(asked, entity), problems: [writing.problem] }
    const closing = closingRowProblems(entity, asked.changes)
    if (closing.length > 0) return { ...emptyPlan(asked, entity), problems: closing }
    if (sizes.length > 0) return { ...emptyPlan(asked, entity), problems: sizes }
    return await planOf(asked, writing, await planValues(asked.changes, writing, context), context)
  },
  request: async (args, context) => {
    const entity = await context.metadata.entity(args.entity)
    const known = await tableOf(entity, context)
    const body = await bodyOf(args.changes, known, context)
    return { kind: 'create', entity, body, select: await selectedAfter(known.table, args.changes, context) }
  },
  uses: ({ entity, changes }) => [{ kind: 'create', table: entity, columns: changes.map(({ column }) => column) }],
  // Its key was made for this change alone: whatever rules made of the row, it is there.
  verdict: () => Promise.resolve({ kind: 'there' }),
}

function emptyPlan(asked: AskedOperation, entity: Entity): Plan {
  return {
    tool: 'create_record',
    entity,
    arguments: { entity: entity.name, changes: [] },
    summary: '',
    problems: [],
    duplicates: [],
    notes: [],
    acceptsDuplicates: asked.acceptDuplicates,
    human: false,
  }
}

async function planOf(
  asked: AskedOperation,
  writing: Permitted,
  planned: PlannedValues,
  context: ChangeContext,
): Promise<Plan> {
  const { table, writable } = writing
  const values = planned.values.filter(({ change }) => change.to !== null)
  const currency = await currencyOf(values, writing, context)
  const changes = values.map((value) => withUnit(value, currency.unit))
  const name = nameOf(changes, table.entity)
  const args: ChangeArguments = { entity: table.entity.name, ...(name !== undefined && { name }), changes }
  const isOpen = (column: PlannedValue['column']): boolean => writing.permission.ofColumn(column) === undefined
  const required = requiredProblems(writing, [...values, ...refusedColumns(asked, planned, table)], isOpen)
  const right = await createProblem(table, context)
  const problems = [
    ...(right ? [right] : []),
    ...planned.problems,
    ...(await digitsProblems(values, currency.row, context)),
    ...statusProblems(writing, undefined, values),
    ...required.problems,
    ...(asked.changes.length === 0 && required.problems.length === 0 ? [nothingAsked(table.entity)] : []),
  ]
  // A row that cannot be made as it is asked for is compared with others when it can.
  const isChecked = problems.length === 0 && writable.duplicateDetection
  const body = isChecked ? await bodyOf(changes, writing, context) : {}
  const { duplicates, notes } = isChecked
    ? await duplicatesOf({ entity: table.entity, body }, context)
    : { duplicates: [], notes: [] }
  return {
    ...emptyPlan(asked, table.entity),
    arguments: args,
    summary: createSummary(args, table, await context.metadata.person()),
    problems: [...problems, ...duplicateProblems(duplicates, asked)],
    duplicates,
    notes: [...planned.notes, ...currency.notes, ...required.notes, ...notes],
    human: planned.human,
  }
}

/** A column whose value is refused is told once. */
function refusedColumns(asked: AskedOperation, { problems }: PlannedValues, { byName }: Writing['table']) {
  const names = new Set(problems.map(({ column }) => column?.trim().toLowerCase()))
  return asked.changes.flatMap(({ column }) => {
    const found = names.has(column.trim().toLowerCase()) ? byName.get(column.trim().toLowerCase()) : undefined
    return found ? [{ column: found }] : []
  })
}

/** Amounts of a new row are in the currency that is asked for, else in the person's own. */
async function currencyOf(
  values: readonly PlannedValue[],
  { table }: Writing,
  { metadata }: ChangeContext,
): Promise<{ readonly unit?: string; readonly row?: CurrencyDigits; readonly notes: readonly string[] }> {
  if (!values.some(({ column }) => column.type === 'Money')) return { notes: [] }
  const asked = values.find(({ column }) => column.name === 'transactioncurrencyid')
  if (asked) return { unit: String(asked.change.to), ...rowOf(asked.row?.id), notes: [] }
  const { code: unit, id } = (await metadata.person()).currency ?? {}
  const label = table.entity.label ?? table.entity.name
  if (unit === undefined || !table.byName.has('transactioncurrencyid')) return { notes: [] }
  return { unit, ...rowOf(id), notes: [`The ${label} is made in the person's own currency, ${unit}.`] }
}

const rowOf = (id: string | undefined): { readonly row?: CurrencyDigits } => (id === undefined ? {} : { row: { id } })

function withUnit({ change, column }: PlannedValue, unit: string | undefined): PlannedChange {
  return column.type === 'Money' && unit !== undefined ? { ...change, label: `${change.label} (${unit})` } : change
}

function nameOf(changes: readonly PlannedChange[], { nameColumn }: Entity): string | undefined {
  const to = changes.find(({ column }) => column === nameColumn)?.to
  return typeof to === 'string' ? to.slice(0, LONGEST_NAME).toWellFormed() : undefined
}
const LONGEST_NAME = 100

function nothingAsked({ name, label = name }: Entity): Problem {
  return {
    code: 'nothing_to_change',
    text: `No column of the new ${label} is given.`,
    nextStep: `Ask the person what is known of it; get_entity_metadata {"entity":"${name}"} has its columns.`,
  }
}
