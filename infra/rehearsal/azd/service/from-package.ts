import { readFileSync, statSync } from 'node:fs'
import { extname } from 'node:path'
import { AzdError } from '../errors.ts'
import type { Package } from './package.ts'

/** By its name alone azd takes a file for an archive; what it does not find, or knows no ending of, for a container's image. */
const ARCHIVES = new Set(['.zip', '.tar', '.tgz', '.tbz2', '.txz'])

const isArchive = (file: string): boolean =>
  statSync(file, { throwIfNoEntry: false })?.isFile() === true && ARCHIVES.has(extname(file).toLowerCase())

/**
 * The package that `azd deploy <service> --from-package <file>` names: nothing is installed, built or zipped.
 * @see azd's internal/cmd/publish.go, determineArtifactKind; service_target_functionapp.go, Deploy
 * @throws AzdError for what is no archive, in azd's words
 */
export const packageFrom = (file: string): Package => {
  if (!isArchive(file)) throw new AzdError('no zip package found in service context')
  return { zip: readFileSync(file), files: [], folder: file }
}
