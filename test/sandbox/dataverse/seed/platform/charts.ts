import type { SeedRow } from '../tools.ts'
import { idOf, instant, reference } from '../tools.ts'
import { textOf } from '../../store/store.ts'

type ChartPlan = {
  readonly entity: string
  readonly name: string
  readonly type: 'Column' | 'Bar' | 'Pie' | 'Funnel'
  readonly by: string
  readonly dateGrouping?: string
  /** What is counted or added up. */
  readonly measure: { readonly column: string; readonly aggregate: 'count' | 'sum' }
}

const CHARTS: readonly ChartPlan[] = [
  {
    entity: 'opportunity',
    name: 'Sales Pipeline',
    type: 'Funnel',
    by: 'salesstage',
    measure: { column: 'estimatedvalue', aggregate: 'sum' },
  },
  {
    entity: 'opportunity',
    name: 'Won by Month',
    type: 'Column',
    by: 'actualclosedate',
    dateGrouping: 'month',
    measure: { column: 'actualvalue', aggregate: 'sum' },
  },
  {
    entity: 'incident',
    name: 'Cases by Priority',
    type: 'Pie',
    by: 'prioritycode',
    measure: { column: 'incidentid', aggregate: 'count' },
  },
  {
    entity: 'account',
    name: 'Accounts by Industry',
    type: 'Bar',
    by: 'industrycode',
    measure: { column: 'accountid', aggregate: 'count' },
  },
]

/** The query and its measure as the chart designer saves them, aliases of its own making included. */
function dataOf({ entity, by, dateGrouping, measure }: ChartPlan): string {
  const group = dateGrouping === undefined ? '' : ` dategrouping="${dateGrouping}"`
  const key = `<attribute groupby="true" alias="_CRMAutoGen_groupby_column_Num_0" name="${by}"${group} />`
  const value = `<attribute alias="_CRMAutoGen_aggregate_column_Num_0" name="${measure.column}" aggregate="${measure.aggregate}" />`
  const fetch = `<fetch mapping="logical" aggregate="true"><entity name="${entity}">${key}${value}</entity></fetch>`
  const measures = '<measurecollection><measure alias="_CRMAutoGen_aggregate_column_Num_0" /></measurecollection>'
  const category = `<category alias="_CRMAutoGen_groupby_column_Num_0">${measures}</category>`
  return `<datadefinition><fetchcollection>${fetch}</fetchcollection><categorycollection>${category}</categorycollection></datadefinition>`
}

function presentationOf({ type }: ChartPlan): string {
  const series = `<Series><Series ChartType="${type}" IsValueShownAsLabel="True" /></Series>`
  const areas = '<ChartAreas><ChartArea BorderColor="White" /></ChartAreas>'
  return `<Chart Palette="None">${series}${areas}<Titles><Title Alignment="TopLeft" /></Titles></Chart>`
}

export function chartId(name: string): string {
  return idOf('chart', name)
}

function chartRow(plan: ChartPlan, index: number, now: Date): SeedRow {
  return {
    entity: 'savedqueryvisualization',
    values: {
      savedqueryvisualizationid: chartId(plan.name),
      name: plan.name,
      primaryentitytypecode: plan.entity,
      charttype: 0,
      type: 0,
      datadescription: dataOf(plan),
      presentationdescription: presentationOf(plan),
      isdefault: index === 0,
      ismanaged: index !== 1,
      componentstate: 0,
      createdon: instant(now, -1400),
      modifiedon: instant(now, -200),
    },
  }
}

/** Two charts a row, as the dashboard designer lays them out. */
function dashboardRow(name: string, description: string, charts: readonly string[], now: Date): SeedRow {
  const cells = charts.map((chart) => {
    const parameters = `<parameters><VisualizationId>{${chartId(chart)}}</VisualizationId><ChartGridMode>Chart</ChartGridMode></parameters>`
    return `<cell id="{${idOf('cell', `${name}/${chart}`)}}"><labels><label description="${chart}" languagecode="1033" /></labels><control>${parameters}</control></cell>`
  })
  return {
    entity: 'systemform',
    values: {
      formid: idOf('dashboard', name),
      name,
      description,
      objecttypecode: null,
      type: 0,
      formxml: `<form><tabs><tab><columns><column><sections><section><rows><row>${cells.join('')}</row></rows></section></sections></column></columns></tab></tabs></form>`,
      formactivationstate: 1,
      isdefault: charts.length > 2,
      isdesktopenabled: true,
      istabletenabled: true,
      ismanaged: false,
      componentstate: 0,
      publishedon: instant(now, -180),
    },
  }
}

function ownChart(user: SeedRow, now: Date): SeedRow {
  const [plan] = CHARTS
  const id = textOf(user.values['systemuserid'])
  const owner = reference('systemuser', id)
  return {
    entity: 'userqueryvisualization',
    values: {
      userqueryvisualizationid: idOf('own chart', id),
      name: 'My deals by rating',
      primaryentitytypecode: 'opportunity',
      charttype: 0,
      datadescription: plan ? dataOf({ ...plan, by: 'opportunityratingcode' }) : null,
      presentationdescription: plan ? presentationOf(plan) : null,
      isdefault: false,
      ownerid: owner,
      owninguser: owner,
      owningbusinessunit: user.values['businessunitid'] ?? null,
      createdon: instant(now, -50),
      modifiedon: instant(now, -5),
    },
  }
}

/** The organisation's charts and dashboards, and a chart of each user's own. */
export function chartRows(users: readonly SeedRow[], now: Date): SeedRow[] {
  return [
    ...CHARTS.map((plan, index) => chartRow(plan, index, now)),
    dashboardRow(
      'Sales Overview',
      'Pipeline and wins',
      ['Sales Pipeline', 'Won by Month', 'Accounts by Industry'],
      now,
    ),
    dashboardRow('Service', 'Open cases', ['Cases by Priority'], now),
    ...users.map((user) => ownChart(user, now)),
  ]
}
