import { existsSync } from 'node:fs'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))
const BASH = '/bin/bash'

/** Between the arguments of a command line on its way to the rehearsal; no argument has it in it. */
export const SEPARATOR = '\x1f'

const quoted = (path: string) => `'${path.replaceAll("'", "'\\''")}'`
const asProgram = `exec ${quoted(process.execPath)} ${quoted(MAIN)} "$@"`

const ANYWHERE = `case "$1 $2" in
  'account show' | 'account get-access-token' | 'cloud show') ;;
  *) ${asProgram} ;;
esac
`

/** Asks the rehearsal, which runs the command itself, with files as they are named from where it was typed. */
const ASKING = `case "$REHEARSAL_AZ" in http://127.0.0.1:*) ;; *) ${asProgram} ;; esac
LC_ALL=C
IFS=$'\\x1f'
set -- "$PWD" "$@"
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
 * Writes `az` and `az.cmd`. A rehearsal asks for tokens by the hundred, and starting Node for each is most of what one
 * costs: bash asks the rehearsal. All else is a program of its own, whose calls
 * go the way that the environment sets, unless the rehearsal goes that way, too.
 */
export async function writeLaunchers(folder: string, goesTheSameWay: boolean): Promise<void> {
  const posix = join(folder, 'az')
  const asking = `#!${BASH}\n${goesTheSameWay ? '' : ANYWHERE}${ASKING}\n`
  await writeFile(posix, existsSync(BASH) ? asking : `#!/bin/sh\n${asProgram}\n`)
  await chmod(posix, 0o755)
  await writeFile(join(folder, 'az.cmd'), `@echo off\r\n"${process.execPath}" "${MAIN}" %*\r\n`)
}
