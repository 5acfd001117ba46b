/** What an error code of Dataverse means and what to do about it; without a cause, Dataverse's own text says it. */
export type Advice = { readonly cause?: string; readonly nextStep: string }

const ROLE = 'An administrator must change that; no other query will help.'
const LATER = 'Dynamics 365 has a problem of its own. Try again in a minute.'
const UNCHANGED = 'The same query may pass in a minute, but other queries are not held back.'
const COLUMNS = 'Correct the query; get_entity_metadata shows the columns of an entity.'
const NO_VALUE = 'Write the value as its column wants it: a GUID bare, a number without quotes, a date as 2026-01-31.'

/**
 * By code, lower case: what a read can be refused with.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes
 */
export const ADVICE: Readonly<Record<string, Advice>> = {
  // Rows
  '0x80040217': {
    cause: 'There is no such record, or not any more.',
    nextStep: 'Look for it with query_crm, by its name.',
  },
  '0x80060891': { nextStep: 'Look for it with query_crm, by a part of the value.' },
  '0x80060890': { nextStep: 'Filter by the columns with query_crm instead.' },
  '0x80040224': { cause: 'An extension of this Dynamics 365 environment failed.', nextStep: LATER },
  '0x80040265': {
    nextStep: 'An extension of this Dynamics 365 environment refused it. Ask for other rows or columns.',
  },

  // Rights
  '0x80048306': {
    cause: 'The record exists, but the signed-in person may not read it.',
    nextStep: 'Do not try other ways to read it; its owner can share it.',
  },
  '0x80048405': { cause: 'The signed-in person may not read this.', nextStep: ROLE },
  '0x80040256': { cause: 'The signed-in person may not read this.', nextStep: ROLE },
  '0x8004020d': { cause: 'The signed-in person may not read this.', nextStep: ROLE },
  '0x80042f09': { cause: 'The signed-in person has no security role in Dynamics 365.', nextStep: ROLE },
  '0x80040225': { cause: 'The signed-in person is disabled in Dynamics 365.', nextStep: ROLE },
  '0x80072560': { cause: 'The signed-in person is no user of this Dynamics 365 environment.', nextStep: ROLE },
  '0x8004d24b': { cause: 'The signed-in person has no licence for Dynamics 365.', nextStep: ROLE },
  '0x8004f504': {
    cause: 'A column of the query is secured, and the signed-in person may not read it.',
    nextStep: 'Leave that column out.',
  },
  '0x8004f506': {
    cause: 'A column of the query is secured, and the signed-in person may not read it.',
    nextStep: 'Leave that column out, also of the filter and the order.',
  },

  // Limits
  '0x8004e023': {
    cause: 'More than 50,000 rows would be totalled.',
    nextStep: 'Narrow the filter, by owner or by date, and add the parts up.',
  },
  '0x8004430c': { nextStep: 'A query takes 500 conditions at most: use "in" with several values, or ask in parts.' },
  '0x8004430d': { nextStep: 'A query takes 15 link-entity elements at most: leave some out, or ask in parts.' },
  '0x8004430e': { nextStep: 'Pass fewer values to the condition, or ask in parts.' },
  '0x80060429': { nextStep: 'Select fewer calculated columns.' },
  '0x80044151': { cause: 'The query took too long.', nextStep: 'Narrow the filter or select fewer columns.' },
  '0x8005e00e': { cause: 'The query took too long.', nextStep: 'Narrow the filter or select fewer columns.' },
  '0x80048573': {
    cause: 'The query is too slow: it searches for a text anywhere in a column.',
    nextStep: 'Use startswith instead of contains, or filter by another column first.',
  },
  '0x80048574': {
    cause: 'The query is too slow: it filters or orders by a computed column.',
    nextStep: 'Filter and order by other columns.',
  },
  '0x80048575': {
    cause: 'The query is too heavy for Dynamics 365.',
    nextStep: 'Narrow the filter, follow fewer lookups, select fewer columns.',
  },
  // Query throttling: https://learn.microsoft.com/power-apps/developer/data-platform/query-throttling
  '0x80048544': {
    cause: 'Dynamics 365 holds this query back: it burdens the database, alone or by being asked very often.',
    nextStep: `Narrow the filter, by owner or by date, and select fewer columns. ${UNCHANGED}`,
  },
  '0x80048644': {
    cause: 'Dynamics 365 holds this query back: it searches for a text anywhere in a column.',
    nextStep: `Use startswith instead of contains, or filter by another column first. ${UNCHANGED}`,
  },
  '0x80048744': {
    cause: 'Dynamics 365 holds this query back: it filters by a computed column.',
    nextStep: `Filter by other columns. ${UNCHANGED}`,
  },
  // Dataverse's own text lists what is slow.
  '0x80048745': {
    nextStep: `Leave out what is named there, or narrow the filter and follow fewer lookups. ${UNCHANGED}`,
  },

  // Queries
  '0x80040203': { nextStep: 'Correct the argument that is named, and call again.' },
  '0x80040201': { nextStep: 'Close every element and escape & and < in values; then call again.' },
  '0x80041102': { nextStep: 'Call list_entities for the logical names.' },
  '0x8005e00c': { nextStep: 'Call list_entities for the logical names.' },
  '0x8004024a': { nextStep: 'Call list_entities for the logical names.' },
  '0x80041103': { nextStep: COLUMNS },
  '0x80071119': { nextStep: COLUMNS },
  '0x80044183': { nextStep: COLUMNS },
  '0x80040363': { nextStep: NO_VALUE },
  '0x80041106': { nextStep: 'Correct the condition; get_entity_metadata shows the type of its column.' },
  '0x80041107': { nextStep: 'In an aggregate, give each attribute an aggregate or groupby="true", and an alias.' },
  '0x80041108': { nextStep: NO_VALUE },
  '0x80041139': { nextStep: NO_VALUE },
  '0x80041109': { nextStep: 'Give each aggregate and group an alias of its own, letters and digits only.' },
  '0x8004110a': { nextStep: 'Use an alias that the FetchXML defines.' },
  '0x8004110b': { nextStep: 'Use an alias that the FetchXML defines.' },
  '0x8004111a': { nextStep: 'Sum, avg, min and max take numbers or dates; group by another column.' },
  '0x80041117': { nextStep: 'Use link-type inner or outer; any, not any, all, not all only inside a filter.' },
  '0x80041120': { nextStep: 'Use an operator that FetchXML has, e.g. eq, ne, like, in, last-x-days.' },
  '0x80044253': { nextStep: 'Use an operator that FetchXML has, e.g. eq, ne, like, in, last-x-days.' },
  '0x80048415': { nextStep: 'Use an operator that suits the type of the column.' },
  '0x80041122': { nextStep: 'Write type="and" or type="or" on the filter.' },
  '0x800410fe': { nextStep: 'Write type="and" or type="or" on the filter.' },
  '0x80041128': { nextStep: 'Name the same entity in the FetchXML and in the call.' },
  '0x80041129': { nextStep: 'Start again without the cursor: the order of the query has changed.' },
  '0x8004112a': { nextStep: 'Start again without the cursor.' },
  '0x8004112f': { nextStep: 'Use count or countcolumn on this column; sum and avg take numbers.' },
  '0x80041130': { nextStep: 'Give each alias once.' },
  '0x80041131': { nextStep: 'Order an aggregate by alias="…".' },
  '0x80041132': { nextStep: 'Order by attribute="…"; alias is for aggregates.' },
  '0x80041133': { nextStep: 'Order by attribute="…"; alias is for aggregates.' },
  '0x80041134': { nextStep: 'Order an aggregate by alias="…".' },
  '0x80041135': { nextStep: 'Group dates by day, week, month, quarter, year, fiscal-period or fiscal-year.' },
  '0x80041137': { nextStep: 'Give an attribute either an aggregate or groupby="true", not both.' },
  '0x8006088a': {
    cause: 'Dynamics 365 does not filter its list of entities that way.',
    nextStep: 'Call list_entities or get_entity_metadata with a text to search for.',
  },

  // The environment
  '0x80040216': { cause: 'Dynamics 365 failed without saying why.', nextStep: LATER },
  '0x8004a104': { cause: 'This Dynamics 365 environment is switched off.', nextStep: ROLE },
  '0x8004a113': { cause: 'This Dynamics 365 environment is open to administrators only.', nextStep: ROLE },
  '0x80040315': { nextStep: 'Ask in another way: Dynamics 365 does not offer this.' },
  '0x8004023b': { nextStep: 'Ask in another way: Dynamics 365 does not offer this.' },
  '0x80048d0b': {
    cause: 'Dataverse Search is switched off in this environment.',
    nextStep: 'Use query_crm with a filter on the name.',
  },
  '0x80048d19': { nextStep: 'Search for one to a hundred characters of plain text.' },

  // Ours
  hidden_by_administrator: {
    nextStep: 'Leave it out, and say that an administrator of this connector keeps it from models.',
  },
  answer_too_large: { nextStep: 'Select fewer columns, lower top, or ask for less time or fewer kinds.' },
}

/** Codes that hold back one query, whatever their status: it has to change, where service protection has to be waited for. */
export const QUERY_THROTTLING = /^0x80048(?:[56]44|74[45])$/i

/** Codes of the builder of queries that need no words of their own: Dataverse's text names the element. */
export const QUERY_BUILDER: { readonly code: RegExp; readonly advice: Advice } = {
  code: /^0x80041(?:0f[ef]|1[0-4][0-9a-f])$/,
  advice: { nextStep: 'Correct the FetchXML and call again.' },
}

/** What the Web API's own sentences mean; they share one code. */
export const ADVICE_BY_TEXT: readonly (readonly [RegExp, Advice])[] = [
  [
    /(?<=incompatible types was detected\. Found operand types )'Microsoft\.Dynamics\.CRM\.\w+' and 'Edm\.Guid'/,
    { nextStep: 'Compare a lookup by its column, e.g. _ownerid_value eq <id>.' },
  ],
  [/incompatible types was detected/, { nextStep: NO_VALUE }],
  [/unterminated literal/, { nextStep: "Write an apostrophe inside a literal twice: 'O''Brien'." }],
  [/Syntax error at position|expected at position/, { nextStep: 'Correct the filter at the position that is named.' }],
  [/not operator along with/i, { nextStep: 'Use the function with Not in its name, or turn the comparison round.' }],
  [/query node In is not supported/, { nextStep: 'Write (a eq 1 or a eq 2) instead of in.' }],
  [/SingleValueOpenPropertyAccess/, { nextStep: 'Order the totals after they have come, or use FetchXML.' }],
  [/\$expand options exceeds/, { nextStep: 'Expand 15 lookups at most.' }],
  [/query parameter (\S+) is not supported/, { nextStep: 'Leave that parameter out.' }],
  [/Invalid JSON/, { nextStep: 'Write the list with double quotes: PropertyValues=["a","b"].' }],
]
