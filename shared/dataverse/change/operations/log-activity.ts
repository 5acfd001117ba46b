import type { Table } from '../../metadata/model.ts'
import type { AskedChange, AskedOperation, ChangeArguments, Plan, PlannedChange, Problem } from '../model.ts'
import type { ChangeContext, Operation } from '../operation.ts'
import { previewAgain } from '../plan/body.ts'
import { personClock } from '../plan/writing.ts'
import { permissionFor } from '../policy/permission.ts'
import { createRecord } from './create-record.ts'
import { givenArguments, type Argument, type Given } from './given-arguments.ts'
import { doneOf, directionOf } from './logging/call.ts'
import { DONE, findKind, KIND, kindOfTable, regardingArgument, type Kind } from './logging/kinds.ts'
import { partiesBody, partiesFor, WITH } from './logging/parties.ts'
import { regardingFor } from './logging/regarding.ts'
import { appointmentTimes, orderProblem } from './logging/times.ts'

const TOOL = 'log_activity'

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

async function planLog(asked: AskedOperation, context: ChangeContext): Promise<Plan> {
  const { values, others } = givenArguments(asked.changes, [KIND])
  const kind = await findKind(values.get(KIND.name), asked, context.metadata)
  if ('code' in kind) return await nothingPlanned(asked, kind, context)
  const entity = await context.metadata.entity(kind.entity)
  const table = await context.metadata.table(entity)
  const given = givenArguments(others, argumentsOf(kind))
  const permission = await permissionFor('create', table, context)
  const about = await regardingFor(kind, table, given.values.get('regarding'), asked, context)
  const regarding = about && 'row' in about ? about.row : undefined
  const asWith = { kind, table, permission, given: given.values.get(WITH), regarding }
  const [written, parties] = await Promise.all([
    columnsOf(kind, given, table, context),
    permission.problem ? { changes: [], problems: [], notes: [] } : partiesFor(asWith, context),
  ])
  const link = regarding ? [{ column: kind.regarding, to: `${regarding.entity}/${regarding.id}` }] : []
  const direction = directionOf(kind, given, table, permission)
  const changes = [...link, ...written.changes, ...direction.changes, ...given.others]
  const created = await createRecord.plan({ ...asked, tool: 'create_record', entity: entity.name, id: undefined, changes }, context)
  const first = { column: KIND.name, label: 'Kind', to: kind.name }
  const planned = created.arguments.changes.map((change) => renamed(change, kind))
  const order = orderProblem(created.arguments.changes, kind)
  return {
    ...created,
    tool: TOOL,
    arguments: { ...created.arguments, changes: [first, ...planned, ...parties.changes] },
    summary: summaryOf(kind, table, created.arguments.name, regarding?.name, (await context.metadata.person()).name),
    problems: [
      ...given.problems,
      ...(about && 'problem' in about ? [about.problem] : []),
      ...(!about && kind.name === 'note' ? [noRecord()] : []),
      ...created.problems.map((one) => renamedProblem(one, kind)),
      ...written.problems,
      ...parties.problems,
      ...(order ? [order] : []),
    ],
    notes: [
      ...(!about && kind.name !== 'note' ? [`The ${kind.name} is about no record: pass regarding where it is.`] : []),
      ...created.notes,
      ...written.notes,
      ...direction.notes,
      ...parties.notes,
    ],
  }
}
