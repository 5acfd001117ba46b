import * as z from 'zod'
import type { Read } from '../../web-api/web-api.ts'
import { Identifier } from '../names.ts'
import { definitionOf, type TablePart } from './table-part.ts'

const Key = z.object({ KeyAttributes: z.array(Identifier).min(1), EntityKeyIndexStatus: z.string().nullish() })

/** Alternate keys; one whose index is not there yet cannot be used. */
export function keysRead(entity: string): Read<TablePart> {
  return {
    path: `${definitionOf(entity)}/Keys?$select=${Object.keys(Key.shape).join(',')}`,
    schema: z.object({ value: z.array(Key) }).transform(({ value }) => ({
      keys: value
        .filter(({ EntityKeyIndexStatus: status }) => (status ?? 'Active') === 'Active')
        .map(({ KeyAttributes }) => KeyAttributes),
    })),
  }
}
