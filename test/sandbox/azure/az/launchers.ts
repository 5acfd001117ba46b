import { existsSync } from 'node:fs'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const BASH = '/bin/bash'

/** Between the arguments of a command line on its way to the rehearsal; no argument has it in it. */
export const SEPARATOR = '\x1f'

/** A program of the desk that the rehearsal answers in its own process. */
export type Launched = {
  readonly name: string
  /** URL of the module that is the same as a program. */
  readonly main: string
  /** Lines of a shell that start the program where the rehearsal is not to answer. */
  readonly alone?: (start: string) => string
}

/** az as a program. */
export const AZ: Launched = { name: 'az', main: new URL('main.ts', import.meta.url).href }

const quoted = (path: string) => `'${path.replaceAll("'", "'\\''")}'`

/** What `az` asks for by the hundred, and a rehearsal that goes another way than those who type can answer. */
export const TOKENS_ALONE = (start: string): string => `case "$1 $2" in
  'account show' | 'account get-access-token' | 'cloud show') ;;
  *) ${start} ;;
esac
`

/** Asks the rehearsal, which runs the command itself, with files as they are named from where it was typed. */
const asking = (
  name: string,
  start: string,
): string => `case "$REHEARSAL_AZ" in http://127.0.0.1:*) ;; *) ${start} ;; esac
LC_ALL=C
IFS=$'\\x1f'
set -- ${name} "$PWD" "\${AZURE_ENV_NAME-}" "$@"
said="$*"
IFS=
exec 3<> "/dev/tcp/127.0.0.1/\${REHEARSAL_AZ##*:}" || exit 1
printf 'POST /command HTTP/1.0\\r\\nHost: %s\\r\\nContent-Length: %s\\r\\n\\r\\n%s' \\
  "\${REHEARSAL_AZ#http://}" "\${#said}" "$said" >&3
while read -r header <&3 && [ "$header" != $'\\r' ]; do :; done
read -r -d '' code <&3 && read -r -d '' stderr <&3 && read -r -d '' stdout <&3 || exit 1
printf '%s' "$stderr" >&2
printf '%s' "$stdout"
exit "$code"`

/**
 * Writes a program and its `.cmd`. A rehearsal starts az and azd by the hundred, and starting Node for each is most of
 * what one costs: bash asks the rehearsal.
 */
export async function writeLauncher(folder: string, { name, main, alone }: Launched): Promise<void> {
  const file = fileURLToPath(main)
  const start = `exec ${quoted(process.execPath)} ${quoted(file)} "$@"`
  const posix = join(folder, name)
  const bash = `#!${BASH}\n${alone?.(start) ?? ''}${asking(name, start)}\n`
  await writeFile(posix, existsSync(BASH) ? bash : `#!/bin/sh\n${start}\n`)
  await chmod(posix, 0o755)
  await writeFile(join(folder, `${name}.cmd`), `@echo off\r\n"${process.execPath}" "${file}" %*\r\n`)
}
