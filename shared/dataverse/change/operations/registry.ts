import type { WriteTool } from '../model.ts'
import type { Operation } from '../operation.ts'

/** Each is loaded when it is asked for: most deployments write nothing. */
const OPERATIONS: Partial<Readonly<Record<WriteTool, () => Promise<Operation>>>> = {
  create_record: async () => (await import('./create-record.ts')).createRecord,
  update_record: async () => (await import('./update-record.ts')).updateRecord,
}

/** How one kind of change is made. */
export async function operationOf(tool: WriteTool): Promise<Operation> {
  const load = OPERATIONS[tool]
  if (!load) throw new TypeError(`no operation ${tool}`)
  return await load()
}
