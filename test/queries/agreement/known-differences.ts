import type { Difference } from './differences.ts'

/**
 * What query_crm answers otherwise than it means, by words out of the kinds of the differences (`place: operator and
 * operand | language`). The list may only shrink: both the test and the sweep fail for a difference that no entry names,
 * the sweep also for an entry that names none. A difference belongs to the first entry that names it. To see them all,
 * one a line (kind, condition with its spelling, what was answered and what SQL says):
 *
 *     AGREEMENT_REPORT=/tmp/report.tsv npm run test:sweep
 *     cut -f1 /tmp/report.tsv | sort | uniq -c
 */
export const KNOWN_DIFFERENCES: readonly string[] = [
  // Spans of time: refused, or cut in another place than at their ends.
  'order date word',
  'eq date word',
  'ne date word',
  'in date word',
  'between date word',
  'calendar words',
  'order now',
  // Days, times and the empty cells of negatives.
  'order day',
  'eq day',
  'ne day',
  'moment',
  'not order number',
  'number as written',
  'between option',
  'option as written',
  'set',
  'nothing | FetchXML',
  // Words for people and other rows.
  'me as written',
  'eq me',
  'ne me',
  'in me',
  'name of a row',
  'activity type',
  'refused',
  // Texts: wildcards as characters, a lookup to several tables.
  'wildcard',
  'text | OData',
  'a party',
  'between day',
  'in day',
  'not between number',
  'not (… and …)',
]

/** The first entry that names a kind, in whatever language. */
export const entryOf = (kind: string): number =>
  KNOWN_DIFFERENCES.findIndex((entry) => kind.includes(entry.split(' | ', 1).join()))

export const isKnown = ({ kind }: Pick<Difference, 'kind'>): boolean =>
  KNOWN_DIFFERENCES.some((entry) => kind.includes(entry))
