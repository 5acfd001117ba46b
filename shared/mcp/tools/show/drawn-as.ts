import { QueryError } from '../../../dataverse/errors.ts'
import type { Picture } from '../../../reports/definition.ts'
import type { PictureKind } from './pictures.ts'

/** A report drawn otherwise than it draws itself. @throws QueryError for what it has no columns for, with what it has */
export function drawnAs(wanted: PictureKind, picture: Picture): Picture {
  const kinds = fitting(picture)
  if (kinds.includes(wanted)) return { ...picture, kind: wanted }
  throw new QueryError(
    'invalid_arguments',
    `This report cannot be drawn as ${wanted}.`,
    kinds.length === 1 ? 'Leave picture out: it is a table.' : `Give one of: ${kinds.join(', ')}.`,
  )
}

function fitting({ kind, label, value, series }: Picture): readonly PictureKind[] {
  if (label === undefined || value === undefined) return ['table']
  if (series !== undefined) return [...new Set([kind, 'table'] as const)]
  // Groups that follow each other are drawn as columns or lines by the report itself.
  const isOrdered = kind === 'columns' || kind === 'lines'
  return ['bars', 'columns', ...(isOrdered ? (['lines'] as const) : []), ...(kind === 'funnel' ? [kind] : []), 'table']
}
