import type { ReportDefinition } from '../definition.ts'

/** The reports that can be run, in the order that they are listed in. */
export type Catalogue = {
  readonly all: readonly ReportDefinition[]
  readonly bySlug: (slug: string) => ReportDefinition | undefined
}

/** @throws RangeError for a slug that is given twice */
export function createCatalogue(definitions: readonly ReportDefinition[]): Catalogue {
  const bySlug = new Map(definitions.map((definition) => [definition.slug, definition]))
  if (bySlug.size < definitions.length) throw new RangeError('two reports have the same slug')
  return { all: [...definitions], bySlug: (slug) => bySlug.get(slug) }
}

/** The URI under which a report's description is read as a resource. */
export function reportUri({ slug }: Pick<ReportDefinition, 'slug'>): string {
  return `prompt://reports/${slug}`
}
