import { BUILT_IN_REPORTS } from '../../../../shared/reports/catalogue/built-in.ts'
import { covering } from '../../../queries/covering.ts'
import { CHARTS } from '../../../sandbox/dataverse/seed/platform/charts.ts'
import { DASHBOARDS } from '../../../sandbox/dataverse/seed/platform/dashboards.ts'
import { analysesByName, analysesOf } from './analyses.ts'
import { showing } from './alike.ts'
import { OWN_REPORTS, VIEWS, type Setting } from './stage.ts'
import { TERM_CALLS } from './term-calls.ts'

export type Call = { readonly tool: string; readonly args: Readonly<Record<string, unknown>> }

/** Ways to a table from another one: the table, its lookup there, and the column that the lookup is equal to. */
const LINKS: readonly { from: string; entity: string; to: string; id: string; expand: string }[] = [
  { from: 'account', entity: 'contact', to: 'primarycontactid', id: 'contactid', expand: 'primarycontactid' },
  { from: 'contact', entity: 'account', to: 'parentcustomerid', id: 'accountid', expand: 'parentcustomerid' },
  { from: 'opportunity', entity: 'account', to: 'customerid', id: 'accountid', expand: 'customerid' },
  { from: 'annotation', entity: 'opportunity', to: 'objectid', id: 'opportunityid', expand: 'objectid' },
]
const COLLECTIONS: readonly (readonly [string, string, string])[] = [
  ['account', 'contact_customer_accounts', 'contact'],
  ['account', 'opportunity_customer_accounts', 'opportunity'],
  ['account', 'Account_Annotation', 'annotation'],
  ['email', 'email_activity_parties', 'activityparty'],
]
const GUESSES = ['Zebrafinch 1001', 'Zebrafinch', '7730001', '1931-03-02', 'Zebrafinch.1001@pine.example']

const quoted = (value: string): string => (/^[\d-]+$/.test(value) ? value : `'${value}'`)
const fetch = (entity: string, inner: string, options = ''): Call => ({
  tool: 'query_crm',
  args: { fetchxml: `<fetch${options}><entity name="${entity}">${inner}</entity></fetch>`, top: 20 },
})

/** Everything that can be asked of one column of one table. */
function ofColumn(entity: string, column: string): Call[] {
  const id = `${['task', 'activitypointer'].includes(entity) ? 'activity' : entity}id`
  const list = (more: object): Call => ({ tool: 'query_crm', args: { entity, top: 20, ids: true, ...more } })
  const guesses = GUESSES.flatMap((guess) => [
    list({ filter: `${column} eq ${quoted(guess)}`, count: true }),
    list({ filter: `contains(${column},'${guess}')` }),
    list({ filter: `${column} ge ${quoted(guess)}`, select: [id] }),
  ])
  const condition = (more: string): string => `<filter><condition attribute="${column}" ${more}/></filter>`
  return [
    list({ select: [column] }),
    list({ select: [column, id, 'modifiedon'] }),
    list({ orderby: `${column} desc`, select: [id] }),
    list({ filter: `${column} ne null`, count: true }),
    list({ filter: `not (${column} eq null)` }),
    ...guesses,
    fetch(entity, `<attribute name="${column}" alias="x"/>`),
    fetch(entity, `<attribute name="${column}" alias="name2"/><order alias="name2"/>`),
    fetch(entity, `<attribute name="${column.toUpperCase()}"/>`),
    fetch(entity, `<attribute name="${column}"/>`, ' distinct="true"'),
    fetch(entity, '<all-attributes/>'),
    fetch(entity, `<attribute name="${id}"/><order attribute="${column}"/>`),
    fetch(entity, `<attribute name="${id}"/>${condition('operator="not-null"')}`),
    fetch(entity, `<attribute name="${id}"/>${condition('operator="like" value="%Zebra%"')}`),
    fetch(entity, `<attribute name="${id}"/>${condition('operator="eq" valueof="modifiedon"')}`),
    fetch(
      entity,
      `<attribute name="${id}"/><filter><condition attribute="createdon" operator="eq" valueof="${column}"/></filter>`,
    ),
    ...['count', 'countcolumn', 'max', 'min', 'sum', 'avg'].map((total) =>
      fetch(entity, `<attribute name="${column}" aggregate="${total}" alias="n"/>`, ' aggregate="true"'),
    ),
    fetch(
      entity,
      `<attribute name="${column}" aggregate="countcolumn" distinct="true" alias="n"/>`,
      ' aggregate="true"',
    ),
    fetch(
      entity,
      `<attribute name="${column}" groupby="true" alias="g"/><attribute name="${id}" aggregate="count" alias="n"/><order alias="g"/>`,
      ' aggregate="true"',
    ),
    fetch(entity, `<attribute name="${column}" groupby="true" dategrouping="month" alias="g"/>`, ' aggregate="true"'),
    ...analysesOf(entity, column, GUESSES.map(quoted)),
    { tool: 'get_entity_metadata', args: { entity, search: column } },
    { tool: 'get_record', args: { entity, key: [{ column, value: 'Zebrafinch 1001' }] } },
    ...LINKS.filter((link) => link.entity === entity).flatMap((link) => throughLink(link, column)),
    ...COLLECTIONS.filter(([, , target]) => target === entity).flatMap(([from, way]) =>
      throughCollection(from, way, column),
    ),
  ]
}

function throughLink({ from, entity, to, id, expand }: (typeof LINKS)[number], column: string): Call[] {
  const link = (inner: string, more = ''): string =>
    `<link-entity name="${entity}" from="${id}" to="${to}" alias="l"${more}>${inner}</link-entity>`
  const condition = `<filter><condition attribute="${column}" operator="not-null"/></filter>`
  return [
    fetch(from, `<attribute name="${from}id"/>${link(`<attribute name="${column}"/>`)}`),
    fetch(from, `<attribute name="${from}id"/>${link(`<attribute name="${column}" alias="y"/>`)}`),
    fetch(from, `<attribute name="${from}id"/>${link(`<order attribute="${column}"/>`)}`),
    fetch(from, `<attribute name="${from}id"/>${link(condition)}`),
    fetch(from, `<attribute name="${from}id"/>${link(condition, ' link-type="exists"')}`),
    fetch(
      from,
      `<attribute name="${from}id"/><filter><link-entity name="${entity}" from="${id}" to="${to}" link-type="any">${condition}</link-entity></filter>`,
    ),
    fetch(
      from,
      `<attribute name="${from}id"/><filter><condition entityname="l" attribute="${column}" operator="null"/></filter>${link('', ' link-type="outer"')}`,
    ),
    fetch(from, `<attribute name="${from}id"/>${link('').replace(`from="${id}"`, `from="${column}"`)}`),
    fetch(from, link(`<attribute name="${column}" aggregate="countcolumn" alias="n"/>`), ' aggregate="true"'),
    {
      tool: 'query_crm',
      args: { entity: from, select: [`${from}id`], expand: [{ lookup: expand, select: [column] }], top: 20 },
    },
    { tool: 'query_crm', args: { entity: from, filter: `${expand}/${column} ne null`, top: 20 } },
    ...analysesOf(from, `${expand}/${column}`, []),
    {
      tool: 'query_crm',
      args: { entity: from, filter: `${expand}_${entity}/${column} eq 'Zebrafinch 1001'`, top: 20 },
    },
  ]
}

function throughCollection(from: string, way: string, column: string): Call[] {
  const id = from === 'email' ? 'activityid' : `${from}id`
  const expand = [{ lookup: way, select: [column] }]
  return [
    { tool: 'query_crm', args: { entity: from, select: [id], expand, top: 20 } },
    { tool: 'query_crm', args: { entity: from, select: [id], filter: `${way}/any(o:o/${column} ne null)`, top: 20 } },
    { tool: 'query_crm', args: { entity: from, select: [id], filter: `${way}/all(o:o/${column} eq null)`, top: 20 } },
    { tool: 'query_crm', args: { entity: from, filter: `${way}/any(o:contains(o/${column},'Zebrafinch'))`, top: 20 } },
  ]
}

/** Where what a row is called stands: lookups, by name, order, group and text. */
const BY_NAME: readonly Call[] = [
  ['account', 'primarycontactid'],
  ['opportunity', 'ownerid'],
  ['contact', 'ownerid'],
  ['task', 'regardingobjectid'],
  ['annotation', 'objectid'],
  ['incident', 'customerid'],
  ['opportunity', 'parentcontactid'],
  ['activityparty', 'partyid'],
].flatMap(([entity = '', lookup = '']) => [
  ...analysesByName(entity, lookup),
  { tool: 'query_crm', args: { entity, select: [lookup], top: 30 } },
  { tool: 'query_crm', args: { entity, select: [lookup], orderby: lookup, top: 30 } },
  { tool: 'query_crm', args: { entity, select: [lookup], filter: `contains(${lookup},'Zebra')`, top: 30 } },
  { tool: 'query_crm', args: { entity, filter: `${lookup} eq 'Zebrafinch Person1001'`, top: 30 } },
  { tool: 'query_crm', args: { entity, filter: `${lookup}name eq 'Zebrafinch Person1001'`, top: 30 } },
  { tool: 'query_crm', args: { entity, filter: `${lookup} ge 'Zebrafinch Person1001'`, top: 30 } },
  { tool: 'query_crm', args: { entity, select: [`${lookup}name`], orderby: `${lookup}name`, top: 30 } },
  fetch(entity, `<attribute name="${lookup}" alias="who"/>`),
  fetch(entity, `<attribute name="${lookup}"/>`, ' distinct="true"'),
  fetch(
    entity,
    `<attribute name="${lookup}" groupby="true" alias="g"/><attribute name="createdon" aggregate="count" alias="n"/>`,
    ' aggregate="true"',
  ),
  fetch(
    entity,
    `<attribute name="${lookup}" groupby="true" alias="g"/><attribute name="createdon" aggregate="count" alias="n"/><order alias="g"/>`,
    ' aggregate="true"',
  ),
  fetch(
    entity,
    `<attribute name="${lookup}"/><filter><condition attribute="${lookup}" operator="like" value="Zebra%"/></filter>`,
  ),
  fetch(
    entity,
    `<attribute name="${lookup}"/><filter><condition attribute="${lookup}" operator="eq" value="Zebrafinch 1001"/></filter>`,
  ),
])

const ofTable = (entity: string): Call[] => [
  { tool: 'query_crm', args: { entity, top: 50, count: true } },
  { tool: 'query_crm', args: { entity, top: 3 } },
  { tool: 'get_entity_metadata', args: { entity } },
  { tool: 'list_entities', args: { search: entity } },
  { tool: 'run_report', args: { report: 'saved-views', entity } },
  { tool: 'run_report', args: { report: 'saved-charts', entity } },
  { tool: 'search', args: { query: entity } },
]

const OTHERS: readonly Call[] = [
  ...BUILT_IN_REPORTS.flatMap(({ slug, parameters }): Call[] => [
    { tool: 'run_report', args: { report: slug } },
    { tool: 'show_report', args: { report: slug } },
    ...(parameters.some(({ type }) => type === 'owner')
      ? [{ tool: 'run_report', args: { report: slug, owner: 'me' } }]
      : []),
  ]),
  ...OWN_REPORTS.map(({ slug }) => ({ tool: 'run_report', args: { report: slug } })),
  ...VIEWS.map((view) => ({ tool: 'run_report', args: { view } })),
  ...CHARTS.map(({ name }) => ({ tool: 'show_report', args: { chart: name } })),
  ...DASHBOARDS.map(({ name }) => ({ tool: 'run_report', args: { dashboard: name } })),
  { tool: 'run_report', args: { report: 'saved-charts' } },
  { tool: 'run_report', args: { report: 'dashboards' } },
  ...[
    ...GUESSES,
    'Zebra',
    'Quokka',
    'Zebrafinch Person',
    'pine.example',
    'Zebrafinc',
    '773 0001',
    '000 1000',
    'Harbour',
  ].map((query) => ({ tool: 'search', args: { query } })),
  { tool: 'whoami', args: {} },
  { tool: 'list_entities', args: {} },
  { tool: 'list_entities', args: { kind: 'custom' } },
  { tool: 'query_crm', args: { entity: 'email', select: ['subject', 'to', 'from', 'allparties'], top: 20 } },
  { tool: 'query_crm', args: { entity: 'email', filter: "contains(to,'Zebra')", top: 20 } },
  { tool: 'query_crm', args: { entity: 'email', filter: "to eq 'Zebrafinch.1001@pine.example'", top: 20 } },
  { tool: 'query_crm', args: { entity: 'opportunity', filter: "ownerid eq 'Zebrafinch 1001'", top: 20 } },
  {
    tool: 'query_crm',
    args: {
      entity: 'account',
      filter: 'ownerid eq me-or-my-teams',
      select: ['name', 'revenue', 'creditlimit'],
      top: 20,
    },
  },
  { tool: 'query_crm', args: { entity: 'account', filter: 'ownerid eq me', select: ['name', 'creditlimit'], top: 20 } },
  { tool: 'query_crm', args: { entity: 'hp_projects', top: 20 } },
  { tool: 'query_crm', args: { entity: 'account', expand: [{ lookup: 'hp_project', select: ['hp_name'] }], top: 20 } },
]

/** One in so many, as each costs as much as the call that it shows. */
const SHOWN = 17
const isShownToo = ({ tool }: Call, at: number): boolean =>
  at % SHOWN === 0 && (tool === 'analyze' || tool === 'query_crm')
const shown = ({ tool, args }: Call): Call => ({ tool: 'show_answer', args: { tool, arguments: args } })

const isLinkedTo = (entity: string): boolean =>
  LINKS.some((link) => link.entity === entity) || COLLECTIONS.some(([, , target]) => target === entity)

/** Of all that can be asked of each column what is enough to show all that any of it does. */
function ofColumns(setting: Setting): Call[] {
  const columns = Object.entries(setting.hidden).flatMap(([entity, made]) =>
    Object.keys(made).map((column) => [entity, column] as const),
  )
  const asked = columns.flatMap(([entity, column]) =>
    ofColumn(entity, column).map(showing(setting, entity, column, isLinkedTo(entity))),
  )
  const enough = covering(asked, ({ needs }) => needs)
  // Together, so that those who ask in turn share each form.
  return [...Map.groupBy(enough, ({ form }) => form).values()].flat().map(({ call }) => call)
}

/** @param ids of some rows, by table */
export function allCalls(setting: Setting, ids: ReadonlyMap<string, readonly string[]>): readonly Call[] {
  const { hidden } = setting
  const tables = new Set([
    ...Object.keys(hidden),
    'email',
    'incident',
    'systemuser',
    'phonecall',
    'owner',
    'hp_project',
  ])
  const byColumn = ofColumns(setting)
  const byRow = [...ids].flatMap(([entity, some]) =>
    some.flatMap((id): Call[] => [
      { tool: 'fetch', args: { id: `${entity}/${id}` } },
      { tool: 'timeline', args: { of: `${entity}/${id}` } },
      { tool: 'timeline', args: { of: `${entity}/${id}`, kinds: ['change', 'note'], since: '2026-01-01' } },
      { tool: 'get_record', args: { entity, id } },
      ...Object.keys(hidden[entity] ?? {}).map((column) => ({
        tool: 'get_record',
        args: { entity, id, select: [column] },
      })),
    ]),
  )
  const byName = [...tables].flatMap((entity) =>
    ['Zebrafinch 1001', 'Zebrafinch Person1001'].map((id) => ({ tool: 'get_record', args: { entity, id } })),
  )
  const others = [...[...tables].flatMap(ofTable), ...OTHERS, ...byRow, ...byName, ...TERM_CALLS]
  return [...byColumn, ...BY_NAME, ...others, ...[...byColumn, ...BY_NAME].filter(isShownToo).map(shown)]
}
