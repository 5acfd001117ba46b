import { statSync } from 'node:fs'
import type { TableClient } from '@azure/data-tables'
import { MOST_ENTRIES, type Skipped } from '../../shared/reports/catalogue/current-entries.ts'
import type { EntryKind, ReportEntry } from '../../shared/storage/ports.ts'
import { type Context, Stop } from '../hooks/run/context.ts'
import { optional, required } from '../hooks/run/environment.ts'
import { withAzdValues } from '../hooks/tools/azd.ts'
import type { FolderEntry } from './read-folder.ts'

export type Entries = {
  readonly kind: EntryKind
  readonly readFolder: (folder: string) => Promise<readonly FolderEntry[]>
  /** What is wrong with all of them beside each other; none where each stands alone. */
  readonly skipped?: (entries: readonly ReportEntry[]) => readonly Skipped[]
}

/** How the command is called, line by line. */
export const usageOf = (kind: EntryKind): readonly string[] =>
  `Usage: npm run ${kind}s -- <command>
  check <folder>    checks every <slug>.json of the folder, as the app does
  upload <folder>   checks all of them, beside those of the table, then puts them into it
  hide <slug>       takes a built-in ${kind} away
  remove <slug>     takes an entry away: an own ${kind} is gone, a built-in one is as it was
  list              the entries of the table
All but check work on the selected azd environment, or on the account that TABLES_ENDPOINT names.`.split('\n')

type Good = { readonly slug: string; readonly definition: string }

async function check({ kind, readFolder, skipped }: Entries, folder: string): Promise<readonly Good[]> {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new Stop(`There is no folder ${folder}. Name the one with the ${kind}s, each a .json file.`)
  const found = await readFolder(folder)
  if (found.length === 0) throw new Stop(`There is no .json file in ${folder}.`)
  const good = found.filter((one) => one.ok)
  const beside = new Map(skipped?.(good.map(toEntry)).map(({ slug, reason }) => [slug, reason]))
  for (const one of found) console.log(`${one.slug}: ${one.ok ? (beside.get(one.slug) ?? 'good') : one.reason}`)
  if (good.length < found.length || beside.size > 0) throw new Stop(`Nothing was uploaded: correct the ${kind}s above.`)
  return good
}

const toEntry = ({ slug, definition }: Good): ReportEntry => ({ slug, hidden: false, definition })

type Change = { readonly put?: readonly ReportEntry[]; readonly remove?: string }

/** An entry may be what another one uses, or take its name. */
async function checkBeside(
  { kind, skipped }: Entries,
  table: TableClient,
  { put = [], remove }: Change,
): Promise<void> {
  if (!skipped) return
  const { createReportsTable } = await import('../../shared/storage/table/reports-table.ts')
  const before = await createReportsTable(table, kind).list(MOST_ENTRIES)
  const others = before.filter(({ slug }) => slug !== remove && !put.some((one) => one.slug === slug))
  const known = new Set(skipped(before).map(({ slug, reason }) => `${slug}: ${reason}`))
  const found = skipped([...others, ...put].toSorted((a, b) => (a.slug < b.slug ? -1 : 1)))
  const wrong = found.map(({ slug, reason }) => `${slug}: ${reason}`).filter((line) => !known.has(line))
  if (wrong.length > 0)
    throw new Stop(['Nothing was changed, since these could not be used then:', ...wrong].join('\n'))
}

async function change(entries: Entries, table: TableClient, command: string, argument: string): Promise<void> {
  const { kind } = entries
  const { hideEntry, putEntry, removeEntry } = await import('./entries-table.ts')
  if (command === 'upload') {
    const good = await check(entries, argument)
    await checkBeside(entries, table, { put: good.map(toEntry) })
    for (const { slug, definition } of good) await putEntry(table, kind, slug, definition)
    console.log(`${good.length} uploaded; each instance of the app notices within ten minutes of use.`)
  } else if (command === 'hide') {
    await checkBeside(entries, table, { put: [{ slug: argument, hidden: true }] })
    await hideEntry(table, kind, argument)
  } else {
    await checkBeside(entries, table, { remove: argument })
    await removeEntry(table, kind, argument)
  }
}

/** `check`, `upload`, `hide`, `remove` and `list`, of either kind. */
export async function runEntries(entries: Entries, context: Context): Promise<void> {
  const { kind } = entries
  const [command = '', argument = ''] = context.args
  if (command === 'check' && argument !== '') {
    await check(entries, argument)
    return
  }
  if (command !== 'list' && (argument === '' || !['upload', 'hide', 'remove'].includes(command)))
    throw new Stop(usageOf(kind).join('\n'))
  const environment = optional(context, 'TABLES_ENDPOINT') === undefined ? await withAzdValues(context) : context
  // Azure's packages take longer to load than all of `check`, which needs none.
  const { explainTableError, listEntries, openTable } = await import('./entries-table.ts')
  const table = openTable(required(environment, 'TABLES_ENDPOINT'))
  try {
    if (command === 'list') for (const line of await listEntries(table, kind)) console.log(line)
    else await change(entries, table, command, argument)
  } catch (error) {
    if (error instanceof Stop) throw error
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
    throw new Stop(explainTableError(cause, optional(environment, 'REPORTS_TABLE_ID')))
  }
}
