import { required, runHook } from '../hooks/environment.ts'
import { readFolder } from './read-folder.ts'
import { explainTableError, hideReport, listReports, openTable, putReport, removeReport } from './reports-table.ts'

const USAGE = `Usage: npm run reports -- <command>
  check <folder>    checks every <slug>.json of the folder, as the app does
  upload <folder>   checks all of them, then puts them into the table
  hide <slug>       takes a built-in report out of the catalogue
  remove <slug>     takes an entry away: an own report is gone, a built-in one is as it was
  list              the entries of the table
All but check need TABLES_ENDPOINT: set -a && eval "$(azd env get-values)" && set +a`

const table = () => openTable(required('TABLES_ENDPOINT'))

async function check(folder: string): Promise<readonly { readonly slug: string; readonly definition: string }[]> {
  const reports = await readFolder(folder)
  for (const report of reports) console.log(`${report.slug}: ${report.ok ? 'good' : report.reason}`)
  const good = reports.filter((report) => report.ok)
  if (reports.length === 0) throw new Error(`There is no .json file in ${folder}.`)
  if (good.length < reports.length) throw new Error('Nothing was uploaded: correct the reports above.')
  return good
}

async function upload(folder: string): Promise<void> {
  const reports = await check(folder)
  const target = table()
  for (const { slug, definition } of reports) await putReport(target, slug, definition)
  console.log(`${reports.length} uploaded; each instance of the app notices within ten minutes of use.`)
}

const [command, argument = ''] = process.argv.slice(2)
await runHook(async () => {
  if (command === 'list') for (const line of await listReports(table())) console.log(line)
  else if (argument === '') throw new Error(USAGE)
  else if (command === 'check') await check(argument)
  else if (command === 'upload') await upload(argument)
  else if (command === 'hide') await hideReport(table(), argument)
  else if (command === 'remove') await removeReport(table(), argument)
  else throw new Error(USAGE)
}, explainTableError)
