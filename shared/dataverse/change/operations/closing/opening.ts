import type { Problem, WriteTool } from '../../model.ts'
import type { ChangeContext } from '../../operation.ts'
import type { Table } from '../../../metadata/model.ts'
import { permissionFor } from '../../policy/permission.ts'
import { createProblem } from '../../plan/rights.ts'
import { STATE } from './closable.ts'

/** Of what nobody asked for, so that leaving it out is no way on. */
export const TELL =
  'Do not ask for it again; say that an administrator of this connector decides what may be written, and that the person can do it in Dynamics 365.'

export type Opening = {
  /** Why the operation is not open. */
  readonly problems: readonly Problem[]
  /** Whether only a person can confirm it. */
  readonly isHuman: boolean
}

/**
 * The policy opens an operation by naming `statecode` under `update` of the table, as to close a row is to change that,
 * and by opening `create` of what the operation makes.
 * @param made logical names of tables
 */
export async function openingOf(
  tool: WriteTool,
  table: Table,
  made: readonly string[],
  context: ChangeContext,
): Promise<Opening> {
  const permission = await permissionFor('update', table, context)
  const state = table.byName.get(STATE) ?? table.hidden?.get(STATE)
  const found = permission.problem ?? (state && permission.ofColumn(state))
  const does = `${tool} changes ${STATE} of ${table.entity.name}, which this connector does not.`
  const own = state ? found && { code: found.code, text: does, nextStep: TELL } : hidden(does)
  const others = await Promise.all(made.map((name) => makingProblem(tool, name, context)))
  return { problems: [own, ...others].filter((one) => one !== undefined), isHuman: permission.isHuman(STATE) }
}

async function makingProblem(tool: WriteTool, name: string, context: ChangeContext): Promise<Problem | undefined> {
  const { metadata } = context
  const text = `${tool} makes a row of ${name}, which this connector does not.`
  const entity = (await metadata.entities()).byName.get(name)
  if (!entity) return hidden(text)
  const table = await metadata.table(entity)
  const { problem } = await permissionFor('create', table, context)
  return problem ? { code: problem.code, text, nextStep: TELL } : await createProblem(table, context)
}

function hidden(text: string): Problem {
  return { code: 'hidden_by_administrator', text, nextStep: TELL }
}
