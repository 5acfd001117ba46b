import type { SeedRow } from '../tools.ts'
import { idOf, instant, reference } from '../tools.ts'
import { shareRow } from '../shares.ts'
import { textOf } from '../../store/store.ts'

export type ChartPlan = {
  readonly entity: string
  readonly name: string
  /** `ChartType` of the chart controls. */
  readonly type: string
  /** What stands in `<fetch>`: columns, filters, joins, orders. */
  readonly query: string
  /** Further attributes of `<fetch>`. */
  readonly fetch?: string
  /** Aliases of the figures; the series of each. */
  readonly measures: readonly string[]
  /** Aliases of what is grouped by, where the designer wrote them down. */
  readonly categories?: readonly string[]
}

const KEY = '_CRMAutoGen_groupby_column_Num_0'
const FIGURE = '_CRMAutoGen_aggregate_column_Num_0'
const group = (name: string, alias = KEY, more = ''): string =>
  `<attribute groupby="true" alias="${alias}" name="${name}"${more} />`
const figure = (name: string, aggregate: string, alias = FIGURE, more = ''): string =>
  `<attribute alias="${alias}" name="${name}" aggregate="${aggregate}"${more} />`
const part = (grouping: string): string => ` dategrouping="${grouping}"`

/** As the chart designer saves one: aliases of its own making, both named again below. */
const designed = (entity: string, name: string, type: string, query: string): ChartPlan => ({
  entity,
  name,
  type,
  query,
  measures: [FIGURE],
  categories: [KEY],
})

/** Those of Microsoft's page of samples are marked with the name that they have there. */
export const CHARTS: readonly ChartPlan[] = [
  designed('opportunity', 'Sales Pipeline', 'Funnel', group('salesstage') + figure('estimatedvalue', 'sum')),
  designed(
    'opportunity',
    'Won by Month',
    'Column',
    group('actualclosedate', KEY, part('month')) + figure('actualvalue', 'sum'),
  ),
  designed('incident', 'Cases by Priority', 'Pie', group('prioritycode') + figure('incidentid', 'count')),
  designed('account', 'Accounts by Industry', 'Bar', group('industrycode') + figure('accountid', 'count')),
  // "Bar Chart"
  {
    entity: 'opportunity',
    name: 'Top 5 Customers',
    type: 'Bar',
    fetch: ' count="5"',
    query: `${figure('estimatedvalue', 'sum', 'sum_estimatedvalue')}${group('customerid', 'customerid')}<order alias="sum_estimatedvalue" descending="true" />`,
    measures: ['sum_estimatedvalue'],
  },
  // "Multi-Series Chart"
  {
    entity: 'opportunity',
    name: 'Estimated vs. Actual Revenue',
    type: 'Column',
    query: `${figure('estimatedvalue', 'sum', 'estvalue')}${figure('actualvalue', 'sum', 'actvalue')}${group('actualclosedate', 'actclosedate', part('month'))}`,
    measures: ['estvalue', 'actvalue'],
  },
  // "Comparison Chart (Stacked Chart)"
  {
    entity: 'activitypointer',
    name: 'Activities by Type and Priority',
    type: 'StackedColumn',
    query: `${figure('subject', 'count', 'aggregate_column')}${group('activitytypecode', 'groupby_column')}${group('prioritycode', 'groupby_priority')}`,
    measures: ['aggregate_column'],
  },
  // "Comparison Chart (100% Stacked Chart)"
  {
    entity: 'incident',
    name: 'Cases by Day and Priority',
    type: 'StackedBar100',
    query: `<order alias="groupby_column" descending="false" />${figure('incidentid', 'count', 'aggregate_column')}${group('createdon', 'groupby_column', part('day'))}${group('prioritycode', 'groupby_priority')}`,
    measures: ['aggregate_column'],
  },
  // "Line Chart"
  {
    entity: 'lead',
    name: 'Lead Generation Rate',
    type: 'Line',
    fetch: ' count="5"',
    query: `${figure('leadid', 'countcolumn', 'count_leadid')}${group('createdon', 'createdon', `${part('month')} usertimezone="false"`)}<order alias="createdon" descending="false" />`,
    measures: ['count_leadid'],
  },
  // "Pie Chart", its type in small letters there too
  {
    entity: 'lead',
    name: 'Leads by Rating',
    type: 'pie',
    query: group('leadqualitycode', 'groupby_column') + figure('fullname', 'count', 'aggregate_column'),
    measures: ['aggregate_column'],
  },
  // The example of "Understand charts": a mark for each row
  {
    entity: 'opportunity',
    name: 'Largest Deals',
    type: 'Column',
    fetch: ' count="10"',
    query: '<attribute name="estimatedvalue" /><order attribute="estimatedvalue" descending="true" />',
    measures: ['estimatedvalue'],
  },
  designed(
    'opportunity',
    'Deals by Industry of the Customer',
    'Doughnut',
    `${figure('opportunityid', 'count')}<link-entity name="account" from="accountid" to="parentaccountid" link-type="outer" alias="aa">${group('industrycode')}</link-entity>`,
  ),
  designed(
    'incident',
    'Urgent Cases by Owner',
    'Bar',
    `${group('ownerid')}${figure('incidentid', 'count')}<filter type="and"><condition attribute="prioritycode" operator="eq" value="1" /></filter>`,
  ),
  designed(
    'opportunity',
    'Deals by Fiscal Quarter',
    'Area',
    group('estimatedclosedate', KEY, part('fiscal-period')) + figure('opportunityid', 'count'),
  ),
  {
    ...designed(
      'opportunity',
      'Average Deal by Quarter and Owner',
      'Line',
      `${group('estimatedclosedate', KEY, part('quarter'))}${group('ownerid', 'second')}${figure('estimatedvalue', 'avg')}`,
    ),
    categories: [KEY, 'second'],
  },
  designed(
    'activitypointer',
    'People Reached by Week',
    'Tag',
    group('createdon', KEY, part('week')) + figure('ownerid', 'countcolumn', FIGURE, ' distinct="true"'),
  ),
  designed('account', 'Credit by Industry', 'Column', group('industrycode') + figure('creditlimit', 'sum')),
]

/** What no query can be read from: how they are made, and their names. */
export const SPOILT_CHARTS: readonly { readonly name: string; readonly data: string | null }[] = [
  { name: 'Accounts on a Map', data: null },
  {
    name: 'Cut off in the Midst',
    data: '<datadefinition><fetchcollection><fetch mapping="logical" aggregate="true"><entity',
  },
  { name: 'Of a Figure that is Gone', data: dataOf({ ...onlyChart('account'), measures: ['gone'] }) },
]

function onlyChart(entity: string): ChartPlan {
  return designed(entity, '', 'Column', group('industrycode') + figure(`${entity}id`, 'count'))
}

function dataOf({ entity, query, fetch, measures, categories }: ChartPlan): string {
  const aggregate = query.includes('aggregate=') ? ' aggregate="true"' : ''
  const asked = `<fetch mapping="logical"${fetch ?? ''}${aggregate}><entity name="${entity}">${query}</entity></fetch>`
  const collections = measures.map((alias) => `<measurecollection><measure alias="${alias}" /></measurecollection>`)
  const axes = categories?.map((alias) => `<category alias="${alias}">${collections.join('')}</category>`) ?? [
    `<category>${collections.join('')}</category>`,
  ]
  return `<datadefinition><fetchcollection>${asked}</fetchcollection><categorycollection>${axes.join('')}</categorycollection></datadefinition>`
}

function presentationOf({ type, measures }: Pick<ChartPlan, 'type' | 'measures'>): string {
  const one = `<Series ChartType="${type}" IsValueShownAsLabel="True" Font="{0}, 9.5px" />`
  const series = `<Series>${measures.map(() => one).join('')}</Series>`
  const areas = '<ChartAreas><ChartArea BorderColor="White" /></ChartAreas>'
  return `<Chart Palette="None">${series}${areas}<Titles><Title Alignment="TopLeft" /></Titles></Chart>`
}

export function chartId(name: string): string {
  return idOf('chart', name)
}

/** The id of a user's own chart, and of the one that the head of sales shares. */
export function ownChartId(systemUserId: string): string {
  return idOf('own chart', systemUserId)
}
export const SHARED_CHART = 'Pipeline of the Heads'

type ChartXml = {
  readonly entity: string
  readonly name: string
  readonly data: string | null
  readonly presentation: string
}

function chartRow({ entity, name, data, presentation }: ChartXml, index: number, now: Date): SeedRow {
  return {
    entity: 'savedqueryvisualization',
    values: {
      savedqueryvisualizationid: chartId(name),
      name,
      primaryentitytypecode: entity,
      charttype: 0,
      type: 0,
      datadescription: data,
      presentationdescription: presentation,
      isdefault: index === 0,
      ismanaged: index !== 1,
      componentstate: 0,
      createdon: instant(now, -1400),
      modifiedon: instant(now, -200),
    },
  }
}

type Own = { readonly user: SeedRow; readonly id: string; readonly name: string; readonly by: string }

function ownChart({ user, id, name, by }: Own, now: Date): SeedRow {
  const owner = reference('systemuser', textOf(user.values['systemuserid']))
  const plan = designed('opportunity', name, 'Funnel', group(by) + figure('estimatedvalue', 'sum'))
  return {
    entity: 'userqueryvisualization',
    values: {
      userqueryvisualizationid: id,
      name,
      primaryentitytypecode: plan.entity,
      charttype: 0,
      datadescription: dataOf(plan),
      presentationdescription: presentationOf(plan),
      isdefault: false,
      ownerid: owner,
      owninguser: owner,
      owningbusinessunit: user.values['businessunitid'] ?? null,
      createdon: instant(now, -50),
      modifiedon: instant(now, -5),
    },
  }
}

/** The organisation's charts, a chart of each user's own, and one that its owner, the last of the users, shares with the first. */
export function chartRows(users: readonly SeedRow[], now: Date): SeedRow[] {
  const idOfUser = (user: SeedRow | undefined): string => textOf(user?.values['systemuserid'] ?? '')
  const [first, last] = [users[0], users.at(-1)]
  const id = idOf('own chart', SHARED_CHART)
  const shared = last ? [ownChart({ user: last, id, name: SHARED_CHART, by: 'ownerid' }, now)] : []
  const plain = CHARTS.map((plan) => ({ ...plan, data: dataOf(plan), presentation: presentationOf(plan) }))
  const spoilt = SPOILT_CHARTS.map((one) => ({ ...one, entity: 'account', presentation: '<Chart><Series>' }))
  return [
    ...[...plain, ...spoilt].map((plan, index) => chartRow(plan, index, now)),
    ...users.map((user) =>
      ownChart({ user, id: ownChartId(idOfUser(user)), name: 'My deals by rating', by: 'opportunityratingcode' }, now),
    ),
    ...shared,
    shareRow({ to: { type: 'systemuser', id: idOfUser(first) }, entity: 'userqueryvisualization', id }, now),
  ]
}
