import { quoted } from '../../doctor/wire/plain-text.ts'
import { Stop } from '../run/context.ts'

/** A program and its arguments as `spawn` takes them. */
export type Spawned = {
  readonly file: string
  readonly args: readonly string[]
  readonly windowsVerbatimArguments: boolean
}

/**
 * What even double quotes do not keep from cmd.exe: it expands %x%, a quote would end ours, a line end the line. `!x!` it
 * expands only where that was switched on, and /v:off switches it off.
 */
const isUnsafe = (character: string): boolean => '"%'.includes(character) || character < ' '

const quote = (argument: string): string => {
  if (Array.from(argument).some(isUnsafe))
    throw new Stop(
      `cmd.exe would change this argument: ${quoted(argument)}. It must be without % and quotation marks; where it is the ` +
        'address of a program, install that in another folder.',
    )
  // A backslash before the closing quote would escape it for the program behind the batch file.
  return `"${argument.replace(/(?<!\\)\\+$/, '$&$&')}"`
}

/**
 * How a program is started on Windows. A batch file (`az` is one) needs cmd.exe, which reads the line anew: every
 * argument is quoted, and one that quotes cannot protect is refused, since it could start another program
 * (CVE-2024-27980). An .exe gets its arguments as they are.
 * @throws Stop for an argument that cannot be passed safely
 * @see https://nodejs.org/en/blog/vulnerability/april-2024-security-releases-2
 */
export const onWindows = (file: string, args: readonly string[], systemRoot = 'C:\\Windows'): Spawned => {
  if (!/\.(cmd|bat)$/i.test(file)) return { file, args, windowsVerbatimArguments: false }
  const line = [file, ...args].map(quote).join(' ')
  return {
    file: `${systemRoot}\\System32\\cmd.exe`,
    args: ['/d', '/v:off', '/s', '/c', `"${line}"`],
    windowsVerbatimArguments: true,
  }
}
