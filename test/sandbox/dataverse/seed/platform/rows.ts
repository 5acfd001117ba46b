import { COMPANY } from '../../../people.ts'
import { entityNamed } from '../../schema/schema.ts'
import type { SeedRow } from '../tools.ts'
import { cycle, day, idOf, instant, reference } from '../tools.ts'
import type { Value, Values } from '../../store/store.ts'
import { isReference, textOf } from '../../store/store.ts'
import { chartRows } from './charts.ts'
import { dashboardRows } from './dashboards.ts'
import type { ViewPlan } from './views.ts'
import { VIEW_PLANS, layoutOf, publicFetch, quickFindFetch } from './views.ts'

export const ORGANISATION_ID = '5e1f0b8c-7a4d-4c39-9d2e-3b6a8f0c1d2e'
/**
 * organization.fiscalperiodtype: 2000 annually, 2001 semi-annually, 2002 quarterly, 2003 monthly, 2004 four weeks, as
 * Sql4Cds (FiscalPeriodType) and FakeXrmEasy (FiscalYearSettings.Template) have it; the windows of the sandbox are quarters.
 */
const QUARTERLY = 2002
const PUBLIC_VIEW = 0
const QUICK_FIND_VIEW = 4

function organizationRow(now: Date, hasSearch: boolean): SeedRow {
  return {
    entity: 'organization',
    values: {
      organizationid: ORGANISATION_ID,
      name: COMPANY,
      languagecode: 1033,
      localeid: 2057,
      basecurrencyid: reference('transactioncurrency', idOf('currency', 'GBP')),
      basecurrencysymbol: '£',
      basecurrencyprecision: 2,
      fiscalcalendarstart: `${now.getUTCFullYear()}-01-01T00:00:00Z`,
      fiscalperiodtype: QUARTERLY,
      fiscalyeardisplaycode: 1,
      fiscalyearperiodconnect: ' ',
      isfiscalperiodmonthbased: false,
      dateformatstring: 'dd/MM/yyyy',
      timeformatstring: 'HH:mm',
      // Sunday, as the windows of weeks have it.
      weekstartdaycode: 0,
      isexternalsearchindexenabled: hasSearch,
      isauditenabled: true,
      // For ever.
      auditretentionperiodv2: -1,
      expiresubscriptionsindays: 90,
    },
  }
}

/** Code, standard name, name in the user interface, minutes behind UTC. */
const ZONES: readonly (readonly [number, string, string, number])[] = [
  [4, 'Pacific Standard Time', '(GMT-08:00) Pacific Time (US & Canada)', 480],
  [10, 'Mountain Standard Time', '(GMT-07:00) Mountain Time (US & Canada)', 420],
  [20, 'Central Standard Time', '(GMT-06:00) Central Time (US & Canada)', 360],
  [35, 'Eastern Standard Time', '(GMT-05:00) Eastern Time (US & Canada)', 300],
  [85, 'GMT Standard Time', '(GMT+00:00) Dublin, Edinburgh, Lisbon, London', 0],
  [92, 'Coordinated Universal Time', '(GMT) Coordinated Universal Time', 0],
  [95, 'Central Europe Standard Time', '(GMT+01:00) Belgrade, Bratislava, Budapest, Ljubljana, Prague', -60],
  [100, 'Central European Standard Time', '(GMT+01:00) Sarajevo, Skopje, Warsaw, Zagreb', -60],
  [105, 'Romance Standard Time', '(GMT+01:00) Brussels, Copenhagen, Madrid, Paris', -60],
  [110, 'W. Europe Standard Time', '(GMT+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna', -60],
  [190, 'India Standard Time', '(GMT+05:30) Chennai, Kolkata, Mumbai, New Delhi', -330],
  [235, 'Tokyo Standard Time', '(GMT+09:00) Osaka, Sapporo, Tokyo', -540],
]

function zoneRows(): SeedRow[] {
  return ZONES.map(([timezonecode, standardname, userinterfacename, bias]) => ({
    entity: 'timezonedefinition',
    values: {
      timezonedefinitionid: idOf('timezone', timezonecode),
      timezonecode,
      standardname,
      daylightname: standardname.replace('Standard', 'Daylight'),
      userinterfacename,
      bias,
    },
  }))
}

/** The id of a table's public or quick-find view. */
export function viewId(entity: string, kind: 'public' | 'quick find'): string {
  return idOf('savedquery', `${entity}/${kind}`)
}

function viewsOf(plan: ViewPlan, now: Date): SeedRow[] {
  const { displayCollectionName, objectTypeCode } = entityNamed(plan.entity)
  const shared = {
    returnedtypecode: plan.entity,
    layoutxml: layoutOf(plan, objectTypeCode),
    isdefault: true,
    ismanaged: true,
    isuserdefined: false,
    statecode: 0,
    statuscode: 1,
    createdon: instant(now, -1400),
    modifiedon: instant(now, -200),
  }
  const view = (kind: 'public' | 'quick find', values: Values): SeedRow => ({
    entity: 'savedquery',
    values: { savedqueryid: viewId(plan.entity, kind), ...shared, ...values },
  })
  return [
    view('public', { name: plan.name, querytype: PUBLIC_VIEW, isquickfindquery: false, fetchxml: publicFetch(plan) }),
    view('quick find', {
      name: `Quick Find All ${displayCollectionName}`,
      querytype: QUICK_FIND_VIEW,
      isquickfindquery: true,
      fetchxml: quickFindFetch(plan),
    }),
  ]
}

/** The id of a user's own view of their opportunities. */
export function ownViewId(systemUserId: string): string {
  return idOf('userquery', systemUserId)
}

function ownView(user: SeedRow, now: Date): SeedRow[] {
  const plan = VIEW_PLANS.find(({ entity }) => entity === 'opportunity')
  const id = textOf(user.values['systemuserid'])
  const owner = reference('systemuser', id)
  if (!plan) return []
  const values = {
    userqueryid: ownViewId(id),
    name: 'My big deals',
    returnedtypecode: plan.entity,
    querytype: PUBLIC_VIEW,
    fetchxml: publicFetch(plan).replace(
      '</filter>',
      '<condition attribute="estimatedvalue" operator="gt" value="20000" /></filter>',
    ),
    layoutxml: layoutOf(plan, entityNamed(plan.entity).objectTypeCode),
    ownerid: owner,
    owninguser: owner,
    owningbusinessunit: user.values['businessunitid'] ?? null,
    statecode: 0,
    statuscode: 1,
    createdon: instant(now, -60),
    modifiedon: instant(now, -6),
  }
  return [{ entity: 'userquery', values }]
}

const EVERY_FOURTH = 4
const PHASES = [100000000, 100000001, 100000002, 100000003]
const OWNERSHIP = ['ownerid', 'owninguser', 'owningteam', 'owningbusinessunit', 'createdby', 'modifiedby']

function customColumns(at: number): Record<string, Value> {
  return {
    hp_crewsize: cycle([100_000_000, 100_000_001, null, 100_000_003], at),
    hp_hazard: cycle([0, 2, 1], at),
    hp_surveydone: at % 2 === 0,
    hp_trades: cycle(['1', '1,12', null, '2,3,21', '21'], at),
    hp_margin: at % 5 === 4 ? null : 12.5 + at,
  }
}

/** Projects for every fourth account, owned by whoever owns the account. */
function projectRows(accounts: readonly SeedRow[], now: Date): SeedRow[] {
  const chosen = accounts.filter((_account, at) => at % EVERY_FOURTH === 0)
  return chosen.map(({ values: account }, at) => {
    const budget = 15_000 + at * 2_500
    const rate = Number(account['exchangerate'] ?? 1)
    const owned = Object.fromEntries(OWNERSHIP.map((name): [string, Value] => [name, account[name] ?? null]))
    const values = {
      hp_projectid: idOf('project', at),
      hp_name: `${textOf(account['name'])}: ${cycle(['Decking', 'Fit-out', 'Refurbishment'], at)}`,
      hp_number: `PRJ-${1001 + at}`,
      hp_account: reference('account', textOf(account['accountid'])),
      hp_sponsor: isReference(account['primarycontactid']) ? account['primarycontactid'] : null,
      hp_phase: cycle(PHASES, at),
      hp_budget: budget,
      hp_budget_base: Math.round((budget / rate) * 100) / 100,
      hp_startdate: day(now, at * 3 - 40),
      hp_isconfidential: at % 5 === 0,
      ...customColumns(at),
      transactioncurrencyid: account['transactioncurrencyid'] ?? null,
      exchangerate: rate,
      ...owned,
      createdon: instant(now, -90 - at),
      modifiedon: instant(now, -(at % 20) - 1),
      statecode: at % 6 === 5 ? 1 : 0,
      statuscode: at % 6 === 5 ? 2 : 1,
    }
    return { entity: 'hp_project', values }
  })
}

/** What the platform keeps beside the company's own rows: organisation, time zones, views, and the custom table. */
export function platformRows(seeded: readonly SeedRow[], now: Date, hasSearch: boolean): SeedRow[] {
  const of = (entity: string): SeedRow[] => seeded.filter((row) => row.entity === entity)
  return [
    organizationRow(now, hasSearch),
    ...zoneRows(),
    ...VIEW_PLANS.flatMap((plan) => viewsOf(plan, now)),
    ...of('systemuser').flatMap((user) => ownView(user, now)),
    ...chartRows(of('systemuser'), now),
    ...dashboardRows(of('systemuser'), now),
    ...projectRows(of('account'), now),
  ]
}
