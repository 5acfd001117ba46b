import { QueryError } from '../../errors.ts'
import type { Column } from '../../metadata/model.ts'
import { previewAgain } from '../plan/body.ts'
import { permissionFor, type PermissionContext, type WriteKind } from './permission.ts'

/** What a change writes of one table. */
export type Use = {
  readonly kind: WriteKind
  /** Logical names. */
  readonly table: string
  readonly columns: readonly string[]
}

/**
 * A token outlives a deployment: what was open when the change was shown may be closed now, or want a person's word.
 * @returns whether only a person can confirm the change
 * @throws QueryError with the code of a preview's problem, or `preview_again`; DataverseError
 */
export async function stillOpen(
  uses: readonly Use[],
  context: PermissionContext,
): Promise<{ readonly human: boolean }> {
  const { byName: entities } = await context.metadata.entities()
  const asked = await Promise.all(
    uses.map(async ({ kind, table: named, columns }) => {
      const entity = entities.get(named)
      if (entity?.name !== named) throw previewAgain()
      const table = await context.metadata.table(entity)
      const permission = await permissionFor(kind, table, context)
      const found = columns.map((name): Column => {
        const column = table.byName.get(name) ?? table.hidden?.get(name)
        if (!column) throw previewAgain()
        return column
      })
      const problem = permission.problem ?? found.map((column) => permission.ofColumn(column)).find(Boolean)
      if (problem) throw new QueryError(problem.code, `${problem.text} Nothing was written.`, problem.nextStep)
      return columns.some((name) => permission.isHuman(name))
    }),
  )
  return { human: asked.includes(true) }
}
