import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The folder with azure.yaml that a command started in this one belongs to. */
export const findProjectDir = (from: string): string | undefined => {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'azure.yaml'))) return folder
    if (folder === dirname(folder)) return undefined
  }
}
