import type { Metadata } from '../../../../shared/dataverse/metadata/model.ts'
import type { ResolveDeps } from '../../../../shared/dataverse/query/resolve/resolve-query.ts'
import { escapeLike, isLike } from '../../../../shared/dataverse/query/to-wire/like-pattern.ts'
import type { NamedRow } from '../../../../shared/dataverse/query/resolve/values/asked.ts'

/** Rows by entity that names are looked for in, where a test needs some: `also` holds their other columns. */
export type Called = Readonly<
  Record<string, readonly (NamedRow & { readonly also?: Readonly<Record<string, string>> })[]>
>

/** A person in London on 24 November 2026, and an organization whose fiscal year is the calendar's. */
export function resolveDeps(
  metadata: Metadata,
  notation: ResolveDeps['notation'],
  called: Called = {},
): Omit<ResolveDeps, 'defaults'> {
  const clock = {
    now: Date.UTC(2026, 10, 24, 12),
    zone: 'Europe/London',
    today: '2026-11-24',
    fiscal: { startMonth: 1, startDay: 1, periodMonths: 3 },
  }
  return {
    metadata,
    notation,
    clock: () => Promise.resolve(clock),
    person: { systemUserId: '99999999-9999-4999-8999-999999999999' },
    rows: {
      find: ({ name: entity, nameColumn }, columns, text, how, most) => {
        const pattern = how === 'eq' ? escapeLike(text) : text
        const found = (called[entity] ?? []).filter(({ name, also = {} }) =>
          columns.some((column) => isLike(column === nameColumn ? name : (also[column] ?? ''), pattern)),
        )
        return Promise.resolve(found.slice(0, most + 1))
      },
    },
  }
}
