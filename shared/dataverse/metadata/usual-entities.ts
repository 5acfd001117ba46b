import type { Entity } from './model.ts'

/** Asked for most, so listed first; then the activities. */
const FIRST = 'account contact lead opportunity incident'.split(' ')
const ACTIVITIES = 'activitypointer task appointment phonecall email'.split(' ')
/** Logical names of those that most questions are about. */
export const USUAL_ENTITIES: readonly string[] = [...FIRST, ...ACTIVITIES]
const RANKS = new Map(USUAL_ENTITIES.map((name, index) => [name, index]))

type Ranked = Pick<Entity, 'name' | 'kind' | 'label'>

/** Sorts tables as people ask for them: the main ones, activities, then all others by label. */
export function byUse(a: Ranked, b: Ranked): number {
  return rank(a) - rank(b) || title(a).localeCompare(title(b)) || a.name.localeCompare(b.name)
}

/** Whether a table is one of those that most questions are about. */
export function isMain(name: string): boolean {
  return RANKS.has(name)
}

function rank({ name, kind }: Ranked): number {
  return RANKS.get(name) ?? (kind === 'activity' ? RANKS.size : RANKS.size + 1)
}

function title({ name, label }: Ranked): string {
  return label ?? name
}
