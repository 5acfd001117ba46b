import { optional, required } from '../hooks/run/environment.ts'
import { runStep } from '../hooks/run/run-step.ts'
import { withAzdValues } from '../hooks/tools/azd.ts'
import { type Context, Stop } from '../hooks/run/context.ts'
import { readFolder } from './read-folder.ts'
import {
  explainTableError,
  hideReport,
  listReports,
  openTable,
  putReport,
  removeReport,
  type ReportsTable,
} from './reports-table.ts'

const USAGE = `Usage: npm run reports -- <command>
  check <folder>    checks every <slug>.json of the folder, as the app does
  upload <folder>   checks all of them, then puts them into the table
  hide <slug>       takes a built-in report out of the catalogue
  remove <slug>     takes an entry away: an own report is gone, a built-in one is as it was
  list              the entries of the table
All but check work on the selected azd environment, or on the account that TABLES_ENDPOINT names.`

async function check(folder: string): Promise<readonly { readonly slug: string; readonly definition: string }[]> {
  const reports = await readFolder(folder)
  for (const report of reports) console.log(`${report.slug}: ${report.ok ? 'good' : report.reason}`)
  const good = reports.filter((report) => report.ok)
  if (reports.length === 0) throw new Stop(`There is no .json file in ${folder}.`)
  if (good.length < reports.length) throw new Stop('Nothing was uploaded: correct the reports above.')
  return good
}

async function upload(folder: string, target: ReportsTable): Promise<void> {
  const reports = await check(folder)
  for (const { slug, definition } of reports) await putReport(target, slug, definition)
  console.log(`${reports.length} uploaded; each instance of the app notices within ten minutes of use.`)
}

async function run(context: Context): Promise<void> {
  const [command = '', argument = ''] = context.args
  if (command === 'check' && argument !== '') {
    await check(argument)
    return
  }
  if (command !== 'list' && (argument === '' || !['upload', 'hide', 'remove'].includes(command))) throw new Stop(USAGE)
  const environment = optional(context, 'TABLES_ENDPOINT') === undefined ? await withAzdValues(context) : context
  const table = openTable(required(environment, 'TABLES_ENDPOINT'))
  try {
    if (command === 'list') for (const line of await listReports(table)) console.log(line)
    else if (command === 'upload') await upload(argument, table)
    else if (command === 'hide') await hideReport(table, argument)
    else await removeReport(table, argument)
  } catch (error) {
    throw new Stop(explainTableError(error, optional(environment, 'REPORTS_TABLE_ID')))
  }
}

await runStep(run)
