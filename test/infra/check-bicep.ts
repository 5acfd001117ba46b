import { relative } from 'node:path'
import { compile, findBicep, type Compilation } from './bicep-cli.ts'
import { checkText, ENTRY_FILES, ROOT } from './text-checks.ts'

const report = ({ file, problems, complete }: Compilation): void => {
  const name = relative(ROOT, file)
  if (problems.length > 0) console.log(`FAILED  ${name}\n${problems.map((problem) => `        ${problem}`).join('\n')}`)
  else if (complete) console.log(`ok      ${name} compiles, no warning`)
  else {
    console.log(`partly  ${name}: parsed and linted, but the Microsoft Graph types come from mcr.microsoft.com,`)
    console.log('        which cannot be reached here; so the resources of type Microsoft.Graph/* are not type-checked')
  }
}

const textProblems = checkText()
for (const problem of textProblems) console.log(`FAILED  ${problem}`)
if (textProblems.length === 0)
  console.log('ok      text: JSON, references, parameters, app settings against shared/settings.ts, roles, no keys')

const bicep = await findBicep()
const compilations: Compilation[] = []
if (bicep.available) {
  console.log(`        Bicep ${bicep.version}`)
  compilations.push(...(await Promise.all(ENTRY_FILES.map((file) => compile(file, { restoreExtensions: true })))))
  compilations.forEach(report)
} else console.log(`skipped compiling: ${bicep.why}`)

if (textProblems.length > 0 || compilations.some(({ problems }) => problems.length > 0)) process.exitCode = 1
