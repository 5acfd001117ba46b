import { closeSync, openSync, readSync } from 'node:fs'

/** As a comment at the top of a test file, with the reason behind it. */
export const MARK = '// Not in a bare npm test: '

export function isMarked(path: string): boolean {
  const beginning = Buffer.alloc(MARK.length)
  const file = openSync(path, 'r')
  readSync(file, beginning)
  closeSync(file)
  return beginning.toString() === MARK
}

/** Those that take little, for whoever waits; all for whoever asks for anything: much of what Jest takes names files. */
export function chosen(paths: readonly string[], asked: readonly string[]): readonly string[] {
  return asked.length > 0 ? paths : paths.filter((path) => !isMarked(path))
}

/** Beside what Jest prints of a run; empty where nothing is left out. */
function toldOf(all: number, run: number): string {
  const left = all - run
  if (left === 0) return ''
  return `\n${run} of ${all} test files; the ${left} that take long are left to CI.\nAll of them here: npm test -- test; all below a folder: npm test -- test/browser\n\n`
}

function filter(paths: readonly string[]) {
  const filtered = chosen(paths, process.argv.slice(2))
  const told = toldOf(paths.length, filtered.length)
  process.stderr.write(told)
  // Jest ends with "Ran all test suites", minutes below what was said at the beginning.
  process.once('exit', () => process.stderr.write(told))
  return { filtered }
}

// As Jest takes it: by `require`.
export { filter as 'module.exports' }
