import { describe, expect, test } from '@jest/globals'
import { existsSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'

const TABLE = new URL('README.md', import.meta.url)

type Row = { readonly requirement: string; readonly source: string; readonly proof: string }

/** Rows of every table with three columns, without its head. */
function readRows(): Row[] {
  return readFileSync(TABLE, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (requirement|-+) /.test(line))
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()))
    .map(([, requirement = '', source = '', proof = '']) => ({ requirement, source, proof }))
}

/** `file.test.ts` “name” “another name of the same file” */
function references(proof: string): { readonly file: string; readonly name: string }[] {
  return [...proof.matchAll(/`([^`]+\.test\.ts)`((?:\s*“[^”]+”)+)/g)].flatMap(([, file = '', names = '']) =>
    [...names.matchAll(/“([^“”]+)”/g)].map(([, name = '']) => ({ file, name })),
  )
}

/** The names of tests and of blocks of tests, as they are written, `%s` and all. */
function namesIn(file: string): Set<string> {
  const source = readFileSync(new URL(file, TABLE), 'utf8')
  return new Set(
    [...source.matchAll(/(['`])((?:(?!\1).)+)\1,\s*(?:async )?\(/g)].map(([, , name = '']) =>
      name.replaceAll('\\', ''),
    ),
  )
}

const rows = readRows()
const cited = rows.flatMap(({ proof }) => references(proof))

describe('the table of requirements', () => {
  test('has rows, and each says what, where it is required, and which test proves it', () => {
    expect(rows.length).toBeGreaterThan(50)
    const incomplete = rows.filter(
      ({ requirement, source, proof }) =>
        requirement === '' ||
        source === '' ||
        (references(proof).length === 0 && !proof.startsWith('does not apply: ')),
    )
    expect(incomplete).toEqual([])
  })

  test.each([...new Set(cited.map(({ file }) => file))])('%s has every test that is cited', (file) => {
    expect(existsSync(new URL(file, TABLE))).toBe(true)
    const names = namesIn(file)
    expect(cited.filter((one) => one.file === file && !names.has(one.name))).toEqual([])
  })

  test('cites every file of tests in this folder', () => {
    const files = ['authorization-security', 'authorization-server', 'browser-clients', 'client-registration']
    const more = [
      'metadata-document-clients',
      'methods',
      'official',
      'protected-resource',
      'security-practice',
      'strict-client',
    ]
    for (const name of [...files, ...more, 'token-lifecycle', 'transport'])
      expect(cited.map(({ file }) => basename(file))).toContain(`${name}.test.ts`)
  })
})
