// Not in a bare npm test: types commands.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { recordedFigures, recordFigures } from './figures/figures.ts'

const run = promisify(execFile)
const TEST = fileURLToPath(new URL('..', import.meta.url))

/** Each program with numbers, by its file, and what it is given: it must say so before it builds or measures anything. */
const WRONG: readonly (readonly [file: string, option: string, value: string])[] = [
  ['bench/run.ts', 'rounds', 'x'],
  ['bench/run.ts', 'grants', '100'],
  ['bench/run.ts', 'living', '0.5'],
  ['bench/load/run.ts', 'calls-per-minute', '-1'],
  ['chaos/run.ts', 'minutes', 'NaN'],
]

test.each(WRONG)('%s refuses --%s %j, and shows its help', async (file, option, value) => {
  const ended = run(process.execPath, [TEST + file, `--${option}=${value}`])
  const said = expect.stringMatching(`^--${option} ${value} is not a (whole )?number from [^]*npm run `) as unknown
  await expect(ended).rejects.toMatchObject({ code: 2, stdout: '', stderr: said })
})

test.each([
  ['--check', '--grow', '--grow'],
  ['--grants=1000', '--check', '--grow'],
  ['--living=1000', '--rounds=1', '--grow'],
  ['--check', '--rounds=1', '--rounds'],
])('bench/run.ts refuses %s with %s, and shows its help', async (one, other, named) => {
  const ended = run(process.execPath, [`${TEST}bench/run.ts`, one, other])
  const said = expect.stringMatching(`^--.* ${named}[^]*npm run bench`) as unknown
  await expect(ended).rejects.toMatchObject({ code: 2, stdout: '', stderr: said })
})

test.each([Number.NaN, Number.POSITIVE_INFINITY, null])('a ratio of %p is not recorded', async (ratio) => {
  const before = await recordedFigures()
  const ratios = { ...before.ratios, 'query, time: bare proxy': ratio as number }
  await expect(recordFigures({ ratios })).rejects.toThrow('query, time: bare proxy')
  expect(await recordedFigures()).toEqual(before)
})
