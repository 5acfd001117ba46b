import { relative } from 'node:path'
import { readArguments, readNumber } from '../sandbox/demo/arguments.ts'
import { findBicep } from './bicep-cli.ts'
import { describeOldVersion } from './bicep/api-age.ts'
import { checkLayers, describeProblem } from './bicep/check-layers.ts'
import { checkText, ENTRY_FILES, ROOT } from './text-checks.ts'

const HELP = `Checks the templates of infra/ without Azure.

  npm run infra:check                       as they are compiled today
  npm run infra:check -- --max-age <days>   with another limit for the age of an API version: 365 shows what the
                                            limit of 730 days will refuse in a year
`

const nameOf = (file: string): string => relative(ROOT, file)

const reportText = (): boolean => {
  const problems = checkText()
  for (const problem of problems) console.log(`FAILED  ${problem}`)
  if (problems.length === 0)
    console.log(
      'ok      text: JSON, references, parameters, settings against shared/config/settings.ts, hooks, roles, no keys',
    )
  return problems.length === 0
}

const reportLayers = async (maxAgeInDays: number | undefined): Promise<boolean> => {
  const layers = await checkLayers(ENTRY_FILES, undefined, maxAgeInDays === undefined ? {} : { maxAgeInDays })
  for (const { file, problems } of layers) {
    for (const problem of problems) console.log(`FAILED  ${describeProblem(problem, nameOf)}`)
    if (problems.length === 0) console.log(`ok      ${nameOf(file)} compiles, no warning`)
  }
  const old = new Set(layers.flatMap((layer) => layer.old.map((one) => describeOldVersion(one, nameOf))))
  for (const line of old) console.log(`FAILED  ${line}`)
  if (old.size === 0) console.log('ok      API versions: none is too old')
  else
    console.log(
      '        azd still compiles them (there the rule only warns); write the newer version and run this again',
    )
  return old.size === 0 && layers.every(({ problems }) => problems.length === 0)
}

const { 'max-age': days } = readArguments(HELP, { 'max-age': { type: 'string' } })
const maxAge = days === undefined ? undefined : readNumber(HELP, 'max-age', days)
const bicep = await findBicep()
console.log(bicep.available ? `        Bicep ${bicep.version}` : `skipped compiling: ${bicep.why}`)
const passed = [reportText(), !bicep.available || (await reportLayers(maxAge))]
if (passed.includes(false)) process.exitCode = 1
