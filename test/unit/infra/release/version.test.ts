import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { tagFaults, type Told, versionFaults } from '../../../../infra/release/version.ts'

const told = (version: string, changes: Partial<Told> = {}): Told => ({
  'package.json': `{ "name": "a", "version": "${version}" }`,
  'package-lock.json': `{ "version": "${version}", "packages": { "b": { "version": "9.9.9" } } }`,
  'shared/app/version.ts': `export const VERSION = '${version}'\n`,
  'azure.yaml': `metadata:\n  template: chatgpt-dynamics-mcp@${version}\n`,
  'CHANGELOG.md': `# Changelog\n\n## [${version}] - 2026-12-01\n\n## [0.0.1] - 2026-01-01\n`,
  'README.md': '# The app\n',
  ...changes,
})

test('this project says one version everywhere', () => {
  const names = Object.keys(told('')) as (keyof Told)[]
  const own = Object.fromEntries(names.map((name) => [name, readFileSync(name, 'utf8')])) as unknown as Told
  expect(versionFaults(own)).toEqual([])
})

describe('a version that one place tells otherwise', () => {
  test.each<[keyof Told, string, string]>([
    ['package-lock.json', '{ "version": "0.1.0" }', '`"version": "0.2.0"`'],
    ['shared/app/version.ts', "export const VERSION = '0.1.0'", "`export const VERSION = '0.2.0'`"],
    ['azure.yaml', 'template: chatgpt-dynamics-mcp@0.1.0', '`template: chatgpt-dynamics-mcp@0.2.0`'],
    ['azure.yaml', 'metadata: {}', '`template: chatgpt-dynamics-mcp@0.2.0`'],
    ['CHANGELOG.md', '## [0.1.0] - 2026-01-01\n\n## [0.2.0] - 2025-01-01', '`## [0.2.0] - Unreleased`'],
  ])('%s: %s', (file, text, line) => {
    const faults = versionFaults(told('0.2.0', { [file]: text }))
    expect(faults).toEqual([expect.stringContaining(line)])
    expect(faults[0]).toMatch(new RegExp(`^${file.replaceAll('.', '\\.')} says .* package\\.json 0\\.2\\.0`))
  })

  test('the line that is told is right when it is written', () => {
    for (const file of ['package-lock.json', 'shared/app/version.ts', 'azure.yaml', 'CHANGELOG.md'] as const) {
      const [fault = ''] = versionFaults(told('0.2.0', { [file]: '' }))
      const line = /must be `(.*)`/.exec(fault)?.[1] ?? ''
      expect(versionFaults(told('0.2.0', { [file]: line }))).toEqual([])
    }
  })
})

describe('a tag', () => {
  test('of this version, on a clean tree, with a day in the changelog', () => {
    expect(tagFaults('v0.2.0', told('0.2.0'), true)).toEqual([])
  })

  test.each<[string, string, Partial<Told>, boolean, string]>([
    ['another version', 'v0.3.0', {}, true, 'the tag v0.3.0 stands on version 0.2.0'],
    ['no v', '0.2.0', {}, true, 'is no tag of a release'],
    ['more than three numbers', 'v0.2.0-rc.1', {}, true, 'is no tag of a release'],
    ['a command', 'v0.2.0;id', {}, true, 'is no tag of a release'],
    ['no day', 'v0.2.0', { 'CHANGELOG.md': '## [0.2.0] - Unreleased' }, true, 'write the day of the release'],
    ['the README', 'v0.2.0', { 'README.md': 'version 0.2.0 has not been released yet' }, true, 'take that out'],
    ['changed files', 'v0.2.0', {}, false, 'commit them'],
  ])('%s is refused', (_, tag, changes, clean, says) => {
    expect(tagFaults(tag, told('0.2.0', changes), clean)).toEqual([expect.stringContaining(says)])
  })
})
