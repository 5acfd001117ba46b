import { createCatalogue } from '../../../../shared/reports/catalogue/catalogue.ts'
import type { ReportDefinition } from '../../../../shared/reports/definition.ts'
import { definitionOf } from '../../reports/own-report.ts'
import { idOf, reference, type SeedRow } from '../../../sandbox/dataverse/seed/tools.ts'
import { person } from '../../../sandbox/people.ts'
import { callTool, type ToolAnswer } from '../support/harness.ts'
import { bearerOf, openStage as open, type Stage } from '../../../queries/reports/stage.ts'

export const NOW = new Date('2026-11-24T09:30:00Z')
/** The one who may not see `creditlimit` and `hp_passportnumber`. */
export const REP = person('sales rep')
export const MANAGER = person('sales manager')

const fetchOf = (inner: string): string =>
  `<fetch><entity name="account"><attribute name="name"/><attribute name="creditlimit"/>${inner}</entity></fetch>`
const GUESS = '<filter><condition attribute="creditlimit" operator="ge" value="50000"/></filter>'

function report(slug: string, fetchxml: string): ReportDefinition {
  return definitionOf({
    slug,
    title: slug,
    description: 'Accounts and their limits.',
    persona: 'analyst',
    queries: [{ fetchxml }],
    columns: [
      { key: 'name', title: 'Account', kind: 'record' },
      { key: 'creditlimit', title: 'Limit', kind: 'money' },
    ],
    totals: [
      { kind: 'sum', title: 'All limits', of: 'creditlimit', format: 'money' },
      { kind: 'rows', title: 'Accounts' },
    ],
    picture: { kind: 'bars', label: 'name', value: 'creditlimit' },
    empty: 'No account.',
  })
}

/** A view that somebody else saved: those who run it did not write it. */
function view(name: string, fetchxml: string, hidden = ''): SeedRow {
  return {
    entity: 'savedquery',
    values: {
      savedqueryid: idOf('savedquery', name),
      name,
      returnedtypecode: 'account',
      querytype: 0,
      isdefault: false,
      fetchxml,
      layoutxml: `<grid name="resultset" object="1"><row name="result" id="accountid"><cell name="name" width="100"/><cell name="creditlimit" width="100"/>${hidden}</row></grid>`,
      statecode: 0,
      statuscode: 1,
      organizationid: reference('organization', idOf('organization', 'x')),
    },
  }
}

export const VIEWS = { shown: 'Accounts and limits', asked: 'Accounts of large limits' }
export const REPORTS = { shown: 'limits', asked: 'large-limits' }

/** A worker over a Dataverse whose views and reports show a secured column, or ask for it. */
export async function openStage(): Promise<Stage> {
  return await open(NOW, {
    rows: [view(VIEWS.shown, fetchOf('')), view(VIEWS.asked, fetchOf(GUESS))],
    catalogue: createCatalogue([report(REPORTS.shown, fetchOf('')), report(REPORTS.asked, fetchOf(GUESS))]),
  })
}

export async function call({ worker }: Stage, tool: string, args: unknown, who = REP): Promise<ToolAnswer> {
  const all = tool === 'query_crm' ? Object.assign({ ids: true }, args) : args
  return await callTool(worker, tool, all, bearerOf(who))
}
