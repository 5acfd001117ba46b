import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { stop } from 'esbuild'
import { buildView, type ViewName } from '../../../infra/build-views.ts'

const MOST_BYTES = 60 * 1024
const DIST = join(process.cwd(), 'dist')

const VIEWS: readonly [ViewName, string][] = [
  ['report', 'report-view'],
  ['change', 'change-view'],
]

describe.each(VIEWS)('the view of a %s', (view, appName) => {
  let html: string
  beforeAll(async () => {
    html = await buildView(view)
  })
  afterAll(stop)

  test('is one file under 60 KB, compressed', () => {
    expect(gzipSync(html).length).toBeLessThan(MOST_BYTES)
  })

  test('holds the words of its own texts alone', () => {
    expect(html.includes('The report is being run')).toBe(view === 'report')
    expect(html.includes('The change is being made')).toBe(view === 'change')
  })

  test('names no address to fetch from', () => {
    // The name of SVG is an address, and nobody fetches it.
    expect(html.match(/https?:\/\/[\w./-]+/g)?.filter((url) => url !== 'http://www.w3.org/2000/svg') ?? []).toEqual([])
    // `url(#` is a pattern of the page itself.
    expect(html).not.toMatch(
      /\bsrc=|\bhref=|@import|url\((?!#)|fetch\(|XMLHttpRequest|WebSocket|innerHTML|insertAdjacentHTML/,
    )
  })

  test('has one script, which nothing in it ends early', () => {
    expect(html.match(/<\/?script/g)).toEqual(['<script', '</script'])
    expect(html.match(/<\/?style/g)).toEqual(['<style', '</style'])
  })

  test('is deployed as a chunk that only an import at run time loads', async () => {
    const names = (await readdir(DIST, { recursive: true })).filter((name) => name.endsWith('.js'))
    const files = await Promise.all(
      names.map(async (name) => [name, await readFile(join(DIST, name), 'utf8')] as const),
    )
    const holding = files
      .filter(([, text]) => new RegExp(`appInfo:{name:\\\\?"${appName}"`).test(text))
      .map(([name]) => name)
    expect(holding).toEqual([expect.stringMatching(new RegExp(`^chunks/built_${view}-view-\\w+\\.js$`))])
    const chunk = holding[0]?.split('/')[1] ?? ''
    const naming = files.filter(([, text]) => text.includes(chunk))
    expect(naming.length).toBeGreaterThan(0)
    for (const [, text] of naming) {
      expect(text).toMatch(new RegExp(`import\\("[./a-z]*${chunk}"\\)`))
      expect(text).not.toMatch(new RegExp(`from ?"[./a-z]*${chunk}"`))
    }
  })
})
