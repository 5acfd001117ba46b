import { setTimeout as sleep } from 'node:timers/promises'
import type { IngestedRow } from '../azure/monitor/logs-ingestion.ts'
import type { Cast } from './questions.ts'
import type { Stage } from './stage.ts'

const WITHIN_MS = 5_000
const SHOWN = 6

/** The audit table, as an administrator would ask it. */
export async function whatIsWrittenDown({ sandbox, print, prove }: Stage, { rep }: Cast): Promise<void> {
  const table = sandbox.auditTable
  if (!table) return
  print.heading('What an administrator finds of it in the audit table')
  const ofRep = (): IngestedRow[] => table.rows().filter((row) => row['UserId'] === rep.oid)
  const isThere = () => ofRep().some(({ Event }) => Event === 'change.applied')
  for (const until = Date.now() + WITHIN_MS; !isThere() && Date.now() < until;) await sleep(100)
  const calls = ofRep().filter(({ Event }) => Event === 'tool.called')
  const columns = ['Tool', 'Entity', 'Rows', 'Queries'].map((title) => ({ title, right: title === 'Rows' }))
  const cells = calls.map((row) => columns.map(({ title }) => textOf(row[title])))
  print.table(columns, cells.slice(0, SHOWN))
  prove(
    'each call tells which records were read',
    calls.some(({ Records }) => textOf(Records).includes('"opportunity"')),
  )
  const changes = ofRep().filter(({ Event }) => textOf(Event).startsWith('change.'))
  const made = changes.find(({ Event }) => Event === 'change.applied')
  prove(
    'each change tells its record and its columns, and no value',
    textOf(made?.['Columns']) === 'estimatedclosedate' && !/\d{4}-03-31(?!T)/.test(JSON.stringify(changes)),
  )
  prove('and holds no column that the table does not have', table.unmatched().length === 0)
}

const textOf = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')
