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

/** What of a folder ran since it began; everything of it has to be imported afterwards. */
export async function watch(folder: string): Promise<{ readonly sentences: () => Promise<readonly Sentence[]> }> {
  const session = new Session()
  session.connect()
  await session.post('Debugger.enable')
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  return {
    sentences: async () => {
      const { result } = await session.post('Profiler.takePreciseCoverage')
      const found: Sentence[] = []
      for (const script of result.filter(({ url }) => url.includes(folder))) {
        const { scriptSource } = await session.post('Debugger.getScriptSource', { scriptId: script.scriptId })
        found.push(...sentencesIn(script, scriptSource, script.url.slice(script.url.indexOf(folder) + folder.length)))
      }
      return found
    },
  }
}

function sentencesIn({ functions }: Profiler.ScriptCoverage, source: string, file: string): Sentence[] {
  const found: Sentence[] = []
  const visit = (node: ts.Node): void => {
    const text = wordsOf(node)
    if (text !== undefined && IS_SENTENCE.test(text) && !isOurFault(node))
      found.push({ file, text, ran: inFunction(node) ? countAt(functions, node.getStart()) > 0 : undefined })
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

function inFunction(node: ts.Node): boolean {
  return ts.findAncestor(node, ts.isFunctionLike) !== undefined
}

/** How often the innermost block there ran. */
function countAt(functions: readonly Profiler.FunctionCoverage[], offset: number): number {
  const around = functions
    .flatMap(({ ranges }) => ranges)
    .filter(({ startOffset, endOffset }) => startOffset <= offset && offset < endOffset)
    .sort((one, other) => one.endOffset - one.startOffset - (other.endOffset - other.startOffset))
  return around[0]?.count ?? 0
}
