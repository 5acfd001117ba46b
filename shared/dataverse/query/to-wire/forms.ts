import { QueryError } from '../../errors.ts'
import { FILTER_LINK_TYPES, type Link, type LinkType, type Query, type Source } from '../model/query.ts'
import { allConditions, allLinks, linksInFilters } from '../model/walk.ts'

/**
 * Forms of FetchXML that queries are written in, each with the page that documents it. A release that finds one missing
 * in an organization sets it to false: queries that need it are then refused by name, and all others go on.
 */
export const FORMS = {
  /** https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/filter-rows#filter-on-values-in-related-records */
  anyFilterLinks: true,
  /** A link in the filter of a link: https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/reference/link-entity */
  nestedAny: true,
  /** A filter inside an outer link: https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/join-tables#use-left-outer-join-to-find-records-not-in-a-set */
  outerConditions: true,
  /** https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/filter-rows#filters-on-link-entity */
  entityNameConditions: true,
  /** https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/order-rows#override-default-choice-columns-sort-order */
  rawOrder: true,
  /** A link that only asks whether there is a row: https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/join-tables#use-advanced-link-types */
  existsLinks: true,
  /** `valueof="alias.column"`: https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/filter-rows#cross-table-column-comparisons */
  crossValueOf: true,
  /** `[%]` in a pattern: https://learn.microsoft.com/power-apps/developer/data-platform/wildcard-characters */
  likeEscapes: true,
} as const satisfies Readonly<Record<string, boolean>>

export type FormName = keyof typeof FORMS
export type Forms = Readonly<Record<FormName, boolean>>

/** What a form is, and what works without it. */
const WORDS: Readonly<Record<FormName, readonly [what: string, nextStep: string]>> = {
  anyFilterLinks: [
    'conditions on whether related rows exist',
    'Query the related entity itself, with a condition on its lookup.',
  ],
  nestedAny: [
    'conditions on related rows of related rows',
    'Query the related entity itself, with the inner condition.',
  ],
  outerConditions: [
    'conditions inside an outer join',
    'Leave the condition on the related row out, and choose among the rows.',
  ],
  entityNameConditions: [
    'conditions on the row behind a lookup beside others',
    'Ask for the conditions one by one, each in a query of its own.',
  ],
  rawOrder: ['an order of choices by value', 'Leave the order out, or order by another column.'],
  existsLinks: [
    'links that only ask whether there is a row',
    'Name a column of the linked entity, so that its rows come along.',
  ],
  crossValueOf: ['comparisons with a column of another row', 'Select both columns, and compare them in the rows.'],
  likeEscapes: ['texts with %, _ or [ in them', 'Leave %, _ and [ out of the text.'],
}
const IN_FILTER: readonly (LinkType | undefined)[] = FILTER_LINK_TYPES
/** A wildcard that a bracket makes a character. */
const ESCAPE = /\[[%_[]\]/

/** Refuses by name what this release does not send. @throws QueryError `unsupported_form` */
export function checkForms({ entity, rawOrder }: Query, forms: Forms = FORMS): void {
  const links = allLinks(entity)
  const conditions = allConditions(entity)
  const filterLinks = filterLinksOf(entity)
  const needed: Readonly<Record<FormName, boolean>> = {
    anyFilterLinks: filterLinks.length > 0 || links.some(({ type }) => IN_FILTER.includes(type)),
    nestedAny: filterLinks.some((link) => filterLinksOf(link).length > 0),
    outerConditions: links.some(({ type, filters }) => type === 'outer' && filters.length > 0),
    entityNameConditions: conditions.some(({ entityName }) => entityName !== undefined),
    rawOrder: rawOrder && entity.orders.length > 0,
    existsLinks: links.some(({ type }) => type === 'exists'),
    crossValueOf: conditions.some(({ otherColumn }) => otherColumn?.includes('.')),
    likeEscapes: conditions.some(
      ({ operator, values }) => operator.endsWith('like') && values.some((value) => ESCAPE.test(value)),
    ),
  }
  const missing = (Object.keys(FORMS) as FormName[]).find((name) => needed[name] && !forms[name])
  if (missing === undefined) return
  const [what, nextStep] = WORDS[missing]
  throw new QueryError('unsupported_form', `This release does not send ${what} (${missing}).`, nextStep)
}

/** Links in filters, at any depth. */
function filterLinksOf(source: Source): Link[] {
  return [source, ...allLinks(source)].flatMap(({ filters }) => linksInFilters(filters))
}
