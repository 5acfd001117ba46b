import { keptWay } from '../hiding/refusals.ts'
import type { Entity, Metadata } from '../metadata/model.ts'
import type { ExpansionPlan } from '../rows/expansion-plan.ts'
import { createFindings, seenBy } from './findings.ts'
import { isShown } from './guard-query.ts'

type Guarded = { readonly plans: readonly ExpansionPlan[]; readonly hidden: readonly string[] }

/**
 * What a cursor still has to read of collections, as an administrator lets models see it now.
 * @throws QueryError `hidden_by_administrator` for one that leads to a hidden table
 */
export async function guardedPlans(
  plans: readonly ExpansionPlan[],
  entity: Entity,
  metadata: Pick<Metadata, 'entities' | 'table' | 'sight'>,
): Promise<Guarded> {
  const table = plans.length === 0 ? undefined : await metadata.table(entity)
  if (table?.hidden === undefined) return { plans, hidden: [] }
  const findings = createFindings()
  const { byName } = await metadata.entities()
  const guarded = plans.map(async (plan): Promise<ExpansionPlan> => {
    const { kind, under, names } = plan
    if (kind === 'link' || kind === 'targets') return plan
    const target = byName.get(table.collections.find(({ name }) => name === under)?.target ?? '')
    if (!target) throw keptWay(under, entity.name)
    if (kind === 'parties') return plan
    const behind = await metadata.table(target)
    const columns = [...behind.byName.values(), ...(behind.hidden?.values() ?? [])]
    const sight = await metadata.sight([behind])
    const shown = names.filter((name) => {
      const column = columns.find(({ property }) => property === name)
      const seen = column ? seenBy(sight, column) : 'shown'
      findings.add(`${column?.name ?? name} of ${target.name}`, seen)
      return isShown(seen)
    })
    return { ...plan, names: shown.length > 0 ? shown : [target.idColumn] }
  })
  return { plans: await Promise.all(guarded), hidden: findings.sentences() }
}
