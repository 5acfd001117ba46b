// Not in a bare npm test: starts programs.
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { unzipSync } from 'fflate'
import { zip } from '../../../../infra/release/zip.ts'

const run = promisify(execFile)
const hasPython = await run('python3', ['--version']).then(
  () => true,
  () => false,
)
const DATE = Date.UTC(2025, 11, 31, 23, 30, 58) / 1000

// The reader here puts entries on a plain object, which swallows `__proto__`.
const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((one) => one !== '__proto__')
const entries = fc.uniqueArray(fc.record({ name, bytes: fc.uint8Array() }), {
  selector: ({ name }) => name.toLowerCase(),
  maxLength: 12,
})

describe('our zip', () => {
  test('gives back what it was given, whatever the names and contents', () => {
    fc.assert(
      fc.property(entries, (some) => {
        const back = unzipSync(zip(some, DATE))
        // What looks like a number an object lists first: the order is not seen here.
        expect(Object.keys(back).sort()).toEqual(some.map((one) => one.name).sort())
        for (const one of some) expect(Buffer.from(back[one.name] ?? []).equals(one.bytes)).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  test('is the same in whatever order the files are found', () => {
    fc.assert(
      fc.property(entries, (some) => zip(some, DATE).equals(zip([...some].reverse(), DATE))),
      { numRuns: 100 },
    )
  })

  test.each(['UTC', 'Pacific/Auckland', 'America/New_York', 'Asia/Kolkata'])('is the same in %s', async (zone) => {
    const script = `import { zip } from './infra/release/zip.ts'
process.stdout.write(zip([{ name: 'a', bytes: Buffer.from('x') }], ${DATE}).toString('hex'))`
    const { stdout } = await run(process.execPath, ['--input-type=module-typescript', '-e', script], {
      env: { TZ: zone },
    })
    expect(stdout).toBe(zip([{ name: 'a', bytes: Buffer.from('x') }], DATE).toString('hex'))
  })

  test.each([
    ['LICENSE', 'LICENSE'],
    ['views/a.js', 'Views/A.js'],
  ])('has no %s beside %s', (...names) => {
    expect(() =>
      zip(
        names.map((name) => ({ name, bytes: Buffer.from(name) })),
        0,
      ),
    ).toThrow('the same name')
  })

  test('a date before there were zips is the first that one can hold', () => {
    const file = { name: 'a', bytes: Buffer.from('x') }
    expect(zip([file], 0).equals(zip([file], Date.UTC(1980, 0, 1) / 1000))).toBe(true)
  })

  const testWithPython = hasPython ? test : test.skip
  testWithPython('another program reads names, contents, mode and date', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'zip-'))
    const script = `
import json, sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
assert archive.testzip() is None
print(json.dumps([[i.filename, archive.read(i).decode(), oct(i.external_attr >> 16), i.date_time, len(i.extra)] for i in archive.infolist()]))`
    try {
      const files = [
        { name: 'chunks/ü.js', bytes: Buffer.from('b'.repeat(70_000)) },
        { name: 'a.js', bytes: Buffer.from('') },
      ]
      writeFileSync(join(folder, 'a.zip'), zip(files, DATE))
      const { stdout } = await run('python3', ['-c', script, join(folder, 'a.zip')])
      expect(JSON.parse(stdout)).toEqual([
        ['a.js', '', '0o100644', [2025, 12, 31, 23, 30, 58], 0],
        ['chunks/ü.js', 'b'.repeat(70_000), '0o100644', [2025, 12, 31, 23, 30, 58], 0],
      ])
      expect(statSync(join(folder, 'a.zip')).size).toBeLessThan(1000)
      expect(readFileSync(join(folder, 'a.zip')).subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
