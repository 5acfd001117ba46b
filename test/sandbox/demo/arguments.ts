import { parseArgs, type ParseArgsConfig } from 'node:util'

/**
 * Reads the command line. A flag that does not exist ends the program with what is wrong and the help text (code 2);
 * `--help` with the help text alone (code 0).
 */
export function readArguments<T extends NonNullable<ParseArgsConfig['options']>>(help: string, options: T) {
  try {
    const { values } = parseArgs({ options: { ...options, help: { type: 'boolean', short: 'h' } } })
    if (!('help' in values)) return values
    process.stdout.write(help)
    process.exit(0)
  } catch (error) {
    refuse(error instanceof Error ? error.message : String(error), help)
  }
}

type Bounds = {
  readonly least?: number
  readonly most?: number
  /** Fractions, too. */
  readonly fractions?: boolean
}
const MOST = 1_000_000_000

/** A number of the command line, a whole one from 1 unless told otherwise; what is none ends the program as above. */
export function readNumber(help: string, name: string, text: string, bounds: Bounds = {}): number {
  const { least = 1, most = MOST, fractions = false } = bounds
  const value = Number(text)
  if (text.trim() !== '' && value >= least && value <= most && (fractions || Number.isInteger(value))) return value
  const problem = fractions ? 'is not a number from' : 'is not a whole number from'
  refuse(`--${name} ${text} ${problem} ${least} to ${most}`, help)
}

export function refuse(problem: string, help: string): never {
  process.stderr.write(`${problem}\n\n${help}`)
  process.exit(2)
}
