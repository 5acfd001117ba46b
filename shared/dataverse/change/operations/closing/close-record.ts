import type { AskedOperation, ChangeArguments, Plan, PlannedChange, WriteRequest } from '../../model.ts'
import type { ChangeContext, Operation } from '../../operation.ts'
import {
  givenArguments,
  nameFor,
  underArguments,
  unknownArguments,
  type Argument,
  type Given,
} from '../given-arguments.ts'
import { bodyOf, previewAgain } from '../../plan/body.ts'
import { planValues, type PlannedValues } from '../../plan/plan-values.ts'
import { writingOf } from '../../plan/writing.ts'
import { digitsProblems } from '../../values/money-digits.ts'
import { shownProperties, standingColumns, STATE, verdictOf } from './closable.ts'
import type { ClosingName } from './closings.ts'
import { openingOf, TELL } from './opening.ts'
import { argumentsOf, endOf, etagOf, reasonIn, STATUS, summaryOf, tableNamed, WINDOW } from './end.ts'
import { findResult, RESULT, resultIn } from './result.ts'
import { targetOf, type Target } from './target.ts'

/** How rows of one table are closed by a message, which leaves a record of it. */
export type ClosingRule = {
  readonly tool: Operation['tool']
  /** Logical name. */
  readonly entity: string
  /** Logical names of the table of what is left, and of its lookup to the row. */
  readonly record: string
  readonly lookup: string
  /** Name of the message's parameter for it. */
  readonly parameter: string
  /** Each with the column of what is left that it fills. */
  readonly arguments: readonly Argument[]
  /** States that there are to ask for; where there is one, it need not be said. */
  readonly results: readonly ClosingName[]
  readonly message: (result: ClosingName) => string
  /** The beginning of a sentence: `Win`. */
  readonly does: (result: ClosingName | undefined) => string
  /** What the record is called where nobody says it. */
  readonly subject: (result: ClosingName) => string
  /** Columns of the row that the message sets besides. */
  readonly also: readonly string[]
  readonly notes: (given: Given, result: ClosingName | undefined) => readonly string[]
}

/** An operation that closes rows of one table. */
export function closingOperation(rule: ClosingRule): Operation {
  return {
    tool: rule.tool,
    plan: async (asked, context) => await planClosing(rule, asked, context),
    request: async (args, context) => await requestFor(rule, args, context),
    uses: ({ changes }) => [
      { kind: 'update', table: rule.entity, columns: [STATE] },
      { kind: 'create', table: rule.record, columns: filled(rule, changes).map(({ column }) => column) },
    ],
    verdict: async (args, row, context) => {
      const result = resultIn(args, rule.results)
      const reason = await reasonIn(args, result, await tableNamed(rule.entity, context), context)
      return { kind: verdictOf(result, reason, row) }
    },
  }
}

async function requestFor(rule: ClosingRule, args: ChangeArguments, context: ChangeContext): Promise<WriteRequest> {
  const { entity: named, record: recordName, lookup, parameter } = rule
  const [table, record] = await Promise.all([tableNamed(named, context), tableNamed(recordName, context)])
  const result = resultIn(args, rule.results)
  const reason = await reasonIn(args, result, table, context)
  const link = record.navigations.find(({ column, target }) => column === lookup && target === named)
  if (!link || args.id === undefined) throw previewAgain()
  const writable = await context.writable(record)
  const body = await bodyOf(filled(rule, args.changes), { table: record, writable }, context)
  const bind = { [`${link.name}@odata.bind`]: `/${table.entity.entitySet}(${args.id})` }
  return {
    kind: 'action',
    entity: table.entity,
    id: args.id,
    path: rule.message(result),
    body: { Status: reason.value, [parameter]: Object.assign({}, body, bind) },
    select: [...standingColumns(table).map(({ property }) => property), ...shownProperties(rule.also, table.byName)],
  }
}

/** What fills columns of the record that is left, under their names. */
function filled({ arguments: known }: ClosingRule, changes: readonly PlannedChange[]): PlannedChange[] {
  return changes.flatMap((change) => {
    const column = known.find(({ name }) => name === change.column)?.column
    return column === undefined ? [] : [{ ...change, column }]
  })
}

async function planClosing(rule: ClosingRule, asked: AskedOperation, context: ChangeContext): Promise<Plan> {
  const known = [RESULT, STATUS, ...rule.arguments]
  const given = givenArguments(asked.changes, known)
  const table = await tableNamed(rule.entity, context)
  const target = await targetOf(table, asked, rule.also, context)
  const found = findResult(given.values.get(RESULT.name), rule.results)
  const result = typeof found === 'string' ? found : undefined
  const [end, values, opening] = await Promise.all([
    endOf(result, given, target, context),
    valuesOf(rule, given, result, target, context),
    openingOf(rule.tool, table, [rule.record], context),
  ])
  return {
    tool: rule.tool,
    entity: table.entity,
    arguments: argumentsOf(target, [...end.changes, ...values.changes]),
    summary: await summaryOf(rule.does(result), target, context),
    problems: [
      ...(typeof found === 'string' ? [] : [found]),
      ...given.problems,
      ...unknownArguments(given, rule.tool, known),
      ...target.problems,
      ...opening.problems,
      ...end.problems,
      ...values.problems,
    ],
    duplicates: [],
    notes: [...values.notes, ...rule.notes(given, result), WINDOW],
    ...etagOf(target),
    acceptsDuplicates: false,
    human: opening.isHuman || values.human,
  }
}

type Values = Pick<PlannedValues, 'problems' | 'notes' | 'human'> & { readonly changes: readonly PlannedChange[] }

/** The values of the record that is left, under the names of the arguments. */
async function valuesOf(
  rule: ClosingRule,
  { values }: Given,
  result: ClosingName | undefined,
  { current }: Target,
  context: ChangeContext,
): Promise<Values> {
  const subject = values.has('subject') || !result ? [] : [{ column: 'subject', to: rule.subject(result) }]
  const asked = rule.arguments.flatMap(({ name, column = name }) => {
    const one = values.get(name)
    return one ? [{ ...one, column }] : []
  })
  const entity = (await context.metadata.entities()).byName.get(rule.record)
  const writing = entity && (await writingOf(entity, 'create', [...subject, ...asked], context))
  // Why nothing of it may be written is told of the operation as a whole.
  if (!writing || 'problem' in writing) return { changes: [], problems: [], notes: [], human: false }
  const planned = await planValues([...subject, ...asked], writing, context)
  const known = rule.arguments
  const digits = await digitsProblems(planned.values, { digits: current?.currencyDigits }, context)
  return {
    ...planned,
    changes: planned.values.map(({ change, column }) => ({
      ...change,
      column: nameFor(change.column, known) ?? change.column,
      label: column.type === 'Money' && current?.currency ? `${change.label} (${current.currency})` : change.label,
    })),
    problems: [...planned.problems, ...digits].map((one) => ({
      ...underArguments(one, known),
      ...(subject.some(({ column }) => column === one.column) && { nextStep: TELL }),
    })),
  }
}
