import { QueryError } from '../../../errors.ts'
import type { Table } from '../../../metadata/model.ts'
import type { Problem, WriteTool } from '../../model.ts'
import { policyFor, type ChangeContext } from '../../operation.ts'
import { columnProblem, tableProblem } from '../../plan/may-write.ts'
import { STATE } from './closable.ts'

const TELL =
  'Do not ask for it again; say that an administrator of this connector decides what may be written, and that the person can do it in Dynamics 365.'

/**
 * Why an operation is not open. The policy opens it by naming `statecode` under `update` of the table, as to close a row
 * is to change that, and by opening `create` of what the operation makes.
 * @param made logical names of tables
 */
export async function openingProblems(
  tool: WriteTool,
  table: Table,
  made: readonly string[],
  context: ChangeContext,
): Promise<readonly Problem[]> {
  const state = await stateProblem(tool, table, context)
  const others = await Promise.all(made.map((name) => createProblem(tool, name, context)))
  return [state, ...others].filter((one) => one !== undefined)
}

async function stateProblem(tool: WriteTool, table: Table, context: ChangeContext): Promise<Problem | undefined> {
  const { name } = table.entity
  const state = table.byName.get(STATE)
  const text = `${tool} changes ${STATE} of ${name}, which this connector does not.`
  if (!state || state.hiding !== undefined) return { code: 'hidden_by_administrator', text, nextStep: TELL }
  const writing = { table, writable: await context.writable(table), operation: 'update' } as const
  const problem = tableProblem(writing, context) ?? columnProblem(state, STATE, writing, context)
  return problem && { code: problem.code, text, nextStep: TELL }
}

async function createProblem(tool: WriteTool, name: string, context: ChangeContext): Promise<Problem | undefined> {
  const text = `${tool} makes a row of ${name}, which this connector does not.`
  try {
    const table = await context.metadata.table(await context.metadata.entity(name))
    const writing = { table, writable: await context.writable(table), operation: 'create' } as const
    const problem = tableProblem(writing, context)
    return problem && { code: problem.code, text, nextStep: TELL }
  } catch (error) {
    // An administrator hides it, or this organization does not have it.
    if (error instanceof QueryError) return { code: 'table_not_writable', text, nextStep: TELL }
    throw error
  }
}

/** Whether only a person can confirm it. @param table logical name */
export function isHuman(table: string, context: ChangeContext): boolean {
  return policyFor(context, table)?.human.includes(STATE) ?? false
}
