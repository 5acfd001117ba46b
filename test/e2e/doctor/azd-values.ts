import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type AzdValues = {
  /** Holds `azd`. */
  readonly folder: string
  readonly set: (values: Readonly<Record<string, string>>) => Promise<void>
  readonly close: () => Promise<void>
}

/**
 * An `azd` that knows `env get-values --output json` and refuses everything else.
 * @see https://learn.microsoft.com/azure/developer/azure-developer-cli/reference#azd-env-get-values
 */
export async function makeAzdValues(): Promise<AzdValues> {
  const folder = await mkdtemp(join(tmpdir(), 'azd-values-'))
  const values = join(folder, 'values.json')
  const azd = join(folder, 'azd')
  await writeFile(
    azd,
    `#!/bin/sh\n[ "$1 $2 $3 $4" = "env get-values --output json" ] || exit 2\nwhile read -r line; do printf '%s\\n' "$line"; done < '${values}'\n`,
  )
  await chmod(azd, 0o755)
  return {
    folder,
    set: (given) => writeFile(values, `${JSON.stringify(given)}\n`),
    close: () => rm(folder, { recursive: true }),
  }
}
