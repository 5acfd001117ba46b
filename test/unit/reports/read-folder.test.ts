import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Context } from '../../../infra/hooks/run/context.ts'
import { readFolder } from '../../../infra/reports/read-folder.ts'
import { runEntries } from '../../../infra/reports/run-entries.ts'
import { readTerms } from '../../../infra/terms/read-terms.ts'
import { ownReport } from './own-report.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reports-'))
})
afterEach(() => rm(folder, { recursive: true }))

const put = (name: string, content: unknown) =>
  writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))

describe.each([{ kind: 'report', readFolder } as const, { kind: 'term', readFolder: readTerms } as const])(
  'a folder that is none: of $kind',
  (entries) => {
    test.each(['nowhere', 'file.json', ''])('%s', async (name) => {
      await put('file.json', '{}')
      const args = ['check', name === '' ? await mkdtemp(join(folder, 'empty-')) : join(folder, name)]
      const checked = runEntries(entries, { args } as unknown as Context)
      await expect(checked).rejects.toThrow(
        name === '' ? 'There is no .json file in' : `There is no folder ${folder}/${name}.`,
      )
    })
  },
)

describe('a folder of reports', () => {
  test('gives each report or its reason, by name', async () => {
    await put('recent-quotes.json', ownReport())
    await put('broken.json', '{')
    await put('misnamed.json', ownReport())
    await put('notes.txt', 'not a report')
    const reports = await readFolder(folder)
    expect(reports.map(({ slug, ok }) => [slug, ok])).toEqual([
      ['broken', false],
      ['misnamed', false],
      ['recent-quotes', true],
    ])
  })

  test.each([
    ['../secret.xml', /same folder/],
    ['/etc/passwd', /same folder/],
    ['absent.xml', /ENOENT/],
  ])('does not take FetchXML from %s', async (file, reason) => {
    await put('recent-quotes.json', ownReport({ queries: [{ file }] }))
    const [report] = await readFolder(folder)
    expect(report?.ok === false && report.reason).toMatch(reason)
  })
})
