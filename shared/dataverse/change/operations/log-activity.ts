import type { Table } from '../../metadata/model.ts'
import type { AskedChange, AskedOperation, ChangeArguments, Plan, PlannedChange, Problem } from '../model.ts'
import type { ChangeContext, Operation } from '../operation.ts'
import { previewAgain } from '../plan/body.ts'
import { personClock } from '../plan/writing.ts'
import { permissionFor, type Permission } from '../policy/permission.ts'
import type { FoundRow } from '../values/lookup.ts'
import { createRecord } from './create-record.ts'
import { givenArguments, nameFor, underArguments, type Argument, type Given } from './given-arguments.ts'
import { callOf, doneOf, titled } from './logging/call.ts'
import { DONE, findKind, KIND, kindOfTable, REGARDING, regardingArgument, type Kind } from './logging/kinds.ts'
import { partiesBody, partiesFor, partyColumns, WITH } from './logging/parties.ts'
import { regardingFor } from './logging/regarding.ts'
import { appointmentTimes, orderProblem } from './logging/times.ts'

const TOOL = 'log_activity'
const NOTE = 'annotation'

/** Makes a task, a call, an appointment or a note about a record: a new row of one of these tables, with its parties. */
export const logActivity: Operation = {
  tool: TOOL,
  plan: planLog,
  request: async (args, context) => {
    const kind = kindOfTable(args.entity)
    if (!kind) throw previewAgain()
    const created = await createRecord.request(asCreate(args, kind), context)
    if (created.kind !== 'create') throw previewAgain()
    const table = await context.metadata.table(created.entity)
    const isIncoming = created.body['directioncode'] === false
    const parties = await partiesBody(kind, args.changes, table, isIncoming, context)
    return { ...created, body: Object.assign({}, created.body, parties) }
  },
  uses: (args) => {
    const kind = kindOfTable(args.entity)
    if (!kind) throw previewAgain()
    const parties = args.changes.some(({ column }) => column === WITH) ? partyColumns(kind) : []
    return createRecord.uses(asCreate(args, kind)).map((use) => ({ ...use, columns: [...use.columns, ...parties] }))
  },
  verdict: async (args, row, context) => await createRecord.verdict(args, row, context),
}

const argumentsOf = (kind: Kind): readonly Argument[] => [...kind.arguments, regardingArgument(kind), DONE]

/** The same arguments under the names of columns, without what is none. */
function asCreate(args: ChangeArguments, kind: Kind): ChangeArguments {
  const known = argumentsOf(kind)
  const changes = args.changes.flatMap((change) => {
    if (change.column === KIND.name || change.column === WITH) return []
    return [{ ...change, column: known.find(({ name }) => name === change.column)?.column ?? change.column }]
  })
  return { ...args, changes }
}

/** What is asked for under the names of columns, and what is said besides. */
type Written = {
  readonly changes: readonly AskedChange[]
  readonly problems: readonly Problem[]
  readonly notes: readonly string[]
}

async function planLog(asked: AskedOperation, context: ChangeContext): Promise<Plan> {
  const { values, others } = givenArguments(asked.changes, [KIND])
  const kind = await findKind(values.get(KIND.name), asked, context.metadata)
  if ('code' in kind) return await nothingPlanned(asked, kind, context)
  const entity = await context.metadata.entity(kind.entity)
  const table = await context.metadata.table(entity)
  const known = argumentsOf(kind)
  const given = givenArguments(others, known)
  const permission = await permissionFor('create', table, context)
  const about = await regardingFor(kind, table, given.values.get(REGARDING), asked, context)
  const regarding = about && 'row' in about ? about.row : undefined
  const link = regarding ? [{ column: kind.regarding, to: `${regarding.entity}/${regarding.id}` }] : []
  const [written, parties] = await Promise.all([
    columnsOf(kind, given, table, permission, context),
    partiesFor({ kind, table, permission, given: given.values.get(WITH), regarding }, context),
  ])
  const changes = [...link, ...written.changes, ...given.others]
  const asCreated = { ...asked, tool: createRecord.tool, entity: entity.name, id: undefined, changes }
  const created = await createRecord.plan(asCreated, context)
  const lines = created.arguments.changes.map((change) => ({
    ...change,
    column: nameFor(change.column, known) ?? change.column,
  }))
  const order = orderProblem(created.arguments.changes, kind)
  return {
    ...created,
    tool: TOOL,
    arguments: { ...created.arguments, changes: [lineOf(kind), ...lines, ...parties.changes] },
    summary: await summaryOf(table, created.arguments, regarding, context),
    problems: [
      ...given.problems,
      ...(about && 'problem' in about ? [about.problem] : []),
      ...(about || kind.entity !== NOTE ? [] : [noRecord()]),
      ...created.problems.map((one) => underArguments(one, known)),
      ...[...written.problems, ...parties.problems].filter(() => !permission.problem),
      ...(order ? [order] : []),
    ],
    notes: [
      ...(about || kind.entity === NOTE ? [] : [`The ${kind.name} is about no record; regarding would say which.`]),
      ...[...created.notes, ...written.notes, ...parties.notes],
    ],
    human: created.human || (parties.changes.length > 0 && partyColumns(kind).some(permission.isHuman)),
  }
}

/** Of an activity whose kind is not known nothing else can be told. */
async function nothingPlanned(asked: AskedOperation, problem: Problem, { metadata }: ChangeContext): Promise<Plan> {
  const entity = await metadata.entity('activitypointer')
  return {
    tool: TOOL,
    entity,
    arguments: { entity: entity.name, changes: [] },
    summary: '',
    problems: [problem],
    duplicates: [],
    notes: [],
    acceptsDuplicates: asked.acceptDuplicates,
    human: false,
  }
}

/** The arguments that fill columns, each under the name of its column. */
async function columnsOf(
  kind: Kind,
  { values }: Given,
  table: Table,
  permission: Permission,
  context: ChangeContext,
): Promise<Written> {
  const isTimed = kind.entity === 'appointment'
  const times = isTimed ? appointmentTimes(values, await personClock(context)) : NOTHING
  const plain = kind.arguments.flatMap(({ name, column }): AskedChange[] => {
    const one = values.get(name)
    return !one || column === undefined || (isTimed && TIMES.has(column)) ? [] : [{ ...one, column }]
  })
  const call = callOf(kind, titled(kind, plain, table, permission), table, permission)
  const done = doneOf(kind, values.get(DONE.name), context)
  return {
    changes: [...call.changes, ...times.changes],
    problems: [...times.problems, ...done.problems],
    notes: [...call.notes, ...times.notes, ...done.notes],
  }
}
const NOTHING: Written = { changes: [], problems: [], notes: [] }
const TIMES: ReadonlySet<string> = new Set(['scheduledstart', 'scheduledend'])

function lineOf({ name }: Kind): PlannedChange {
  return { column: KIND.name, label: 'Kind', to: name }
}

function noRecord(): Problem {
  return {
    code: 'required_missing',
    column: REGARDING,
    text: 'A note stands with a record, and which is not said.',
    nextStep: `Ask the person, and add to changes {"column":"${REGARDING}","to":"…"}: a name, a link, or account/ and an id.`,
  }
}

/** `Log the phone call "Gate" about Tide & Timber as Priya Nair.` */
async function summaryOf(
  { entity }: Table,
  { name }: ChangeArguments,
  regarding: FoundRow | undefined,
  { metadata }: ChangeContext,
): Promise<string> {
  const called = name === undefined ? '' : ` "${name}"`
  const about = regarding ? ` about ${regarding.name ?? regarding.entity}` : ''
  return `Log the ${(entity.label ?? entity.name).toLowerCase()}${called}${about} as ${(await metadata.person()).name}.`
}
