import { globSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from '@jest/globals'

/** CI leaves short forms out where it runs the sweeps: one without a sweep would be run by nobody there. */
test('a short form stands beside the sweep that asks the whole', () => {
  const swept = new Set(globSync('test/**/*.sweep.ts').map(dirname))
  const short = globSync('test/**/*.short.test.ts')
  expect(short.length).toBeGreaterThan(0)
  expect(short.filter((file) => !swept.has(dirname(file)))).toEqual([])
})
