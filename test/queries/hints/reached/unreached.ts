/** Files whose words are no answer: names of operators and of months, and forms that this release sends all of. */
export const NO_ANSWER: readonly string[] = [
  'model/operators.ts',
  'model/operator-words.ts',
  'from-fetchxml/vocabulary.ts',
  'resolve/names/synonyms.ts',
  'resolve/values/dates/date-words.ts',
  'to-wire/forms.ts',
]

/** Of analyses, whose questions are in `test/queries/analysis/refusals.test.ts`: these two languages cannot ask them. */
const OF_AN_ANALYSIS: readonly string[] = [
  'resolve/joins/outer-ways.ts',
  'resolve/attributes.ts: Amounts of',
  'resolve/attributes.ts: Group by month(',
  'resolve/attributes.ts: Group by the column alone',
  'resolve/attributes.ts: … is a date, and grouped by',
  'resolve/attributes.ts: … is a column of type',
  'resolve/attributes.ts: count rows with count',
  'resolve/attributes.ts: for the time between',
  // Told by the description of a table.
  'terms/say-term.ts: ……: …',
]

/** Beginnings of sentences that speak of what the language does not have. */
export const OF_THE_OTHER: Readonly<Record<'odata' | 'fetchxml', readonly string[]>> = {
  odata: [
    ...OF_AN_ANALYSIS,
    'from-fetchxml/',
    'resolve/attributes.ts',
    'resolve/orders.ts',
    'resolve/with-defaults.ts',
    'resolve/names/name-links.ts',
    'resolve/names/find-column.ts: Link them',
    'resolve/names/find-column.ts: Link the rows',
    'resolve/names/scope.ts: Give each',
    'resolve/names/scope.ts: The alias',
    'resolve/parties.ts',
    'resolve/names/scope.ts: Use one of',
    'resolve/names/scope.ts: Add <link-entity',
    'resolve/joins/resolve-join.ts',
    'resolve/joins/resolve-link.ts',
    'resolve/resolve-query.ts: aggregate=',
    'resolve/resolve-query.ts: The aggregate has',
    'resolve/resolve-query.ts: Add attributes',
    'resolve/resolve-query.ts: A link of this type',
    'resolve/filter/resolve-condition.ts: … was read as the column',
    'resolve/filter/resolve-condition.ts: A condition of a link-entity',
    'resolve/filter/check-operator.ts: The operator … was read as',
    'resolve/filter/check-operator.ts: There is no operator',
    'resolve/filter/check-operator.ts: Did you mean',
    'resolve/filter/check-operator.ts: Use eq',
    'resolve/filter/check-operator.ts: The value … was read as a list.',
    'resolve/filter/check-operator.ts: The operator … takes no value',
    'resolve/filter/check-operator.ts: The operator … with several values',
    'resolve/filter/check-operator.ts: <value>',
    'resolve/filter/check-operator.ts: at least one value',
    'resolve/values/asked.ts: like … has no %',
    'resolve/values/other-column.ts: The operator … does not compare',
    'resolve/values/other-column.ts: Use eq',
    'resolve/values/other-column.ts: A condition of a link-entity',
    'resolve/values/other-column.ts: Move it',
    'terms/placed.ts: Put the condition',
    'terms/placed.ts: The term speaks',
    'terms/refuse-term.ts: …, or put the condition',
  ],
  fetchxml: [
    ...OF_AN_ANALYSIS,
    'terms/refuse-term.ts: A term has figures',
    'from-odata/',
    'say/refusals.ts: The filter',
    'resolve/expansions.ts',
    'resolve/joins/find-navigation.ts',
    'resolve/joins/find-ways.ts',
    'resolve/names/find-column.ts: Expand them',
    'resolve/names/find-column.ts: Expand the rows',
    'resolve/names/find-column.ts: Query the entity activityparty',
    'resolve/resolve-query.ts: The query follows',
    'resolve/resolve-query.ts: Ask in two queries: first',
    'resolve/filter/resolve-condition.ts: compares',
    'resolve/filter/resolve-condition.ts: Put text in quotes',
    'resolve/filter/resolve-condition.ts: The column … stands alone',
    'resolve/filter/resolve-condition.ts: Write what it is compared with',
    'resolve/filter/negate.ts',
    'terms/placed.ts: asks inside',
    'terms/placed.ts: Ask for it outside',
    'terms/refuse-term.ts: The lookup',
    'terms/refuse-term.ts: Write one of',
    'terms/refuse-term.ts: …, or write what you mean',
    'to-wire/write-fetch.ts',
  ],
}

/** What runs where a definition is read, which is OData in whatever language it is asked for, and is said to nobody. */
export const OF_DEFINITIONS: readonly string[] = ['from-odata/tokens.ts: …, at position … (near "…")']

/** What no question reaches in a language that could say it. May only shrink. */
export const UNREACHED: Readonly<Record<'odata' | 'fetchxml', readonly string[]>> = { odata: [], fetchxml: [] }
