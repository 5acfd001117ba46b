import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Bundled, bundledPackages, keyOf } from '../../../../infra/release/bundled-packages.ts'
import { licensed } from '../../../../infra/release/licences.ts'
import { notices } from '../../../../infra/release/notices.ts'

const MIT = 'MIT License\n\nCopyright (c) 2020 Ada\n\nPermission is hereby granted\n'
let root: string
const write = (name: string, text: string) => {
  mkdirSync(dirname(join(root, name)), { recursive: true })
  writeFileSync(join(root, name), text)
}
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'packages-'))
  for (const name of ['a', 'a/node_modules/b', 'b', '@s/c', 'inside']) {
    write(`node_modules/${name}/LICENSE`, MIT)
    write(`node_modules/${name}/package.json`, '{}')
  }
})
afterAll(() => rmSync(root, { recursive: true }))

const lock = {
  packages: {
    'node_modules/a': { version: '1.0.0', license: 'MIT', integrity: 'sha512-YQ==' },
    'node_modules/a/node_modules/b': { version: '2.0.0', license: 'ISC' },
    'node_modules/b': { version: '1.0.0', license: 'MIT' },
    'node_modules/@s/c': { version: '3.0.0', license: 'MIT' },
    'node_modules/inside': { version: '1.2.3', license: 'MIT' },
  },
}
const found = (inputs: string[], sources: string[] = []) =>
  bundledPackages(root, inputs, sources, lock).map(({ name, version }) => `${name}@${version}`)

describe('what the bundle holds', () => {
  test.each<[string, string | undefined]>([
    ['node_modules/a/x.js', 'node_modules/a'],
    ['node_modules/a/node_modules/b/lib/x.js', 'node_modules/a/node_modules/b'],
    ['../../up/node_modules/@s/c/x.js', 'node_modules/@s/c'],
    ['shared/app/node_modules.ts', undefined],
    ['infra/lean/core-xml.ts', undefined],
  ])('%s belongs to %s', (path, key) => expect(keyOf(path)).toBe(key))

  test('each copy by its version, each version once', () => {
    const inputs = ['node_modules/a/x.js', 'node_modules/a/y.js', 'node_modules/a/node_modules/b/x.js', 'shared/a.ts']
    expect(found(inputs)).toEqual(['a@1.0.0', 'b@2.0.0'])
  })

  test('what a plugin wrote of a package, and what a package was bundled from', () => {
    const sources = ['node_modules/a/node_modules/.pnpm/inside@1.2.3/node_modules/inside/index.js']
    expect(found(['zones:b', 'built:built:report-view', 'node_modules/a/x.js'], sources)).toEqual([
      'a@1.0.0',
      'b@1.0.0',
      'inside@1.2.3',
    ])
  })

  test.each<[string, string[], string[], RegExp]>([
    ['of a plugin that nobody knows', ['other:thing'], [], /other:thing stands in the bundle.*bundled-packages\.ts/],
    [
      'not in the lock file',
      ['node_modules/z/x.js'],
      [],
      /node_modules\/z stands.*package-lock\.json does not name it/,
    ],
    [
      'inside a package, of another version',
      [],
      ['node_modules/.pnpm/inside@9.9.9/node_modules/inside/a.js'],
      /inside@9\.9\.9/,
    ],
    [
      'named by a map alone',
      [],
      ['node_modules/zz/src/x.ts'],
      /node_modules\/zz stands in the bundle, and a source map/,
    ],
  ])('something %s stops the release', (_, inputs, sources, says) => {
    expect(() => found(inputs, sources)).toThrow(says)
  })
})

const bundled = (changes: Partial<Bundled> = {}): Bundled => ({
  name: 'p',
  version: '1.0.0',
  licence: 'MIT',
  integrity: undefined,
  folder: join(root, 'p'),
  ...changes,
})
const withFiles = (files: Record<string, string>, changes: Partial<Bundled> = {}) => {
  rmSync(join(root, 'p'), { recursive: true, force: true })
  for (const [name, text] of Object.entries({ 'package.json': '{ "author": { "name": "Grace" } }', ...files }))
    write(`p/${name}`, text)
  return licensed(bundled(changes))
}

describe('whose it is', () => {
  test.each<[string, Record<string, string>, string[]]>([
    ['MIT', { LICENSE: MIT }, ['Copyright (c) 2020 Ada']],
    ['a line within a list', { 'license.md': '* Copyright 2019 Ada\n' }, ['Copyright 2019 Ada']],
    ['a notice beside', { LICENCE: MIT, NOTICE: 'Copyright Bob' }, ['Copyright (c) 2020 Ada', 'Copyright Bob']],
    ['a folder', { 'LICENSES/x/LICENSE': 'Copyright (c) X', LICENSE: 'see LICENSES' }, ['Copyright (c) X']],
    ["Apache's form", { LICENSE: 'Copyright [yyyy] [name of copyright owner]\n' }, ['Grace']],
    ['a year alone', { LICENSE: 'Copyright (c) 2024\n' }, ['Grace']],
    ['words about it', { LICENSE: 'THE COPYRIGHT HOLDERS\nabove copyright notice\n' }, ['Grace']],
  ])('%s', (_, files, holders) => {
    expect(withFiles(files).copyright).toEqual(holders)
  })

  test('texts go along whole, without carriage returns or a mark of order', () => {
    expect(withFiles({ LICENSE: '\uFEFFone\r\ntwo\r\n', 'ThirdPartyNotice.txt': 'three' }).text).toBe(
      'one\ntwo\n\nthree\n',
    )
  })

  test.each(['GPL-3.0-only', 'UNLICENSED', 'SEE LICENSE IN x', '(MIT OR GPL-2.0)', 'none', '__proto__'])(
    '%s is refused',
    (licence) => {
      expect(() => withFiles({ LICENSE: MIT }, { licence })).toThrow(
        /p@1\.0\.0 has the licence .*\.github\/dependency-review\.yml/,
      )
    },
  )

  test('a package without its text is refused, with where to put it', () => {
    expect(() => withFiles({}, { name: '@a/p' })).toThrow('infra/release/texts/@a+p@1.0.0.txt')
  })
})

test('one text that two have in common stands once, under both names', () => {
  const one = withFiles({ LICENSE: MIT })
  const text = notices([one, { ...one, name: 'q' }])
  expect(text.match(/Permission is hereby granted/g)).toHaveLength(1)
  expect(text).toContain('p 1.0.0 (MIT)\n    Copyright (c) 2020 Ada\nq 1.0.0 (MIT)')
  expect(text).toContain('p 1.0.0\nq 1.0.0\n\nMIT License')
})
