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

function filter(paths: readonly string[]) {
  const filtered = chosen(paths, process.argv.slice(2))
  const left = paths.length - filtered.length
  if (left > 0)
    process.stdout.write(`${filtered.length} test files; with the ${left} that take longer: npm test -- test\n`)
  return { filtered }
}

// As Jest takes it: by `require`.
export { filter as 'module.exports' }
