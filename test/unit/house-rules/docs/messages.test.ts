import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'

const PAGE = readFileSync('infra/troubleshooting.md', 'utf8')

/** What the app, its hooks and its tests say. */
const OURS = ['shared', 'infra/hooks', 'test/infra', 'test/sandbox']
  .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && /\.(ts|mjs)$/.test(entry.name))
  .map((entry) => readFileSync(`${entry.parentPath}/${entry.name}`, 'utf8'))
  .join('\n')

/** What others say: Microsoft, Core Tools, Node. */
const FOREIGN = new Set([
  'Need admin approval',
  'Approval required',
  "'func' is not recognized",
  'No job functions found',
  'EADDRINUSE',
  'No subscriptions found',
])

const firstCellsOf = (heading: string): string[] => {
  const from = PAGE.indexOf(`## ${heading}\n`)
  const section = PAGE.slice(from, PAGE.indexOf('\n## ', from + 1) + 1 || undefined)
  return section
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split('|')[1] ?? '')
}

describe.each([
  'Signing in: what Microsoft shows',
  'After signing in: our own pages',
  'What an answer says',
  'Deploying',
  'On your own machine',
])('“%s”', (heading) => {
  const quoted = firstCellsOf(heading).flatMap((cell) => [...cell.matchAll(/"([^"]+)"/g)].map(([, text = '']) => text))

  test('quotes messages', () => expect(quoted.length).toBeGreaterThan(0))

  test('quotes none that nothing says', () => {
    expect(quoted.filter((text) => !FOREIGN.has(text) && !OURS.includes(text))).toEqual([])
  })
})
