import { Session, type Profiler } from 'node:inspector/promises'
import ts from 'typescript'

/** A sentence of the program: what stands between its values, in the file that says it. */
export type Sentence = {
  readonly file: string
  readonly text: string
  /** Undefined of what stands in no function: it is only made once. */
  readonly ran: boolean | undefined
}

/** A sentence has spaces between its words; fewer are in a name, a pattern or a form of FetchXML. */
const IS_SENTENCE = /[A-Za-z",;:] \S+ \S|^[A-Z][a-z]+ \S|[a-z] \S+[.?:]$/

export type Watch = {
  /** What ran until now counts no more. */
  readonly forget: () => Promise<void>
  readonly sentences: () => Promise<readonly Sentence[]>
}
type Place = Pick<Sentence, 'file' | 'text'> & { readonly inFunction: boolean; readonly offset: number }

/** What of a folder ran since it began; everything of it has to be imported afterwards. */
export async function watch(folder: string): Promise<Watch> {
  const session = new Session()
  const read = new Map<string, readonly Place[]>()
  const placesOf = async ({ scriptId, url }: Profiler.ScriptCoverage): Promise<readonly Place[]> => {
    const { scriptSource } = await session.post('Debugger.getScriptSource', { scriptId })
    const places = sentencesIn(scriptSource, url.slice(url.indexOf(folder) + folder.length))
    read.set(scriptId, places)
    return places
  }
  session.connect()
  await session.post('Debugger.enable')
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  return {
    forget: async () => {
      await session.post('Profiler.takePreciseCoverage')
    },
    sentences: async () => {
      const { result } = await session.post('Profiler.takePreciseCoverage')
      const found: Sentence[] = []
      for (const script of result.filter(({ url }) => url.includes(folder))) {
        for (const { file, text, inFunction, offset } of read.get(script.scriptId) ?? (await placesOf(script)))
          found.push({ file, text, ran: inFunction ? countAt(script, offset) > 0 : undefined })
      }
      return found
    },
  }
}

function sentencesIn(source: string, file: string): Place[] {
  const found: Place[] = []
  const visit = (node: ts.Node): void => {
    const text = wordsOf(node)
    if (text !== undefined && IS_SENTENCE.test(text) && !isOurFault(node))
      found.push({ file, text, inFunction: isInFunction(node), offset: node.getStart() })
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS))
  return found
}

function wordsOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text
  if (!ts.isTemplateExpression(node)) return undefined
  return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('…')
}

/** What no question can cause. */
function isOurFault({ parent }: ts.Node): boolean {
  return ts.isNewExpression(parent) && parent.expression.getText() === 'RangeError'
}

function isInFunction(node: ts.Node): boolean {
  return ts.findAncestor(node, ts.isFunctionLike) !== undefined
}

/** How often the innermost block there ran. */
function countAt({ functions }: Profiler.ScriptCoverage, offset: number): number {
  const around = functions
    .flatMap(({ ranges }) => ranges)
    .filter(({ startOffset, endOffset }) => startOffset <= offset && offset < endOffset)
    .sort((one, other) => one.endOffset - one.startOffset - (other.endOffset - other.startOffset))
  return around[0]?.count ?? 0
}
