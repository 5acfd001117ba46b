export type OtherWord = {
  /** The argument's name with us. */
  readonly name: string
  /** As {@link canonicalName} writes them. */
  readonly words: readonly string[]
  /** Why, or what to put there, where the name alone does not tell. */
  readonly because?: string
}

const OF_SOME_REPORTS = 'a number, of reports whose line in the list names it; other periods are for query_crm'

/** What other systems call it: SQL, OData clients, GraphQL, REST lists and CRM libraries. */
export const OTHER_WORDS: readonly OtherWord[] = [
  {
    name: 'entity',
    words: [
      ...['table', 'tablename', 'entityname', 'entitylogicalname', 'logicalname', 'entitytype', 'entityset'],
      ...['entitysetname', 'object', 'objecttype', 'sobject', 'recordtype', 'module'],
    ],
  },
  {
    name: 'changes',
    words: ['values', 'data', 'fields', 'columns', 'attributes', 'properties', 'body', 'record', 'updates', 'set'],
    because: 'a list of {"column":…,"to":…}',
  },
  { name: 'to', words: ['value', 'newvalue', 'new', 'setto'] },
  { name: 'select', words: ['fields', 'fieldlist', 'columns', 'columnset', 'cols', 'attributes', 'properties'] },
  { name: 'filter', words: ['where', 'condition', 'conditions', 'criteria', 'predicate', 'query', 'search'] },
  {
    name: 'filter',
    words: ['owner', 'mine', 'ownerid', 'ownedby', 'salesperson', 'assignee'],
    because: 'as a condition: ownerid eq me, or the name in quotes',
  },
  { name: 'orderby', words: ['sort', 'sortby', 'sorting', 'sortorder', 'order', 'ordering'] },
  {
    name: 'top',
    words: [
      ...['limit', 'first', 'take', 'pagesize', 'perpage', 'maxrows', 'maxresults', 'maxcount', 'maxpagesize'],
      ...['rows', 'rowcount', 'size'],
    ],
  },
  {
    name: 'cursor',
    words: [
      ...['skip', 'offset', 'page', 'pagenumber', 'start', 'skiptoken', 'pagingcookie', 'pagetoken'],
      ...['nextcursor', 'nextlink', 'next', 'after'],
    ],
    because: 'no row is skipped by number; a result that has more gives the cursor of its next rows',
  },
  { name: 'expand', words: ['include', 'includes', 'join', 'joins', 'related', 'relations', 'populate'] },
  { name: 'count', words: ['total', 'totalcount', 'includecount', 'returntotal', 'returntotalrecordcount'] },
  { name: 'fetchxml', words: ['fetch', 'xml', 'fetchquery'] },
  {
    name: 'fetchxml',
    words: ['apply', 'aggregate', 'aggregates', 'groupby', 'having', 'sum', 'avg', 'min', 'max', 'distinct', 'sql'],
    because: 'totals and groups are asked of analyze, or in FetchXML',
  },
  {
    name: 'measures',
    words: [
      ...['measure', 'aggregate', 'aggregates', 'aggregation', 'aggregations', 'metrics', 'figures', 'apply', 'select'],
      ...['sum', 'avg', 'count', 'min', 'max', 'median', 'distinct', 'columns', 'fields', 'values'],
    ],
  },
  { name: 'by', words: ['groupby', 'group', 'groups', 'grouping', 'dimensions', 'dimension', 'breakdown', 'per'] },
  { name: 'compare', words: ['comparewith', 'compareto', 'versus', 'vs', 'comparison', 'periods', 'previous'] },
  { name: 'having', words: ['filterfigures', 'postfilter', 'figurefilter'] },
  { name: 'id', words: ['guid', 'uuid', 'recordid', 'entityid', 'rowid', 'name', 'url', 'link', 'reference'] },
  { name: 'key', words: ['keys', 'alternatekey', 'alternatekeys'] },
  {
    name: 'query',
    words: ['q', 'text', 'term', 'terms', 'words', 'keyword', 'keywords', 'search', 'searchterm', 'input'],
  },
  { name: 'search', words: ['q', 'query', 'text', 'term', 'terms', 'words', 'keyword', 'keywords', 'filter', 'name'] },
  { name: 'kind', words: ['type', 'category'] },
  { name: 'report', words: ['slug', 'reportname', 'reportid', 'name'] },
  {
    name: 'arguments',
    words: [
      ...['entity', 'select', 'filter', 'orderby', 'expand', 'top', 'ids', 'count', 'fetchxml', 'cursor', 'measures'],
      ...['by', 'groups', 'groupby', 'having', 'compare', 'of', 'since', 'until', 'kinds'],
    ],
    because: 'JSON that holds all that the other tool takes',
  },
  { name: 'chart', words: ['chartname', 'chartid', 'savedchart', 'visualization', 'visualizationid', 'graph'] },
  { name: 'dashboard', words: ['dashboardname', 'dashboardid', 'systemform', 'formid'] },
  { name: 'view', words: ['viewname', 'viewid', 'savedview', 'savedquery', 'userquery'] },
  {
    name: 'owner',
    words: ['mine', 'ownerid', 'owned', 'ownedby', 'user', 'userid', 'salesperson', 'assignee', 'me', 'my'],
    because: 'it is "me", "my-teams", "me-or-my-teams" or "anyone"; rows of another owner are for query_crm',
  },
  { name: 'days', words: ['day', 'period', 'since', 'daysback', 'window'], because: OF_SOME_REPORTS },
  { name: 'months', words: ['month'], because: OF_SOME_REPORTS },
  {
    name: 'lookup',
    words: ['name', 'navigation', 'navigationproperty', 'property', 'relationship', 'field', 'column'],
  },
  { name: 'column', words: ['name', 'field', 'attribute', 'property'] },
]

/** What the items of a list are asked for in vain, and where it can be asked. */
export const NOT_OF_ITEMS: Readonly<Record<string, { readonly names: readonly string[]; readonly advice: string }>> = {
  changes: { names: ['label', 'from', 'id'], advice: 'leave it out' },
  expand: {
    names: ['filter', 'orderby', 'top', 'count', 'cursor'],
    advice:
      'related rows come unfiltered and in no order of yours; to narrow, sort or count them, call query_crm on their own entity',
  },
}

/** Without what spellings of one name differ by: a `$` before it, case, `_`, `-` and blanks. */
export function canonicalName(written: string): string {
  return written
    .trim()
    .replace(/^\$/, '')
    .toLowerCase()
    .replaceAll(/[\s_-]/g, '')
}
