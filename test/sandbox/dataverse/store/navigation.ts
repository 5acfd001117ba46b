import type { Entity, ManyToMany, ManyToOne, OneToMany } from '../schema/schema.ts'
import { entityNamed } from '../schema/schema.ts'
import type { Reader } from '../security/security.ts'
import type { Row } from './store.ts'
import { isReference, keyOf, valueOf } from './store.ts'

export type ToOne = { readonly kind: 'one'; readonly relation: ManyToOne; readonly target: Entity }
export type ToMany =
  | { readonly kind: 'many'; readonly relation: OneToMany; readonly target: Entity }
  | { readonly kind: 'many-to-many'; readonly relation: ManyToMany; readonly target: Entity }
export type Navigation = ToOne | ToMany

/** A navigation property by its exact, case-sensitive name. */
export function navigationOf(entity: Entity, name: string): Navigation | undefined {
  const one = entity.manyToOne.find((relation) => relation.nav === name)
  if (one) return { kind: 'one', relation: one, target: entityNamed(one.target) }
  const many = entity.oneToMany.find((relation) => relation.nav === name)
  if (many) return { kind: 'many', relation: many, target: entityNamed(many.target) }
  const both = entity.manyToMany.find((relation) => relation.nav === name)
  return both && { kind: 'many-to-many', relation: both, target: entityNamed(both.target) }
}

/** `ownerid` leads to a user or a team: to their common type `principal`, of which `ownerid` is the only column. */
export function isPrincipalNavigation(entity: Entity, name: string): boolean {
  return name === 'ownerid' && entity.columns.get(name)?.type === 'Owner'
}

/** The row behind a lookup, or null when it is empty, of another table or not readable. */
export function follow(reader: Reader, row: Row, { relation, target }: ToOne): Row | null {
  const value = valueOf(row, relation.column)
  if (!isReference(value)) return null
  // An activity is two rows under one id: its own kind's, and its activitypointer.
  const sameActivity = target.isActivity && value.entity === 'activitypointer'
  if (value.entity !== relation.target && !sameActivity) return null
  return reader.find(target, value.id) ?? null
}

/** The readable rows at the far side of a collection. */
export function related(reader: Reader, row: Row, navigation: ToMany): readonly Row[] {
  const { target } = navigation
  if (navigation.kind === 'many') return reader.matching(target, navigation.relation.column, row.id)
  const { intersect, column, targetColumn } = navigation.relation
  return reader
    .matching(entityNamed(intersect), column, row.id)
    .map((link) => reader.find(target, keyOf(valueOf(link, targetColumn)) ?? ''))
    .filter((found) => found !== undefined)
}
