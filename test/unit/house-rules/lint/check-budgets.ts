// House rule 9: a file ≤ 250 lines (tests 400), unless its first lines say why it is longer; at most 13 entries a folder.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fullFolders, MOST_ENTRIES } from './entries.ts'

// `npm run lint -- --fix` would otherwise be a lint without it: npm gives what stands behind to the last program alone.
if (process.argv.length > 2) {
  console.error(`Nothing of ${process.argv.slice(2).join(' ')} was heeded: npm run lint takes no arguments.`)
  process.exit(2)
}

/** Without quotes and escapes, so that a name in any script is one entry; what is deleted but not yet committed is gone. */
const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
})
  .split('\0')
  .filter((path) => path !== '' && existsSync(path))
const files = listed.filter((path) => path.endsWith('.ts'))

const over = files.flatMap((file) => {
  const text = readFileSync(file, 'utf8')
  const lines = text.split('\n').length - 1
  const budget = file.startsWith('test/') ? 400 : 250
  const excused = /^\/\/ Longer than the budget: .{20,}/m.test(text.slice(0, 400))
  return lines > budget && !excused ? [`${file}: ${lines} lines, the budget is ${budget}`] : []
})

if (over.length > 0) {
  console.error(over.join('\n'))
  console.error('Cut the file, or say why at its top in a line "// Longer than the budget: …".')
  process.exitCode = 1
}
for (const { folder, entries } of fullFolders(listed)) {
  console.error(
    `${folder}: ${entries} entries, at most ${MOST_ENTRIES}: divide it by the question that each part answers`,
  )
  process.exitCode = 1
}
if (!process.exitCode)
  console.log(`${files.length} files within their budgets of lines, ${MOST_ENTRIES} entries a folder at most`)
