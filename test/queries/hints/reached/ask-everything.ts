import type { Stage } from '../../agreement/ask.ts'
import { fetch, filter } from '../../query.ts'
import { NOW } from '../../../unit/sandbox/dataverse/harness.ts'
import type { Arguments } from '../asking.ts'
import { FOREIGN, printedIn } from '../printed.ts'
import { type Sentence, type Watch, watch } from '../sentences.ts'
import { NO_ANSWER } from './unreached.ts'

const LANGUAGES = ['odata', 'fetchxml'] as const
type Language = (typeof LANGUAGES)[number]

const unreached: Partial<Record<Language, readonly string[]>> = {}
const reached: Partial<Record<Language, readonly string[]>> = {}
const found: string[] = []
const counts = { questions: 0, printed: 0 }

/** The condition that is printed, where the one that was asked stands. */
function again(args: Arguments, printed: string): Arguments {
  if (typeof args['filter'] === 'string') {
    const any = /^\w+\/any\(t:/.exec(args['filter'])?.[0]
    return { entity: args['entity'], filter: any === undefined ? printed : `${any}${printed})` }
  }
  const [, entity = ''] = /<entity name="(\w+)"/.exec(String(args['fetchxml'])) ?? []
  const far = printed.includes('entityname="far"')
    ? '<link-entity name="account" from="accountid" to="parentaccountid" alias="far"/>'
    : ''
  return { fetchxml: fetch(entity, `${far}${filter(printed)}`) }
}

/** A definition is told in the one language that definitions have. */
const withoutMeanings = (text: string): string =>
  text.replaceAll(/"[^"]*" means: .*?(?:Built in|Defined by [^.]*)\./g, '')

/** The questions need what is watched, which is not imported before. */
async function askAll(stage: Stage, language: Language, { forget, sentences }: Watch): Promise<void> {
  const { said, eachOf } = await import('../asking.ts')
  const { QUESTIONS } = await import('../questions.ts')
  const { elsewhere } = await import('../elsewhere.ts')
  const { MISTAKES } = await import('../mistakes.ts')
  await forget()
  const mistakes = MISTAKES.filter((one) => one.language === language).map(({ args }) => args)
  const texts: string[] = []
  const printed = new Map<string, Arguments>()
  await eachOf([...QUESTIONS[language], ...mistakes], async (args) => {
    const { code, text, hints } = await said(stage, args)
    texts.push(text)
    counts.questions += 1
    if (FOREIGN[language].test(`${code} ${text}`))
      found.push(`${JSON.stringify(args)}: foreign words in ${code} ${text}`)
    if (mistakes.includes(args)) return
    for (const one of hints.flatMap((hint) => printedIn(hint, language))) printed.set(one, again(args, one))
  })
  for (const { question, said: answer, again: ask } of await elsewhere(language)) {
    texts.push(answer.text)
    counts.questions += 1
    if (FOREIGN[language].test(`${answer.code} ${withoutMeanings(answer.text)}`))
      found.push(`${question}: ${answer.text}`)
    for (const one of answer.hints.flatMap((hint) => printedIn(hint, language))) {
      counts.printed += 1
      const { code, text } = await ask(one)
      if (code !== '') found.push(`${question}: ${one} is refused: ${code} ${text}`)
    }
  }
  const all = (await sentences()).filter(({ file }) => !NO_ANSWER.includes(file))
  const isReached = ({ ran, text }: Sentence): boolean =>
    ran ?? texts.some((answer) => text.split('…').every((part) => answer.includes(part)))
  const named = (one: Sentence): string => `${one.file}: ${one.text}`
  unreached[language] = [...new Set(all.filter((one) => !isReached(one)).map(named))]
  reached[language] = all.filter(({ ran }) => ran === true).map(named)
  counts.printed += printed.size
  await eachOf([...printed], async ([one, args]) => {
    const { code, text } = await said(stage, args)
    if (code !== '') found.push(`${one} is refused: ${code} ${text}`)
  })
}

/** A process of its own, as what already ran in one cannot be watched any more. */
const watched = await watch('/shared/dataverse/query/')
const { stageOf } = await import('../../agreement/ask.ts')
const { worldAt } = await import('../../agreement/world.ts')
const stage = await stageOf(worldAt(NOW))
for (const language of LANGUAGES) await askAll(stage, language, watched)
await stage.close()
process.stdout.write(JSON.stringify({ unreached, reached, found, counts }))
