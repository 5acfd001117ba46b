import type { Command } from '../cli/args.ts'

/** The version whose rules this emulation follows. */
export const AZD_VERSION = '1.31.2'
/** Of that version; the rest of it is zeros. */
const COMMIT = 'ae35809'.padEnd(40, '0')

/** `azd version`, and with `--output json` in the form that programs read. */
export const versionText = ({ flags }: Command, version: string): string =>
  flags['output'] === 'json'
    ? `${JSON.stringify({ azd: { version, commit: COMMIT } }, null, 2)}\n`
    : `azd version ${version} (commit ${COMMIT})\n`
