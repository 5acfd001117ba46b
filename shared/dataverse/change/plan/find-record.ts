import type { Entity } from '../../metadata/model.ts'
import { bareGuid } from '../../query/resolve/values/references/reference.ts'
import type { Problem } from '../model.ts'
import type { ChangeContext } from '../operation.ts'
import { findRow } from '../values/lookup.ts'
import { ValueRefused, written } from '../values/place.ts'

type Found = { readonly id: string } | { readonly problem: Problem }

/**
 * The record that is meant, by its id, which costs no request, by a link, or by what it is called.
 * @throws DataverseError
 */
export async function findRecord(asked: string, entity: Entity, context: ChangeContext): Promise<Found> {
  const id = bareGuid(asked)
  if (id !== undefined) return { id }
  const place = { column: 'id', label: entity.label ?? entity.name, note: () => undefined }
  try {
    return { id: (await findRow(asked, [entity], place, context)).id }
  } catch (error) {
    if (!(error instanceof ValueRefused)) throw error
    const { code, text, candidates } = error.problem
    const [first] = candidates ?? []
    if (!first)
      return { problem: { ...notFound(asked, entity), ...(code === 'hidden_by_administrator' && { code, text }) } }
    const nextStep = `Ask the person which of them is meant, and pass ${JSON.stringify({ entity: first.entity, id: first.id })}.`
    const several = `Several rows of ${entity.name} go by ${written(asked)}.`
    return { problem: { code, text: several, candidates: candidates ?? [], nextStep } }
  }
}

const LONGEST_WORDS = 80

/** One answer for a row that is not there and for one that the person may not read. */
export function notFound(asked: string, { name, nameColumn }: Entity): Problem {
  const look = { entity: name, ...(nameColumn !== undefined && { select: [nameColumn] }) }
  const words =
    bareGuid(asked) === undefined
      ? `search ${JSON.stringify({ query: asked.slice(0, LONGEST_WORDS).toWellFormed() })}, or `
      : ''
  return {
    code: 'record_not_found',
    text: `There is no ${name} ${written(asked)} that the person may read.`,
    nextStep: `Find the record and pass its id: ${words}query_crm ${JSON.stringify(look)}.`,
  }
}
