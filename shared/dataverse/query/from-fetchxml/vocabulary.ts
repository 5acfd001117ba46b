/** Written by the product's own views and tools; without effect on the rows, and so dropped. */
const VIEW = 'visible build addedby enableprefiltering prefilterparametername uiname uitype uihidden'
/** A condition belongs in a filter; one that stands outside is put into one. */
const SOURCE = 'attribute all-attributes no-attrs filter link-entity order condition'

const rule = (attributes = '', children = '', ignored = '') => {
  const names = (list: string): string[] => list.split(/\s+/).filter((name) => name !== '')
  return { attributes: names(attributes), ignored: names(`${VIEW} ${ignored}`), children: names(children) }
}

/**
 * Every element of FetchXML with its attributes and children.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/reference/fetch
 */
export const ELEMENTS: Readonly<Record<string, ReturnType<typeof rule>>> = {
  fetch: rule(
    `aggregate aggregatelimit count datasource distinct latematerialize page paging-cookie returntotalrecordcount top
    useraworderby`,
    'entity',
    'version output-format mapping no-lock options savedqueryid min-active-row-version',
  ),
  entity: rule('name', SOURCE),
  'link-entity': rule('name from to alias link-type', SOURCE, 'intersect'),
  attribute: rule('name alias aggregate groupby dategrouping distinct usertimezone rowaggregate'),
  'all-attributes': rule(),
  'no-attrs': rule(),
  order: rule('attribute alias entityname descending'),
  filter: rule(
    'type hint',
    'condition filter link-entity',
    'isquickfindfields overridequickfindrecordlimitenabled overridequickfindrecordlimitdisabled',
  ),
  condition: rule('attribute entityname operator value valueof', 'value'),
  value: rule(),
}
