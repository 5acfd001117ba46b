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

export function refuse(problem: string, help: string): never {
  process.stderr.write(`${problem}\n\n${help}`)
  process.exit(2)
}
