// House rule 9: a function ≤ 40 lines, a file ≤ 250 (tests 400), unless the file's first lines say why it is longer.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter(Boolean)

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
  process.exit(1)
}
console.log(`${files.length} files within their line budgets`)
