import type { SeedRow } from '../tools.ts'
import { idOf, instant, reference } from '../tools.ts'
import { shareRow } from '../shares.ts'
import { textOf } from '../../store/store.ts'
import { chartId, ownChartId } from './charts.ts'

/** A place of a dashboard, by the parameters that Microsoft's sample has. */
type Place = {
  readonly entity?: string
  readonly chart?: string
  readonly view?: string
  readonly mode?: 'Chart' | 'Grid' | 'All'
  /** The class of a control for something else. */
  readonly classId?: string
  readonly label?: string
}

const GRID = 'E7A81278-8635-4d9e-8D4D-59480B391C5B'
export const IFRAME = 'FD2A7985-3187-444e-908D-6624B21F69C0'
export const WEB_RESOURCE = '9FDF5F91-88B1-47f4-AD53-C11EFC01A01D'
export const TIMER = '9C5CA0A1-AB4D-4781-BE7E-8DFBE867B87E'

function parametersOf({ entity, chart, view, mode = 'Chart', classId }: Place): string {
  if (classId !== undefined) return '<Url>https://intranet.example/board</Url><Security>false</Security>'
  const of = (name: string, value: string | undefined): string =>
    value === undefined ? '' : `<${name}>${value}</${name}>`
  const ids =
    of('ViewId', view && `{${view.toUpperCase()}}`) + of('VisualizationId', chart && `{${chart.toUpperCase()}}`)
  return `${of('TargetEntityType', entity)}<ChartGridMode>${mode}</ChartGridMode><EnableQuickFind>true</EnableQuickFind><RecordsPerPage>12</RecordsPerPage>${ids}<ViewIds></ViewIds><AutoExpand>Fixed</AutoExpand><RelationshipName></RelationshipName>`
}

function cellOf(place: Place, at: number): string {
  const label =
    place.label === undefined ? '' : `<labels><label description="${place.label}" languagecode="1033" /></labels>`
  const control = `<control id="Part${at}" classid="{${place.classId ?? GRID}}"><parameters>${parametersOf(place)}</parameters></control>`
  return `<cell colspan="1" rowspan="12" showlabel="false" id="{${idOf('cell', at)}}" auto="false">${label}${control}</cell>`
}

/** Two places a row, then the rows that they reach down over, as the designer leaves them. */
function formOf(places: readonly Place[]): string {
  const rows = places.map((place, at) => `<row>${cellOf(place, at)}</row><row></row><row></row>`).join('')
  return `<form xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><tabs><tab showlabel="true" verticallayout="true"><columns><column width="100%"><sections><section showlabel="false" columns="111"><rows>${rows}</rows></section></sections></column></columns></tab></tabs></form>`
}

const publicView = (entity: string): string => idOf('savedquery', `${entity}/public`)
const chartOf = (entity: string, name: string, mode?: Place['mode']): Place => ({
  entity,
  chart: chartId(name),
  view: publicView(entity),
  ...(mode !== undefined && { mode }),
})

type Plan = {
  readonly name: string
  readonly places: readonly Place[]
  readonly type?: number
  readonly formxml?: string
  readonly isInactive?: boolean
}

/** "Dashboard with charts and grids" of Microsoft's page of samples, and what else a dashboard may have. */
export const DASHBOARDS: readonly Plan[] = [
  {
    name: 'Sales Overview',
    places: [
      chartOf('opportunity', 'Sales Pipeline'),
      chartOf('lead', 'Lead Generation Rate'),
      chartOf('incident', 'Cases by Priority'),
      { ...chartOf('activitypointer', 'Activities by Type and Priority', 'All'), label: 'What is going on' },
    ],
  },
  { name: 'Service', places: [{ chart: chartId('Cases by Priority') }] },
  {
    name: 'Everything at Once',
    places: [
      { entity: 'account', view: publicView('account'), mode: 'Grid' },
      chartOf('account', 'Credit by Industry'),
      chartOf('account', 'Accounts on a Map'),
      chartOf('account', 'Cut off in the Midst'),
      { ...chartOf('account', 'Accounts by Industry'), chart: idOf('chart', 'deleted') },
      { ...chartOf('account', 'Accounts by Industry'), view: idOf('savedquery', 'deleted') },
      { entity: 'opportunity', view: publicView('opportunity'), mode: 'All' },
      { classId: IFRAME, label: 'Intranet' },
      { classId: WEB_RESOURCE },
      { classId: TIMER },
      { classId: '00000000-0000-4000-8000-000000000001' },
    ],
  },
  { name: 'Desk', type: 10, places: [chartOf('incident', 'Urgent Cases by Owner')] },
  { name: 'Board of the Directors', type: 103, places: [] },
  { name: 'Cut off', places: [], formxml: '<form><tabs><tab>' },
  { name: 'Withdrawn', places: [chartOf('account', 'Accounts by Industry')], isInactive: true },
  { name: 'Information', type: 2, places: [] },
]

export function dashboardId(name: string): string {
  return idOf('dashboard', name)
}

function dashboardRow({ name, places, type = 0, formxml, isInactive = false }: Plan, now: Date): SeedRow {
  return {
    entity: 'systemform',
    values: {
      formid: dashboardId(name),
      name,
      description: null,
      objecttypecode: type === 2 ? 'account' : null,
      type,
      formxml: formxml ?? formOf(places),
      formactivationstate: isInactive ? 0 : 1,
      isdefault: name === 'Sales Overview',
      isdesktopenabled: true,
      istabletenabled: true,
      ismanaged: false,
      componentstate: 0,
      publishedon: instant(now, -180),
    },
  }
}

type Own = { readonly user: SeedRow; readonly name: string; readonly places: readonly Place[] }

function ownDashboard({ user, name, places }: Own, now: Date): SeedRow {
  const id = textOf(user.values['systemuserid'])
  const owner = reference('systemuser', id)
  return {
    entity: 'userform',
    values: {
      userformid: idOf('own dashboard', `${name}/${id}`),
      name,
      description: null,
      type: 0,
      formxml: formOf(places),
      istabletenabled: true,
      ownerid: owner,
      owninguser: owner,
      owningbusinessunit: user.values['businessunitid'] ?? null,
      createdon: instant(now, -40),
      modifiedon: instant(now, -4),
    },
  }
}

/** Its own chart is shared with nobody: whom the dashboard is shared with cannot run that part. */
function ownPlaces(user: SeedRow): Place[] {
  const id = textOf(user.values['systemuserid'])
  return [
    { entity: 'opportunity', chart: ownChartId(id), view: idOf('userquery', id) },
    { entity: 'opportunity', view: publicView('opportunity'), mode: 'Grid', label: 'All of them' },
  ]
}

export const SHARED_DASHBOARD = 'Board of the Heads'

/** The organisation's dashboards, one of each user's own, and one that the last of the users shares with the first. */
export function dashboardRows(users: readonly SeedRow[], now: Date): SeedRow[] {
  const [first, last] = [users[0], users.at(-1)]
  const shared = first && last ? sharedBoard(first, last, now) : []
  return [
    ...DASHBOARDS.map((plan) => dashboardRow(plan, now)),
    ...users.map((user) => ownDashboard({ user, name: 'My board', places: ownPlaces(user) }, now)),
    ...shared,
  ]
}

function sharedBoard(first: SeedRow, last: SeedRow, now: Date): SeedRow[] {
  const board = ownDashboard({ user: last, name: SHARED_DASHBOARD, places: ownPlaces(last) }, now)
  const to = { type: 'systemuser', id: textOf(first.values['systemuserid']) } as const
  return [board, shareRow({ to, entity: 'userform', id: textOf(board.values['userformid']) }, now)]
}
