export type ElementRule = {
  readonly attributes: readonly string[]
  /** Written by the product's own views and tools; without effect on the rows, and so dropped. */
  readonly ignored: readonly string[]
  readonly children: readonly string[]
}

const VIEW = ['visible', 'build', 'addedby', 'enableprefiltering', 'prefilterparametername']
/** A condition belongs in a filter; one that stands outside is put into one. */
const SOURCE = ['attribute', 'all-attributes', 'no-attrs', 'filter', 'link-entity', 'order', 'condition']

/**
 * Every element of FetchXML with its attributes and children.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/reference/fetch
 */
export const ELEMENTS: Readonly<Record<string, ElementRule>> = {
  fetch: {
    attributes: [
      ...['aggregate', 'aggregatelimit', 'count', 'datasource', 'distinct', 'latematerialize', 'page'],
      ...['paging-cookie', 'returntotalrecordcount', 'top', 'useraworderby'],
    ],
    ignored: [
      'version',
      'output-format',
      'mapping',
      'no-lock',
      'options',
      'savedqueryid',
      'min-active-row-version',
      ...VIEW,
    ],
    children: ['entity'],
  },
  entity: { attributes: ['name'], ignored: VIEW, children: SOURCE },
  'link-entity': {
    attributes: ['name', 'from', 'to', 'alias', 'link-type'],
    ignored: ['intersect', ...VIEW],
    children: SOURCE,
  },
  attribute: {
    attributes: [
      ...['name', 'alias', 'aggregate', 'groupby', 'dategrouping', 'distinct', 'usertimezone', 'rowaggregate'],
    ],
    ignored: VIEW,
    children: [],
  },
  'all-attributes': { attributes: [], ignored: VIEW, children: [] },
  'no-attrs': { attributes: [], ignored: VIEW, children: [] },
  order: { attributes: ['attribute', 'alias', 'entityname', 'descending'], ignored: VIEW, children: [] },
  filter: {
    attributes: ['type', 'hint'],
    ignored: [
      'isquickfindfields',
      'overridequickfindrecordlimitenabled',
      'overridequickfindrecordlimitdisabled',
      ...VIEW,
    ],
    children: ['condition', 'filter', 'link-entity'],
  },
  condition: {
    attributes: ['attribute', 'entityname', 'operator', 'value', 'valueof'],
    ignored: ['uiname', 'uitype', 'uihidden', ...VIEW],
    children: ['value'],
  },
  value: { attributes: [], ignored: ['uiname', 'uitype', ...VIEW], children: [] },
}
