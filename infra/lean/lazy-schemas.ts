import ts from 'typescript'

type Edit = { readonly from: number; readonly to: number; readonly text: string }
/** Constants that are made late, by name. */
type Late = ReadonlyMap<string, ts.Expression>

const HELPERS = "import { keep as __keep, later as __later } from 'lean:later';"
/** `z.object(…)`; or, of the SDK, `RowSchema.extend(…)`. */
const MADE_BY = /^z$|Schema(?:\$\d)?$/
/** Members whose call gives no schema: it reads a value, or does something to zod. */
const NO_SCHEMA = /^(?:safe)?(?:parse|decode|encode)|^(?:config|registry|register|toJSONSchema|\w+Error)$/i

/**
 * A source in which each constant that a call of zod makes is made when it is first asked for, and then kept, as far as
 * the module alone can see it. A start needs few of all schemas, and each costs some 40 µs.
 */
export function withLazySchemas(source: string, name: string): string {
  if (!source.includes('z.')) return source
  const file = parse(source, name)
  const edits: Edit[] = []
  makeLate(file, file.statements, edits)
  return edits.length === 0 ? source : `${edited(source, edits)}\n${HELPERS}`
}

/** The same for the constants inside of some functions, and for each member of the objects that these make. */
export function withLazySchemasIn(functions: RegExp, source: string, name: string): string {
  const file = parse(source, name)
  const edits: Edit[] = []
  for (const statement of file.statements) {
    if (!ts.isFunctionDeclaration(statement) || !functions.test(statement.name?.text ?? '')) continue
    const members: Edit[] = []
    const done = membersMadeLate(statement, members)
    makeLate(statement, statement.body?.statements ?? [], edits, done)
    edits.push(...members)
  }
  if (edits.length === 0) throw new Error(`${name}: no such function was found`)
  return `${edited(source, edits)}\n${HELPERS}`
}

const parse = (source: string, name: string): ts.SourceFile =>
  ts.createSourceFile(name, source, ts.ScriptTarget.Latest, true)

function makeLate(scope: ts.Node, statements: readonly ts.Statement[], edits: Edit[], done = new Set<ts.Node>()): void {
  const late = lateOf(scope, statements)
  mentions(scope, late, done, edits)
  for (const made of late.values()) {
    edits.push(insert(made.getStart(), '__later(() => ('), insert(made.end, '))'))
  }
}

function lateOf(scope: ts.Node, statements: readonly ts.Statement[]): Late {
  const declared = namesDeclared(scope)
  const late = new Map<string, ts.Expression>()
  for (const statement of statements) {
    if (!ts.isVariableStatement(statement) || statement.modifiers !== undefined) continue
    if ((statement.declarationList.flags & ts.NodeFlags.Const) === 0) continue
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (!ts.isIdentifier(name) || !initializer || !ts.isCallExpression(initializer)) continue
      const root = rootOf(initializer) ?? ''
      const isSchema = MADE_BY.test(root) || late.has(root)
      // A name that hides another one within the scope stays as it is, as do both.
      if (isSchema && declared.get(name.text) === 1) late.set(name.text, initializer)
    }
  }
  return late
}

/** The name that a chain of calls begins with, where they make a schema. */
function rootOf(expression: ts.Expression): string | undefined {
  if (ts.isIdentifier(expression)) return expression.text
  if (ts.isPropertyAccessExpression(expression) && NO_SCHEMA.test(expression.name.text)) return undefined
  if (ts.isCallExpression(expression) || ts.isPropertyAccessExpression(expression)) return rootOf(expression.expression)
  return undefined
}

/** How often each name of a value is declared in a scope, at any depth; being exported counts as once more. */
function namesDeclared(scope: ts.Node): Map<string, number> {
  const counts = new Map<string, number>()
  const visit = (node: ts.Node): void => {
    if (isOfTypes(node)) return
    if (ts.isIdentifier(node) && bindsName(node)) counts.set(node.text, (counts.get(node.text) ?? 0) + 1)
    ts.forEachChild(node, visit)
  }
  visit(scope)
  return counts
}

function bindsName(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isExportSpecifier(parent)) return (parent.propertyName ?? parent.name) === node
  const binds =
    ts.isVariableDeclaration(parent) ||
    ts.isParameter(parent) ||
    ts.isBindingElement(parent) ||
    ts.isFunctionDeclaration(parent) ||
    ts.isFunctionExpression(parent) ||
    ts.isClassDeclaration(parent) ||
    ts.isImportSpecifier(parent) ||
    ts.isImportClause(parent) ||
    ts.isNamespaceImport(parent)
  return binds && parent.name === node
}

/** Every mention of a late constant asks for it. */
function mentions(scope: ts.Node, late: Late, done: ReadonlySet<ts.Node>, edits: Edit[]): void {
  const visit = (node: ts.Node): void => {
    if (isOfTypes(node)) return
    if (ts.isIdentifier(node) && late.has(node.text)) {
      if (ts.isShorthandPropertyAssignment(node.parent)) {
        edits.push(insert(node.end, done.has(node.parent) ? '()' : `: ${node.text}()`))
      } else if (!isName(node)) edits.push(insert(node.end, '()'))
    }
    ts.forEachChild(node, visit)
  }
  visit(scope)
}

const isOfTypes = (node: ts.Node): boolean =>
  ts.isTypeNode(node) || ts.isTypeAliasDeclaration(node) || ts.isInterfaceDeclaration(node)

/** Of a member or a declaration, which mentions nothing. */
function isName(node: ts.Identifier): boolean {
  const parent: ts.Node & { readonly name?: ts.Node; readonly propertyName?: ts.Node } = node.parent
  return parent.name === node || parent.propertyName === node
}

/** Members of the objects in the statements of a function become accessors that keep what they gave. */
function membersMadeLate(declaration: ts.FunctionDeclaration, edits: Edit[]): Set<ts.Node> {
  const done = new Set<ts.Node>()
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) || ts.isArrowFunction(node)) return
    if (ts.isPropertyAssignment(node) && ts.isObjectLiteralExpression(node.initializer)) visit(node.initializer)
    else if (ts.isPropertyAssignment(node)) keepMember(node.name.getText(), node, node.initializer, edits)
    else if (ts.isShorthandPropertyAssignment(node)) {
      done.add(node)
      keepMember(node.name.text, node, node.name, edits)
    } else ts.forEachChild(node, visit)
  }
  if (declaration.body) visit(declaration.body)
  return done
}

function keepMember(name: string, { end }: ts.Node, value: ts.Expression, edits: Edit[]): void {
  const from = value.parent.getStart()
  const key = JSON.stringify(name.replaceAll('"', ''))
  edits.push({ from, to: value.getStart(), text: `get ${name}() { return __keep(this, ${key}, ` })
  edits.push({ from: end, to: end, text: ') }' })
}

const insert = (at: number, text: string): Edit => ({ from: at, to: at, text })

/** In the order in which they were found, where several are at one place: a mention before what closes around it. */
function edited(source: string, edits: readonly Edit[]): string {
  let result = ''
  let last = 0
  for (const { from, to, text } of edits.toSorted((left, right) => left.from - right.from)) {
    result += source.slice(last, from) + text
    last = to
  }
  return result + source.slice(last)
}
