import { copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { CACHE, findBicep } from './bicep-cli.ts'
import { AGE_RULE, describeOldVersion, oldVersions, type OldVersion } from './bicep/api-age.ts'
import { buildAll, type Diagnostic } from './bicep/build.ts'
import { localConfig, PROJECT_CONFIG } from './bicep/config.ts'
import { sourcesOf } from './bicep/sources.ts'
import { ROOT } from './text-checks.ts'

jest.setTimeout(240_000)

const DAY_MS = 86_400_000
/** Days that infra/bicepconfig.json allows. */
const LIMIT = 730
/** The limit today, half a year and a year from now, and the strictest that there is. */
const AGES = [1460, 730, 550, 365, 180, 0]

/** Stable versions that the pinned compiler knows, oldest first; the last is the newest. */
const VERSIONS: Readonly<Record<string, readonly string[]>> = {
  'Microsoft.Storage/storageAccounts': [
    '2021-04-01',
    '2023-05-01',
    '2024-01-01',
    '2025-01-01',
    '2026-06-01',
    '2026-09-01',
  ],
  'Microsoft.KeyVault/vaults': ['2022-07-01', '2023-07-01', '2024-11-01', '2025-05-01', '2026-02-01', '2026-05-15'],
  'Microsoft.Web/sites': ['2022-09-01', '2023-12-01', '2024-11-01', '2025-03-01'],
  'Microsoft.Web/serverfarms': ['2022-09-01', '2024-04-01', '2025-03-01'],
  'Microsoft.OperationalInsights/workspaces': ['2022-10-01', '2023-09-01', '2025-02-01', '2026-03-01'],
  'Microsoft.ManagedIdentity/userAssignedIdentities': ['2018-11-30', '2023-01-31', '2024-11-30'],
  'Microsoft.Insights/components': ['2015-05-01', '2020-02-02'],
}
const PAIRS = Object.entries(VERSIONS).flatMap(([type, versions]) =>
  versions.map((version) => ({ type, version, newest: versions.at(-1) ?? '' })),
)

const daysSince = (version: string): number => (Date.now() - Date.parse(`${version}T00:00:00Z`)) / DAY_MS
const isTooOld = ({ version, newest }: { version: string; newest: string }, maxAge: number): boolean =>
  version !== newest && daysSince(version) > maxAge

/** Compiler and test may read the clock on both sides of midnight. */
const isNearLimit = (version: string, maxAge: number): boolean => Math.abs(daysSince(version) - maxAge) < 2

const bicep = await findBicep()
const withBicep = bicep.available ? test : test.skip

let work: string
beforeAll(async () => {
  await mkdir(CACHE, { recursive: true })
  work = await mkdtemp(join(CACHE, 'age-'))
})
afterAll(() => rm(work, { recursive: true }))

const inBicep = (): string =>
  PAIRS.map(
    ({ type, version }, at) =>
      `resource r${at} '${type}@${version}' existing = { name: 'abc${at}' }\noutput o${at} string = r${at}.id\n`,
  ).join('')

const applied = (text: string, found: readonly OldVersion[]): string => {
  const lines = text.split('\n')
  for (const { line, used, take } of found) lines[line - 1] = lines[line - 1]?.replace(`@${used}`, `@${take}`) ?? ''
  return lines.join('\n')
}

/** A folder with this text and the project's configuration, the limit apart. */
const writeCase = async (folder: string, text: string, maxAgeInDays: number): Promise<void> => {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'case.bicep'), text)
  await copyFile(await localConfig(undefined, { maxAgeInDays }), join(folder, 'bicepconfig.json'))
}

describe('every type and version, at every limit', () => {
  let found: readonly Diagnostic[] = []
  const foundAt = (age: number) => oldVersions(found.filter(({ file }) => file.includes(`/limit-${age}/`)))

  withBicep('each file compiles with the project’s own configuration, whatever the limit', async () => {
    for (const age of AGES) await writeCase(join(work, `limit-${age}`), inBicep(), age)
    const { code, diagnostics } = await buildAll(work, 'case.bicep')
    found = diagnostics
    expect(found.filter(({ rule, level }) => rule !== AGE_RULE || level !== 'warning')).toEqual([])
    expect(code).toBe(0)
  })

  withBicep.each(AGES)(
    '%i days: what is older and has a successor is named, with the newest, and nothing else',
    (age) => {
      const named = foundAt(age).filter(({ used }) => !isNearLimit(used, age))
      const expected = PAIRS.filter((pair) => !isNearLimit(pair.version, age) && isTooOld(pair, age))
      expect(named.map(({ type, used, take }) => `${type}@${used} → ${take}`).sort()).toEqual(
        expected.map(({ type, version, newest }) => `${type}@${version} → ${newest}`).sort(),
      )
    },
  )

  withBicep('whoever writes what is named is done, at every limit', async () => {
    const folder = join(work, 'applied')
    for (const age of AGES) await writeCase(join(folder, `limit-${age}`), applied(inBicep(), foundAt(age)), 0)
    const { diagnostics } = await buildAll(folder, 'case.bicep')
    expect(diagnostics.filter(({ file }) => file.includes('/limit-0/'))).toEqual([])
    expect(diagnostics.length).toBeGreaterThan(0)
  })

  test('a message that is worded in another way is an error, not silence', () => {
    const other = {
      level: 'warning',
      rule: 'use-recent-api-versions',
      message: 'Too old.',
      file: 'x',
      line: 1,
    } as const
    expect(() => oldVersions([other])).toThrow('cannot be read')
  })
})

/** Each version of ours, and one of two or three years ago instead. */
const AGED: Readonly<Record<string, string>> = {
  'Microsoft.Storage/storageAccounts@2026-06-01': 'Microsoft.Storage/storageAccounts@2025-01-01',
  'Microsoft.KeyVault/vaults@2026-05-15': 'Microsoft.KeyVault/vaults@2024-11-01',
  'Microsoft.OperationalInsights/workspaces@2026-03-01': 'Microsoft.OperationalInsights/workspaces@2025-02-01',
  'Microsoft.Web/serverfarms@2025-03-01': 'Microsoft.Web/serverfarms@2024-04-01',
  'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30':
    'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31',
}

/** The project's layers with old versions. The clock moved forward is the limit moved down. */
const agedCopy = async (folder: string, daysAhead: number): Promise<void> => {
  await cp(join(ROOT, 'infra'), folder, { recursive: true })
  const entries = ['main.bicep', 'identity/main.bicep', 'entra/main.bicep'].map((file) => join(folder, file))
  for (const file of new Set(entries.flatMap(sourcesOf))) {
    if (!file.endsWith('.bicep')) continue
    const text = await readFile(file, 'utf8')
    const aged = Object.entries(AGED).reduce((all, [young, old]) => all.replaceAll(young, old), text)
    await writeFile(file, aged)
  }
  const config = await localConfig(PROJECT_CONFIG, { maxAgeInDays: LIMIT - daysAhead })
  await copyFile(config, join(folder, 'bicepconfig.json'))
}

type ProjectConfig = { analyzers: { core: { rules: Record<string, { level: string }> } } }
type Named = { readonly aged: string; readonly limit: number }

const expectNamed = (lines: readonly string[], { aged, limit }: Named): void => {
  const [type = '', used = ''] = aged.split('@')
  const newest = VERSIONS[type]?.at(-1) ?? 'none'
  if (isNearLimit(used, limit)) return
  const named = lines.filter((line) => line.includes(`: ${type}@${used} is too old`))
  expect({ aged, limit, named: named.length > 0 }).toEqual({ aged, limit, named: daysSince(used) > limit })
  for (const line of named) expect(line).toMatch(new RegExp(`^[\\w/-]+\\.bicep:\\d+: .* take ${newest}$`))
}

describe('templates that were not touched for long', () => {
  test('the limit is written under the name that the compiler reads, and the rule only warns', async () => {
    const config = JSON.parse(await readFile(PROJECT_CONFIG, 'utf8')) as ProjectConfig
    expect(config.analyzers.core.rules[AGE_RULE]).toEqual({ level: 'warning', maxAgeInDays: LIMIT })
    const others = Object.entries(config.analyzers.core.rules).filter(([name]) => name !== AGE_RULE)
    expect(others.filter(([, rule]) => rule.level !== 'error')).toEqual([])
  })

  const DAYS_AHEAD = [0, 365, 730]

  withBicep(
    'azd still compiles them a year ahead and two, and our check names each version with the one to take',
    async () => {
      const copies = join(work, 'copies')
      for (const days of DAYS_AHEAD) await agedCopy(join(copies, String(days)), days)
      const { code, diagnostics } = await buildAll(copies, 'main.bicep')
      expect(diagnostics.filter(({ level, rule }) => level === 'error' || rule !== AGE_RULE)).toEqual([])
      expect(code).toBe(0)
      for (const days of DAYS_AHEAD) {
        const folder = join(copies, String(days))
        const old = oldVersions(diagnostics.filter(({ file }) => file.startsWith(`${folder}/`)))
        const lines = old.map((one) => describeOldVersion(one, (file) => relative(folder, file)))
        for (const aged of Object.values(AGED)) expectNamed(lines, { aged, limit: LIMIT - days })
      }
    },
  )
})
