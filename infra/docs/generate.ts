import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { AUDIT_COLUMNS } from '../../shared/telemetry/ingestion/columns.ts'
import { readArguments } from '../../test/sandbox/demo/arguments.ts'
import { formatted } from './formatted.ts'
import { localSettings } from './local-settings.ts'
import { fillSections } from './sections.ts'

const HELP = `npm run docs -- [--check]

Writes what follows from the code: the tables in the documents and local.settings.sample.json.

  --check   write nothing; exit 1 when something would change
`

const pathOf = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url))
const readOld = (name: string): Promise<string> => readFile(pathOf(name), 'utf8').catch(() => '')

const GENERATED: Readonly<Record<string, (old: string) => string>> = {
  'README.md': (old) => fillSections(old, ['tools', 'bench']),
  'infra/README.md': (old) => fillSections(old, ['costs']),
  'infra/costs.md': (old) => fillSections(old, ['costs', 'cost-parts', 'prices']),
  'infra/settings.md': (old) => fillSections(old, ['settings']),
  'infra/clients.md': (old) => fillSections(old, ['clients', 'packages', 'clients-unknown']),
  'infra/writing.md': (old) => fillSections(old, ['write-tools']),
  'infra/troubleshooting.md': (old) => fillSections(old, ['problem-pages', 'events']),
  'infra/reports/README.md': (old) => fillSections(old, ['reports']),
  'infra/terms/README.md': (old) => fillSections(old, ['terms']),
  'local.settings.sample.json': localSettings,
  'infra/monitor/audit-columns.json': () => JSON.stringify(AUDIT_COLUMNS),
}

const { check } = readArguments(HELP, { check: { type: 'boolean' } })
for (const [name, render] of Object.entries(GENERATED)) {
  const old = await readOld(name)
  const text = formatted(name, render(old))
  if (text === old) continue
  if (!check) await writeFile(pathOf(name), text)
  process.stdout.write(`${name} ${check ? 'is not what the code says: npm run docs' : 'written'}\n`)
  if (check) process.exitCode = 1
}
