import type { AskedOperation, ChangeArguments, Plan, WriteRequest } from '../model.ts'
import type { ChangeContext, Operation } from '../operation.ts'
import { standingColumns, STATE, verdictOf } from './closing/closable.ts'
import { argumentsOf, endOf, etagOf, reasonIn, STATUS, summaryOf, tableNamed, WINDOW } from './closing/end.ts'
import { openingOf } from './closing/opening.ts'
import { findResult, RESULT, resultIn } from './closing/result.ts'
import { targetOf } from './closing/target.ts'
import { givenArguments, unknownArguments, type Argument } from './given-arguments.ts'
import { previewAgain } from '../plan/body.ts'
import { MADE, MADE_NAMES, madeIn, madeRows } from './qualifying/made-rows.ts'
import { COMPANY, CURRENCY, CUSTOMER, wishesOf } from './qualifying/wishes.ts'

const TOOL = 'qualify_lead'
const TABLE = 'lead'
const RESULTS = ['qualified'] as const
const ARGUMENTS: readonly Argument[] = [
  RESULT,
  STATUS,
  ...MADE_NAMES.map((name) => ({ name, also: [MADE[name]] })),
  { name: CURRENCY, column: 'transactioncurrencyid', also: ['OpportunityCurrencyId'] },
  { name: CUSTOMER, column: 'customerid', also: ['OpportunityCustomerId'] },
]
const CRM = 'Microsoft.Dynamics.CRM.'

/** Rows that are parameters of the message, by the arguments that name them. */
const REFERENCES = { OpportunityCurrencyId: CURRENCY, OpportunityCustomerId: CUSTOMER } as const

type Member = readonly [name: string, value: unknown]

/**
 * A lead becomes a customer, a person and a deal by a message of its own.
 * @see https://learn.microsoft.com/previous-versions/dynamicscrm-2016/developers-guide/mt491164(v=crm.8)
 */
export const qualifyLead: Operation = {
  tool: TOOL,
  plan: planQualifying,
  request: requestFor,
  uses: (args) => [
    { kind: 'update', table: TABLE, columns: [STATE] },
    ...madeIn(args).map((table) => ({ kind: 'create', table, columns: [] }) as const),
  ],
  verdict: async (args, row, context) => {
    const result = resultIn(args, RESULTS)
    const reason = await reasonIn(args, result, await tableNamed(TABLE, context), context)
    return { kind: verdictOf(result, reason, row) }
  },
  made: madeRows,
}

async function planQualifying(asked: AskedOperation, context: ChangeContext): Promise<Plan> {
  const given = givenArguments(asked.changes, ARGUMENTS)
  const table = await tableNamed(TABLE, context)
  const target = await targetOf(table, asked, [COMPANY], context)
  const found = findResult(given.values.get(RESULT.name), RESULTS)
  const result = typeof found === 'string' ? found : undefined
  const [end, wishes] = await Promise.all([endOf(result, given, target, context), wishesOf(given, target, context)])
  const opening = await openingOf(TOOL, table, wishes.made, context)
  return {
    tool: TOOL,
    entity: table.entity,
    arguments: argumentsOf(target, [...end.changes, ...wishes.changes]),
    summary: await summaryOf('Qualify', target, context),
    problems: [
      ...(typeof found === 'string' ? [] : [found]),
      ...given.problems,
      ...unknownArguments(given, TOOL, ARGUMENTS),
      ...target.problems,
      ...opening.problems,
      ...end.problems,
      ...wishes.problems,
    ],
    duplicates: [],
    notes: [...wishes.notes, WINDOW],
    ...etagOf(target),
    acceptsDuplicates: false,
    human: opening.isHuman,
  }
}

async function requestFor(args: ChangeArguments, context: ChangeContext): Promise<WriteRequest> {
  const table = await tableNamed(TABLE, context)
  const reason = await reasonIn(args, resultIn(args, RESULTS), table, context)
  const { id } = args
  if (id === undefined) throw previewAgain()
  const valueOf = (name: string) => args.changes.find(({ column }) => column === name)
  const flags = MADE_NAMES.map((name): Member => [MADE[name], valueOf(name)?.to === true])
  const references = await Promise.all(
    Object.entries(REFERENCES).map(async ([parameter, name]): Promise<Member[]> => {
      const change = valueOf(name)
      return change ? [[parameter, await reference(change, context)]] : []
    }),
  )
  return {
    kind: 'action',
    entity: table.entity,
    id,
    path: `${table.entity.entitySet}(${id})/${CRM}QualifyLead`,
    body: Object.fromEntries<unknown>([['Status', reason.value], ...flags, ...references.flat()]),
    select: standingColumns(table).map(({ property }) => property),
  }
}

/** A row as a parameter of a message. */
async function reference(
  { id, entity: named }: ChangeArguments['changes'][number],
  { metadata }: ChangeContext,
): Promise<Readonly<Record<string, string>>> {
  if (id === undefined || named === undefined) throw previewAgain()
  const { name, idColumn } = await metadata.entity(named)
  return { '@odata.type': `${CRM}${name}`, [idColumn]: id }
}
